"""The page on which a holder is replaced: sent once or twice, in time or behind, by whoever may."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.subject import Role
from comity.people.models import Appointment
from comity.responses.tests.world import World, stop_clock, text
from tests.entry.forms import Filled, opened, sent


@pytest.fixture
def post(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A post with a holder and a counterpart on the other side, each of which names the other."""
    stop_clock(monkeypatch, "comity.people.replacing", "comity.people.views")
    theirs = world.enter("people.position", "iraq", title=text("Director, supply"))
    row = world.enter("people.position", title=text("Adviser, logistics"), counterpart=theirs)
    world.amend(theirs, "iraq", counterpart=row)
    world.enter("people.appointment", position=row, starts="2024")
    return row


def address(post: Any) -> str:
    return reverse("people:replace", args=[post.record.slug])


def terms(post: Any) -> list[tuple[Any, Any]]:
    rows = Appointment.objects.system("test").filter(position=post.pk).order_by("pk")
    return [(str(row.starts), row.ends and row.ends.text) for row in rows]


def test_the_page_replaces_once_and_shows_the_pair(world: World, client: Client, post: Any):
    world.sign_in(client, "nmi", Role.REGISTRY_CLERK)
    person = world.enter("people.person", name=text("Successor Synthetic"))
    data = {**opened(client, address(post)).values, "person": str(person.pk), "starts": "2025-07-10"}
    first, second = (client.post(address(post), data) for _twice in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert terms(post) == [("2024", "2025-07-10"), ("2025-07-10", None)]
    page = client.get(first["Location"]).text
    assert "Successor Synthetic" in page
    assert "Each side names the other." in page


def test_a_page_that_is_behind_says_so_and_keeps_what_was_typed(world: World, client: Client, post: Any):
    world.sign_in(client, "nmi", Role.REGISTRY_CLERK)
    one, other = (world.enter("people.person") for _ in range(2))
    data = {**opened(client, address(post)).values, "person": str(one.pk), "starts": "2025-07-12"}
    assert sent(client, address(post), person=str(other.pk), starts="2025-07-10").status_code == 302
    answer = client.post(address(post), data)
    assert answer.status_code == 409
    again = Filled(answer.text).values
    assert (again["starts"], again["person"]) == (["2025-07-12"], [str(one.pk)])
    assert client.post(address(post), again).status_code == 302
    assert terms(post)[1:] == [("2025-07-10", "2025-07-12"), ("2025-07-12", None)]


def test_of_several_holders_one_leaves(world: World, client: Client):
    world.sign_in(client, "nmi", Role.REGISTRY_CLERK)
    post, person = world.enter("people.position", holders="many"), world.enter("people.person")
    rows = [world.enter("people.appointment", position=post, starts="2024") for _ in range(2)]
    answer = sent(client, address(post), person=str(person.pk), leaves=str(rows[1].pk), starts="2025-07-01")
    assert answer.status_code == 302
    assert terms(post) == [("2024", None), ("2024", "2025-07-01"), ("2025-07-01", None)]


@pytest.mark.parametrize("starts", ["", "soon", "2023"])
def test_a_day_that_cannot_be_is_refused_with_everything_kept(world: World, client: Client, post: Any, starts: str):
    world.sign_in(client, "nmi", Role.REGISTRY_CLERK)
    person = world.enter("people.person")
    answer = sent(client, address(post), person=str(person.pk), starts=starts)
    assert answer.status_code == 422
    assert Filled(answer.text).values["person"] == [str(person.pk)]
    assert terms(post) == [("2024", None)]


@pytest.mark.parametrize(("role", "status"), [(Role.ADVISER, 403), (Role.AUDITOR, 403), (Role.CHIEF, 200)])
def test_only_who_enters_people_replaces(world: World, client: Client, post: Any, role: Role, status: int):
    world.sign_in(client, "nmi", role)
    assert client.get(address(post)).status_code == status
