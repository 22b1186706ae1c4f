"""Objectives in the order of their tree, whatever another party's records make of it."""

import sys
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from comity.programme.models import Objective
from comity.programme.queries import _as_tree, programmes
from comity.responses.tests.world import ON, World


def place(row: Any, parent: Any) -> None:
    """As received from another party, whom no rule of entry here holds back."""
    Objective.objects.system("test").filter(pk=row.pk).update(parent=parent.record)


def order(world: World, side: str = "nmi") -> list[tuple[int, int]]:
    return [(line.row.pk, line.depth) for programme in programmes(world.subject(side), ON) for line in programme.lines]


def objectives(world: World, count: int, **fields: Any) -> list[Any]:
    mandate = world.enter("programme.mandate", "iraq")
    return [world.enter("programme.objective", mandate=mandate, **fields) for _ in range(count)]


def test_children_follow_their_parent(world: World):
    a, b, c, d = objectives(world, 4)
    place(c, a)
    place(d, c)
    assert order(world) == [(a.pk, 0), (c.pk, 1), (d.pk, 2), (b.pk, 0)]


def test_a_circle_is_shown_once(world: World):
    a, b, c, d = objectives(world, 4)
    place(a, c)
    place(b, a)
    place(c, b)
    place(d, d)
    assert order(world) == [(a.pk, 0), (b.pk, 1), (c.pk, 2), (d.pk, 0)]


def test_a_chain_may_be_longer_than_a_program_can_call_itself():
    length = sys.getrecursionlimit() + 100
    lines: Any = [Line(SimpleNamespace(pk=pk, parent_id=pk - 1)) for pk in range(1, length)]
    assert [line.depth for line in _as_tree(lines)] == list(range(length - 1))


@dataclass(frozen=True)
class Line:
    row: Any
    depth: int = 0


def test_under_a_parent_that_is_hidden_it_stands_at_the_top(world: World):
    (hidden,) = objectives(world, 1, label=world.label("nmi"))
    row = world.enter("programme.objective", mandate=hidden.mandate, parent=hidden)
    assert order(world, "iraq") == [(row.pk, 0)]
    assert order(world, "nmi") == [(hidden.pk, 0), (row.pk, 1)]
