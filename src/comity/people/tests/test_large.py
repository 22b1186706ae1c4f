"""A ministry of 500 positions: each page stays small and asks little, and nothing is left out."""

import gzip
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.kernel.text import Text
from comity.labels.subject import Role
from comity.people import queries
from comity.people.chart import BOXES, layout
from comity.people.queries import Unit, tree
from comity.records.kinds import kind_coded
from comity.records.work import act
from comity.responses.tests.world import AT, ON, World

MOST = 60_000


@pytest.fixture
def ministry(world: World) -> Any:
    """20 directorates of 24 positions each and 20 positions at the top, every one of them held."""
    kinds = {code: kind_coded(f"people.{code}").model for code in ("organisation", "position", "person", "appointment")}
    label, number = world.label(), 0

    def said(words: str) -> Any:
        return Text("en", {"en": words, "ar": f"نص {words}"}).json()

    with act(world.subject("nmi"), AT) as work:
        top = work.create(kinds["organisation"], label=label, name=said("Ministry of Supply"), nature="ministry")
        units = [
            work.create(
                kinds["organisation"], label=label, name=said(f"Directorate {n}"), nature="office", parent=top.record
            )
            for n in range(20)
        ]
        for unit, count in [(top, 20), *((unit, 24) for unit in units)]:
            for _ in range(count):
                number += 1
                post = work.create(
                    kinds["position"],
                    label=label,
                    title=said(f"Head of section {number}"),
                    organisation=unit.record,
                    precedence=number,
                )
                person = work.create(kinds["person"], label=label, name=said(f"Synthetic Person {number}"))
                work.create(
                    kinds["appointment"],
                    label=label,
                    position=post.record,
                    person=person.record,
                    status="confirmed",
                    starts="2024",
                )
    return top, units[0]


def test_every_page_of_it_is_small_asks_little_and_leaves_nothing_out(
    world: World, client: Client, ministry: Any, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
):
    world.sign_in(client, "nmi", Role.ADVISER)
    top, unit = (reverse("people:organisation", args=[row.record.slug]) for row in ministry)
    for language in ("en", "ar"):
        client.cookies["comity_language"] = language
        for address in (reverse("people:people"), reverse("people:chart"), top, unit):
            with django_assert_max_num_queries(80):
                page = client.get(address)
            assert page.status_code == 200
            assert len(gzip.compress(page.content)) < MOST, address
    client.cookies["comity_language"] = "en"
    assert "24 positions" in client.get(reverse("people:people")).text
    monkeypatch.setattr("comity.people.views.AT_ONCE", 9)
    found = []
    for number in (1, 2, 3):
        found += re.findall(r"<bdi>Head of section (\d+)</bdi>", client.get(f"{unit}?page={number}").text)
    assert found == [str(number) for number in range(21, 45)], "in protocol order"
    for odd in ("0", "-1", "99999999", "x", "٣"):
        assert client.get(f"{unit}?page={odd}").status_code == 200


def test_a_forest_deeper_than_a_page_is_cut_at_a_level(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "UNITS", 3)
    top = world.enter("people.organisation")
    inner = [world.enter("people.organisation", parent=top) for _ in range(2)]
    for _ in range(2):
        world.enter("people.organisation", parent=inner[0])
    (unit,) = tree(world.subject("nmi"), "en", on=ON)
    assert [(one.units, one.inside) for one in unit.units] == [((), 2), ((), 0)]


def test_more_positions_than_a_page_holds_are_numbers(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "POSTS", 1)
    top = world.enter("people.organisation")
    for number, shown in ((1, 1), (2, 0)):
        world.enter("people.position", organisation=top)
        (unit,) = tree(world.subject("nmi"), "en", on=ON)
        assert (unit.positions, len(unit.posts)) == (number, shown)


# --------------------------------------------------------------------------------------------------------------- chart


def drawn(count: int, inner: int = 0) -> Unit:
    leaf = tuple(Unit(None, "", (), (), 0, 0) for _ in range(inner))  # type: ignore[arg-type]
    return Unit(None, "", (), tuple(Unit(None, "", (), leaf, 0, inner) for _ in range(count)), 0, 0)  # type: ignore[arg-type]


@pytest.mark.parametrize("columns", [1, 3])
@pytest.mark.parametrize(("count", "inner"), [(1, 0), (4, 3), (7, 9), (90, 0)])
def test_no_box_covers_another_and_each_hangs_from_one_above(columns: int, count: int, inner: int):
    boxes = layout(drawn(count, inner), columns)
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            apart = abs(one.x - other.x) >= min(one.width, other.width) or abs(one.y - other.y) >= 64
            assert apart, (one, other)
    assert all(box.hangs_from is None or box.hangs_from.y < box.y for box in boxes)
    assert all(box.x >= 0 and box.x + box.width <= boxes[0].width for box in boxes)
    assert len(boxes) <= BOXES + 1


def test_what_is_not_drawn_is_counted():
    assert layout(drawn(90), 3)[0].deeper == 30
    crowded = layout(drawn(20, 5), 3)
    assert [box.deeper for box in crowded[1:]] == [5] * 20
