"""The people room: posts for whoever shares the programme, names for whoever may read them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.subject import Role
from comity.people.models import Organisation
from comity.people.queries import tree
from comity.responses.tests.world import ON, World, text

NAME = "Zebulon Synthetic"


def page(world: World, client: Client, side: str, role: Role = Role.ADVISER, language: str = "en") -> Any:
    client.cookies["comity_language"] = language
    world.sign_in(client, side, role)
    return client.get(reverse("people:people"))


def named(world: World, **fields: Any) -> Any:
    """A post that somebody holds, whose name only the mission may read."""
    person = world.enter("people.person", name=text(NAME, "زبولون المصطنع"), label=world.label("nmi"))
    return world.enter("people.appointment", person=person, starts="2024", **fields)


def units(found: Any) -> list[Any]:
    return [(one.card.pk, units(one.units)) for one in found]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(("side", "status"), [("nmi", 200), ("iraq", 200)])
def test_everybody_who_reads_sees_the_room(world: World, client: Client, side: str, status: int, language: str):
    named(world)
    for role in (Role.ADVISER, Role.REGISTRY_CLERK, Role.SECURITY_OFFICER):
        answer = page(world, client, side, role, language)
        assert answer.status_code == status
        assert "Director" in answer.text


def test_a_name_that_is_not_for_this_reader_is_nowhere_on_the_page(world: World, client: Client):
    named(world)
    assert NAME in page(world, client, "nmi").text
    theirs = page(world, client, "iraq").text
    assert "name not shared with us" in theirs
    for word in ("Zebulon", "زبولون"):
        assert word not in theirs
        assert word not in page(world, client, "iraq", language="ar").text


@pytest.mark.parametrize("name", ["people:people", "people:chart"])
def test_an_empty_room_offers_a_step_to_whoever_may_take_it(world: World, client: Client, name: str):
    for role, offers in ((Role.REGISTRY_CLERK, True), (Role.ADMINISTRATOR, False)):
        world.sign_in(client, "nmi", role)
        answer = client.get(reverse(name)).text
        assert "No organisation yet" in answer
        assert ("Enter an organisation" in answer) is offers


def test_it_is_not_found_by_name_either(world: World, client: Client):
    named(world)
    world.sign_in(client, "iraq", Role.ADVISER)
    answer = client.get(reverse("desk:search"), {"q": "Zebulon"})
    assert "Nothing that you may read" in answer.text


def test_the_page_is_marked_as_high_as_a_name_on_it(world: World, client: Client):
    world.enter("people.position")
    before = page(world, client, "nmi").text
    caveats = frozenset({"USE-ADVISORY-ONLY"})
    person = world.enter("people.person", label=world.label(caveats=caveats))
    world.enter("people.appointment", person=person)
    after = page(world, client, "nmi").text
    assert strip(before) != strip(after)


def strip(html: str) -> str:
    return html.partition('class="marking')[2].partition("</div>")[0]


def test_an_auditor_sees_no_post(world: World, client: Client):
    named(world)
    answer = page(world, client, "nmi", Role.AUDITOR)
    assert answer.status_code == 200
    assert "Director" not in answer.text


def test_a_stranger_is_sent_to_sign_in(client: Client, db: None):
    assert client.get(reverse("people:people")).status_code == 302


def test_a_counterpart_that_is_not_shared_is_said_to_be_so(world: World, client: Client):
    hidden = world.enter("people.position", "iraq", title=text("Hidden office"), label=world.label("iraq"))
    shown = world.enter("people.position", "iraq", title=text("Open office"), counterpart=hidden)
    assert shown.counterpart_id == hidden.pk
    assert "Hidden office" in page(world, client, "iraq").text
    theirs = page(world, client, "nmi").text
    assert "not shared with us" in theirs
    assert "Hidden office" not in theirs


# ------------------------------------------------------------------------------------------------------------ the tree


def test_organisations_stand_under_their_parents_and_a_circle_is_shown_once(world: World):
    a, b, c, d = (world.enter("people.organisation") for _ in range(4))
    for row, parent in ((a, c), (b, a), (c, b), (d, a)):  # as another party's records may come
        Organisation.objects.system("test").filter(pk=row.pk).update(parent=parent.record)
    assert units(tree(world.subject("nmi"), "en", on=ON)) == [(a.pk, [(b.pk, [(c.pk, [])]), (d.pk, [])])]


def test_under_an_organisation_that_is_hidden_it_stands_at_the_top(world: World):
    hidden = world.enter("people.organisation", label=world.label("nmi"))
    inner = world.enter("people.organisation", parent=hidden)
    assert units(tree(world.subject("iraq"), "en", on=ON)) == [(inner.pk, [])]
    assert units(tree(world.subject("nmi"), "en", on=ON)) == [(hidden.pk, [(inner.pk, [])])]


def test_the_tree_costs_the_same_however_large(world: World, django_assert_max_num_queries: Any):
    subject = world.subject("nmi")
    named(world)
    tree(subject, "en", on=ON)
    with django_assert_max_num_queries(30) as few:
        tree(subject, "en", on=ON)
    for _ in range(5):
        named(world)
    with django_assert_max_num_queries(len(few)):
        assert len(tree(subject, "en", on=ON)) == 6


# ------------------------------------------------------------------------------------------------------ contradictions


def test_two_secretaries_general_on_one_day_are_shown_to_contradict(world: World, client: Client):
    """As two public reports have it of 5 February 2025."""
    post = world.enter("people.position", title=text("Secretary General"))
    for day in ("2025-02-05", "2025-02-05"):
        world.enter("people.appointment", position=post, status="reported", observed=[day])
    answer = page(world, client, "iraq")
    assert "The sources contradict each other: two holders on 5 February 2025." in answer.text


def test_a_contradiction_with_a_holder_who_is_not_shown_is_not_told(world: World):
    post = world.enter("people.position")
    world.enter("people.appointment", "iraq", position=post, starts="2024")
    world.enter("people.appointment", position=post, starts="2023", label=world.label("nmi"))
    found = {side: tree(world.subject(side), "en", on=ON)[0].posts[0].clashes for side in ("nmi", "iraq")}
    assert (len(found["nmi"]), len(found["iraq"])) == (1, 0)


def test_the_newest_holder_stands_first(world: World):
    post = world.enter("people.position")
    for starts, ends in (("2019", "2022"), ("2025", None), ("2022", "2025")):
        world.enter("people.appointment", position=post, starts=starts, ends=ends)
    holdings = tree(world.subject("nmi"), "en", on=ON)[0].posts[0].holdings
    assert [one.row.starts.text for one in holdings] == ["2025", "2022", "2019"]
