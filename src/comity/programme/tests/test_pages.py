"""Every page of the objectives room, for every office of both sides."""

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.subject import READING_ROLES, Role
from comity.programme.tests.test_entry import SEX, days, part
from comity.responses.tests.world import World, stop_clock, text
from comity.shell.tests.pages import settled

READERS = [
    ("nmi", Role.ADVISER),
    ("nmi", Role.CHIEF),
    ("nmi", Role.SECURITY_OFFICER),
    ("iraq", Role.REGISTRY_CLERK),
    ("iraq", Role.COUNTERPART),
    ("iraq", Role.CHIEF),
    ("iraq", Role.SECURITY_OFFICER),
]
PAGES = ["objective", "mandate", "initiative", "indicator", "why", "measurement"]


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, "comity.programme.views", "comity.desk.queries")


@pytest.fixture
def addresses(world: World) -> dict[str, str]:
    """One record behind each page, with everything that its page can show."""
    mandate = world.enter("programme.mandate", "iraq", areas=["logistics"], begins="2018-10", review="2025")
    objective = world.enter("programme.objective", mandate=mandate, outcome=text("It works"), ends="2027")
    world.concur(objective, position="refuses")
    world.concur(objective, position="with_conditions", conditions=text("In Arabic"))
    world.enter("responses.concurrence", "iraq", about=objective, view="working", position="in_discussion")
    result = world.enter("programme.result", objective=objective)
    indicator = world.enter("programme.indicator", result=result, dimensions=[SEX], critical=True)
    world.enter("programme.baseline", indicator=indicator, value=1)
    world.enter("programme.target", indicator=indicator, value=9)
    cells = [part(4, sex="female"), part(3, sex="unknown")]
    figure = world.enter("programme.measurement", indicator=indicator, value=7, cells=cells, grade="B2")
    world.enter("programme.measurement", indicator=indicator, value=6, **days("2025-03-31"))
    world.enter("programme.measurement", "iraq", indicator=indicator, value=5)
    world.enter("responses.verification", "iraq", about=figure, finding="in_part")
    initiative = world.enter("programme.initiative", mandate=mandate, objectives=[objective])
    for code in ("programme.milestone", "programme.claim", "programme.risk", "programme.assumption"):
        world.enter(code, about=objective)
    of = {"objective": objective, "mandate": mandate, "initiative": initiative}
    of |= {"indicator": indicator, "why": indicator, "measurement": figure}
    return {name: reverse(f"programme:{name}", args=[row.record.slug]) for name, row in of.items()}


def test_no_page_is_forgotten():
    reverse("programme:objectives")  # the addresses are read with those of the whole node
    from comity.programme.urls import urlpatterns

    assert {str(pattern.name) for pattern in urlpatterns} == {*PAGES, "objectives", "objectives-export"}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_whoever_reads_the_label_sees_every_page(
    world: World, client: Client, addresses: dict[str, str], language: str
):
    client.cookies["comity_language"] = language
    for side, role in READERS:
        world.sign_in(client, side, role)
        for address in (reverse("programme:objectives"), *addresses.values()):
            answer = client.get(address)
            assert answer.status_code == 200, (side, role, address)
            assert f'<html lang="{language}"' in answer.text
            assert "None" not in answer.text, address


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_keeps_the_node_or_checks_its_log_reads_none(
    world: World, client: Client, addresses: dict[str, str], role: Role
):
    assert role not in READING_ROLES
    world.sign_in(client, "nmi", role)
    assert [client.get(addresses[name]).status_code for name in PAGES] == [404] * len(PAGES)
    page = client.get(reverse("programme:objectives"))
    assert page.status_code == 200
    assert "Supplies arrive" not in page.text


def test_what_is_not_shared_is_not_there_and_looks_like_what_never_was(world: World, client: Client):
    objective = world.enter("programme.objective", label=world.label("nmi"))
    result = world.enter("programme.result", objective=objective, label=world.label("nmi"))
    indicator = world.enter("programme.indicator", result=result, label=world.label("nmi"))
    figure = world.enter("programme.measurement", indicator=indicator, value=1)
    of = {"objective": objective, "indicator": indicator, "why": indicator, "measurement": figure}
    for name, row in of.items():
        slug = row.record.slug
        hidden, never = (reverse(f"programme:{name}", args=[one]) for one in (slug, f"{slug[:-4]}ffff"))
        world.sign_in(client, "nmi", Role.COUNTERPART)
        assert client.get(hidden).status_code == 200
        world.sign_in(client, "iraq", Role.COUNTERPART)
        answers = [client.get(address) for address in (hidden, never)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert settled(answers[0].text, hidden) == settled(answers[1].text, never)


def test_a_page_is_read_and_only_for_records_of_its_kind(world: World, client: Client, addresses: dict[str, str]):
    world.sign_in(client, "nmi", Role.ADVISER)
    for name in PAGES:
        other = addresses["objective" if name != "objective" else "mandate"].strip("/").split("/")[1]
        assert client.get(reverse(f"programme:{name}", args=[other])).status_code == 404
        assert client.post(addresses[name]).status_code == 405


def test_a_stranger_is_sent_to_sign_in(client: Client, addresses: dict[str, str]):
    for address in addresses.values():
        answer = client.get(address)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/sign-in/")


def test_before_anything_is_entered(world: World, client: Client):
    world.sign_in(client, "iraq", Role.CHIEF)
    page = client.get(reverse("programme:objectives"))
    assert "No mandate yet" in page.text
    assert "Enter a mandate" in page.text
    world.sign_in(client, "iraq", Role.ANALYST)
    page = client.get(reverse("programme:objectives"))
    assert "No mandate yet" in page.text
    assert "Enter a mandate" not in page.text  # a step that would be refused is not offered


def test_the_story_of_an_objective(world: World, client: Client, addresses: dict[str, str]):
    world.sign_in(client, "nmi", Role.ADVISER)
    page = client.get(addresses["objective"]).text
    assert "with conditions" in page
    assert "The host did not concur. No reason was given." in page
    assert "A working view of the host, which changes no state" in page
    assert "75% of the way" in page


def test_the_page_of_an_indicator_says_both_figures(world: World, client: Client, addresses: dict[str, str]):
    world.sign_in(client, "nmi", Role.ADVISER)
    page = client.get(addresses["indicator"]).text
    assert "shown side by side, never averaged" in page
    assert "confirmed in part" in page


def test_why_leads_down_to_the_records(world: World, client: Client, addresses: dict[str, str]):
    world.sign_in(client, "nmi", Role.ADVISER)
    page = client.get(addresses["why"]).text
    assert addresses["measurement"] in page
    assert "(7 − 1) ÷ (9 − 1)" in page
    assert "As recorded." not in page


def test_a_replaced_measurement_says_so(world: World, client: Client):
    first = world.enter("programme.measurement", value=7)
    second = world.enter("programme.measurement", indicator=first.indicator, value=8, supersedes=first)
    world.sign_in(client, "nmi", Role.ADVISER)
    page = client.get(reverse("programme:measurement", args=[first.record.slug])).text
    assert "Replaced by a correction; it no longer counts." in page
    assert reverse("programme:measurement", args=[second.record.slug]) in page
