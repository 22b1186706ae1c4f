"""Today, and every page of the desk for every office of both sides."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.subject import Role
from comity.responses.tests.world import ON, World, stop_clock, text

OFFICES = [
    ("nmi", Role.ADVISER),
    ("nmi", Role.CHIEF),
    ("nmi", Role.SECURITY_OFFICER),
    ("nmi", Role.AUDITOR),
    ("iraq", Role.REGISTRY_CLERK),
    ("iraq", Role.COUNTERPART),
    ("iraq", Role.CHIEF),
    ("iraq", Role.SECURITY_OFFICER),
]


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, "comity.desk.queries")


def test_every_page_for_every_office(world: World, client: Client):
    figure = world.enter("programme.measurement", value=1)
    index = figure.record.log_index
    addresses = {"today": "/", "search": "/search/?q=supplies", "log": "/log/"}
    for side, role in OFFICES:
        for language in ("en", "ar"):
            client.cookies["comity_language"] = language
            world.sign_in(client, side, role)
            for address in (*addresses.values(), f"/log/{index}/", f"/log/{index}/proof.json"):
                answer = client.get(address)
                assert answer.status_code == 200, (side, role, address)
                assert "None" not in answer.text, address


def test_pages_are_only_read(world: World, client: Client):
    world.sign_in(client, "nmi", Role.ADVISER)
    for name in ("today", "search", "log"):
        assert client.post(reverse(f"desk:{name}")).status_code == 405


def test_a_stranger_is_sent_to_sign_in(db: None, client: Client):
    for address in ("/", "/search/?q=x", "/log/", "/log/0/", "/log/0/proof.json"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/sign-in/")


def test_before_anything_is_entered(world: World, client: Client):
    world.sign_in(client, "iraq", Role.REGISTRY_CLERK)
    page = client.get("/").text
    assert "Nothing needs you now." in page
    assert "Nothing is shared with you yet" in page


def test_what_needs_me_comes_first_with_its_number(world: World, client: Client):
    row = world.enter("programme.objective", statement=text("Convoys arrive"))
    world.sign_in(client, "iraq", Role.REGISTRY_CLERK)
    page = client.get("/").text
    assert "One thing needs you." in page
    assert page.index(f"about={row.record.slug}") < page.index("The partnership at a glance")


def test_two_readers_see_two_pictures_and_two_lists(world: World, client: Client):
    row = world.enter("programme.objective", statement=text("Shared aim"))
    hidden = world.enter(
        "programme.objective", mandate=row.mandate, statement=text("Quixotic aim"), label=world.label("nmi")
    )
    assert hidden.pk > row.pk
    for side, told in (("nmi", True), ("iraq", False), ("nmi", True)):
        world.sign_in(client, side, Role.CHIEF)
        page = client.get("/").text
        assert "Shared aim" in page
        assert ("Quixotic aim" in page) is told


def test_latest_changes_are_the_newest_that_may_be_read(world: World, client: Client):
    about = world.enter("programme.objective")
    for number in range(10):
        world.enter("programme.claim", about=about, statement=text(f"Claim {number}"))
        world.enter("programme.claim", about=about, statement=text(f"Quixotic {number}"), label=world.label("nmi"))
    world.sign_in(client, "iraq", Role.CHIEF)
    page = client.get("/").text
    assert re.findall(r">(?:<bdi>)?(Claim \d+)<", page) == [f"Claim {number}" for number in range(9, 1, -1)]
    assert "Quixotic" not in page


def test_today_costs_the_same_with_more_on_it(world: World, client: Client, django_assert_max_num_queries: Any):
    world.sign_in(client, "iraq", Role.CHIEF, Role.COUNTERPART)

    def more() -> None:
        mandate = world.enter("programme.mandate", "iraq")
        for _ in range(2):
            result = world.enter("programme.result", objective=world.enter("programme.objective", mandate=mandate))
            indicator = world.enter("programme.indicator", result=result)
            world.enter("programme.measurement", indicator=indicator, value=1)

    for _ in range(4):  # eight changes are listed, five figures are asked for: then the page is full
        more()
    client.get("/")
    with django_assert_max_num_queries(75) as seen:
        client.get("/")
    few = len(seen)
    more()
    client.get("/")
    with django_assert_max_num_queries(few):
        assert client.get("/").status_code == 200


def test_the_day_is_the_one_where_the_node_is(world: World, client: Client):
    world.sign_in(client, "nmi", Role.CHIEF)
    assert f"Tuesday {ON.day} July 2025" in client.get("/").text
