"""The search page: every word, both scripts, page by page, and not a sign of what may not be read."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.subject import Role
from comity.responses.tests.world import World, text


def search(client: Client, **query: str) -> str:
    answer = client.get(reverse("desk:search"), query)
    assert answer.status_code == 200
    return answer.text


def titles(page: str) -> list[str]:
    return re.findall(r">(?:<bdi>)?(Depot \d+)<", page)


@pytest.fixture
def depots(world: World) -> Any:
    """60 claims about depots: every third for the mission alone."""
    about = world.enter("programme.objective")
    for number in range(60):
        label = world.label("nmi") if number % 3 == 0 else None
        world.enter("programme.claim", about=about, statement=text(f"Depot {number}", f"مستودع {number}"), label=label)
    return about


def test_pages_hold_each_hit_once_newest_first(world: World, client: Client, depots: Any):
    world.sign_in(client, "nmi", Role.ADVISER)
    first = search(client, q="depot")
    (after,) = set(re.findall(r'href="(?:/search/)?\?([^"]*before=\d+)"', first))
    assert "q=depot" in after
    second = client.get(f"{reverse('desk:search')}?{after.replace('&amp;', '&')}").text
    found = titles(first) + titles(second)
    assert len(titles(first)) == 50
    assert found == [f"Depot {number}" for number in reversed(range(60))]
    assert 'rel="next"' not in second


def test_whoever_may_not_read_them_is_not_told_that_there_are_more(world: World, client: Client, depots: Any):
    """40 of 60: on one page, without a next one that would be filled by what is hidden."""
    world.sign_in(client, "iraq", Role.ADVISER)
    page = search(client, q="depot")
    assert titles(page) == [f"Depot {number}" for number in reversed(range(60)) if number % 3]
    assert 'rel="next"' not in page


def test_an_arabic_word_with_its_article_finds_them_too(world: World, client: Client, depots: Any):
    world.sign_in(client, "iraq", Role.REGISTRY_CLERK)
    assert len(titles(search(client, q="المستودع"))) == 40


def test_only_the_kind_asked_for(world: World, client: Client, depots: Any):
    world.enter("programme.risk", about=depots, statement=text("Depot 99"))
    world.sign_in(client, "nmi", Role.ADVISER)
    assert titles(search(client, q="depot", kind="programme.risk")) == ["Depot 99"]
    assert titles(search(client, q="depot 99", kind="nonsense")) == ["Depot 99"]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_reads_nothing_finds_nothing(world: World, client: Client, depots: Any, role: Role):
    world.sign_in(client, "nmi", role)
    page = search(client, q="depot")
    assert titles(page) == []
    assert "Nothing that you may read contains these words" in page


@pytest.mark.parametrize("asked", ["", "   ", "'\"*", "a" * 3000, "depot AND NOT (1)", "\u0000", "%s"])
def test_whatever_is_asked_is_answered(world: World, client: Client, asked: str):
    world.enter("programme.objective")
    world.sign_in(client, "nmi", Role.ADVISER)
    search(client, q=asked)
    search(client, q=asked, before="9" * 18, kind=asked)


def test_what_is_asked_is_not_taken_for_html(world: World, client: Client):
    world.sign_in(client, "nmi", Role.ADVISER)
    assert "<script>x" not in search(client, q="<script>x")


def test_a_hit_says_what_it_belongs_to_only_where_that_is_shown(world: World, client: Client):
    hidden = world.enter("programme.objective", statement=text("Quixotic aim"), label=world.label("nmi"))
    world.enter("programme.claim", about=hidden, statement=text("Depot 1"))
    for side, told in (("nmi", True), ("iraq", False)):
        world.sign_in(client, side, Role.ADVISER)
        page = search(client, q="depot")
        assert titles(page) == ["Depot 1"]
        assert ("Quixotic aim" in page) is told
