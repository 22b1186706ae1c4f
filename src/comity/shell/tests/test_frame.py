"""What every page has, in both languages, for a stranger as for a signed-in person."""

import pytest
from django.template import engines
from django.utils import translation
from jinja2 import UndefinedError

from comity.shell import context, rooms, views
from comity.shell.marking import Marking
from comity.shell.middleware import LanguageMiddleware
from comity.shell.rooms import Room

pytestmark = [pytest.mark.urls("comity.shell.tests.addresses")]


def template(source):
    return engines["jinja2"].from_string(source)


def page(request, source="", **facts):
    return template(
        '{% extends "shell/page.html" %}{% block title %}T{% endblock %}{% block main %}' + source + "{% endblock %}"
    ).render(facts, request)


@pytest.fixture
def house(monkeypatch):
    kept: dict[str, Room] = {}
    monkeypatch.setattr(rooms, "_rooms", kept)
    rooms.register(Room("b", "Objectives", "second", 2, "o", for_all=True))
    rooms.register(Room("a", "Today", "first", 1, "t", for_all=True))
    rooms.register(Room("c", "Unbuilt", "nowhere", 3, "u", for_all=True))
    rooms.register(Room("d", "Log", "first", 4, "l"))
    return kept


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_a_page_says_its_language_and_direction(rf, language, direction):
    with translation.override(language):
        assert f'<html lang="{language}" dir="{direction}">' in page(rf.get("/"))


def test_the_chosen_light_is_said_and_nothing_else(rf):
    request = rf.get("/")
    assert "data-theme" not in page(request)
    for chosen, said in (("dark", True), ("light", True), ("auto", False), ('"><b>', False)):
        request.COOKIES[context.theme_cookie()] = chosen
        assert (f'data-theme="{chosen}"' in page(request)) is said
        assert "<b>" not in page(request).split("<body>")[0]


def test_a_page_is_marked_even_when_it_shows_no_record(rf):
    assert "No record is shown" in page(rf.get("/"))


def test_the_marking_stands_on_top_and_generated_data_say_so_at_a_glance(rf):
    real = page(rf.get("/"), marking=Marking("RESTRICTED · releasable to Iraq", 1))
    assert 'data-level="1"' in real
    assert "RESTRICTED · releasable to Iraq" in real
    assert "Synthetic" not in real
    made = page(rf.get("/"), marking=Marking("UNCLASSIFIED", 0, synthetic=True))
    assert "marking synthetic" in made
    assert "is generated" in made
    assert made.index("is generated") < made.index("<header")


def test_the_nodes_own_notice_is_on_every_page_in_the_readers_language(rf, settings):
    settings.COMITY_NOTICE = {"en": "An illustration", "ar": "مثال"}
    assert "An illustration" in page(rf.get("/"))
    with translation.override("ar"):
        assert "مثال" in page(rf.get("/"))
    settings.COMITY_NOTICE = {"en": "An illustration"}
    with translation.override("ar"):
        assert "An illustration" in page(rf.get("/"))


def test_rooms_are_in_order_and_only_what_is_built_is_shown(rf, house):
    shown = context.frame_of(rf.get("/objectives/")).rooms
    assert [(place.title, place.here) for place in shown] == [("Today", False), ("Objectives", True)]
    assert [place.here for place in context.frame_of(rf.get("/")).rooms] == [True, False]


def test_a_room_for_signed_in_people_is_not_shown_to_strangers(rf, house):
    assert "l" not in {place.letter for place in context.frame_of(rf.get("/")).rooms}


def test_two_rooms_may_not_want_one_letter(house):
    with pytest.raises(ValueError, match="letter"):
        rooms.register(Room("e", "Other", "first", 9, "t"))


def test_text_is_escaped_and_a_forgotten_name_is_an_error(rf):
    assert "&lt;script&gt;" in page(rf.get("/"), "{{ words }}", words="<script>")
    with pytest.raises(UndefinedError):
        page(rf.get("/"), "{{ nobody_gave_this }}")


def test_a_page_needs_no_script_of_its_own_and_no_style(rf):
    shown = page(rf.get("/"))
    assert shown.count("<script") == shown.count('<script src="/static/shell/')
    assert "<style" not in shown
    assert " style=" not in shown
    assert " on" not in "".join(tag for tag in shown.split("<") if tag.startswith(("body", "form", "button")))


def test_the_switches_work_as_forms_with_their_token(rf):
    request = rf.get("/objectives/?status=active")
    shown = page(request)
    assert 'name="next" value="/objectives/?status=active"' in shown
    assert 'action="/shell/language" method="post"' in shown
    assert "csrfmiddlewaretoken" in shown


@pytest.mark.parametrize("switch", [views.language, views.theme])
def test_a_switch_is_not_thrown_by_following_a_link(rf, switch):
    assert switch(rf.get("/shell/theme?theme=dark&language=ar")).status_code == 405


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("/objectives/?a=b", "/objectives/?a=b"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
        ("", "/"),
    ],
)
def test_a_switch_comes_back_to_its_page_and_to_no_other_host(rf, wanted, there):
    response = views.language(rf.post("/shell/language", {"language": "ar", "next": wanted}))
    assert response.status_code == 302
    assert response["Location"] == there


def test_a_language_or_light_that_is_none_is_not_kept(rf, settings):
    assert not views.language(rf.post("/", {"language": "xx"})).cookies
    assert not views.theme(rf.post("/", {"theme": "pink"})).cookies
    assert views.language(rf.post("/", {"language": "ar"})).cookies[settings.LANGUAGE_COOKIE_NAME].value == "ar"
    assert views.theme(rf.post("/", {"theme": "dark"})).cookies[context.theme_cookie()].value == "dark"


def test_the_language_chosen_here_wins_over_the_browsers(rf, settings):
    seen = []

    def answer(request):
        seen.append(translation.get_language())
        return views.healthz(request)

    middleware = LanguageMiddleware(answer)
    request = rf.get("/", headers={"accept-language": "ar"})
    middleware(request)
    request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = middleware(request)
    assert seen == ["ar", "en"]
    assert response["Content-Language"] == "en"
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (views.bad_request, 400),
        (views.forbidden, 403),
        (views.csrf_failure, 403),
        (views.not_found, 404),
        (views.server_error, 500),
    ],
)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_error_page_needs_nobody_signed_in(rf, view, status, language):
    request = rf.get("/")
    request.LANGUAGE_CODE = language
    with translation.override(language):
        response = view(request)
    assert response.status_code == status
    shown = response.content.decode()
    assert f'lang="{language}"' in shown
    assert shown.count("<h1>") == 1


def test_an_error_of_the_server_tells_nothing_of_it(rf):
    def fail():
        raise ValueError("a secret")

    try:
        fail()
    except ValueError:
        assert "secret" not in views.server_error(rf.get("/")).content.decode()


def test_a_probe_learns_that_the_node_answers_and_no_more(rf):
    response = views.healthz(rf.get("/healthz"))
    assert response.content == b"ok\n"
    assert "no-store" in response["Cache-Control"]
