"""How many questions a page asks the database: the same however much there is."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.subject import Role
from comity.programme.models import Objective
from comity.programme.queries import indicator_line, programmes
from comity.programme.tests.test_entry import days
from comity.responses.tests.world import ON, World, stop_clock


def begin(world: World) -> tuple[Any, Any]:
    """An objective, and an indicator under it that two parties measured and one verified."""
    objective = world.enter("programme.objective")
    return objective, more(world, objective, 1)


def more(world: World, objective: Any, number: int) -> Any:
    result = world.enter("programme.result", objective=objective)
    indicator = world.enter("programme.indicator", result=result)
    world.enter("programme.baseline", indicator=indicator, value=1)
    world.enter("programme.target", indicator=indicator, value=9)
    figure = world.enter("programme.measurement", indicator=indicator, value=number)
    world.enter("programme.measurement", "iraq", indicator=indicator, value=number, **days("2025-03-31"))
    world.enter("responses.verification", "iraq", about=figure)
    return indicator


@pytest.fixture
def counted(django_assert_max_num_queries: Any) -> Any:
    return django_assert_max_num_queries


def test_the_whole_programme(world: World, counted: Any):
    subject = world.subject("nmi")
    objective, _ = begin(world)
    programmes(subject, ON)  # what is remembered of labels is remembered
    for expected in (2, 20):
        while len(programmes(subject, ON)[0].lines[0].indicators) < expected:
            more(world, objective, 1)
        with counted(25):
            (programme,) = programmes(subject, ON)
        assert programme.lines[0].picture.total == expected


def test_many_objectives(world: World, counted: Any):
    subject = world.subject("nmi")
    first = world.enter("programme.objective")
    for _ in range(19):
        row = world.enter("programme.objective", mandate=first.mandate, parent=first)
        world.concur(row)
    with counted(25):
        (programme,) = programmes(subject, ON)
    assert len(programme.lines) == 20


def test_one_indicator_however_long_its_history(world: World, counted: Any):
    row = more(world, world.enter("programme.objective"), 1)
    for month in range(1, 6):
        world.enter("programme.measurement", indicator=row, value=month, **days(f"2025-{month:02}-15"))
    with counted(12):
        line = indicator_line(row.pk, world.subject("nmi"), ON)
    assert len(line.assessment.indicator.measurements) == 7


@pytest.mark.parametrize("name", ["objectives", "objective", "indicator", "why", "mandate"])
def test_pages(world: World, client: Client, monkeypatch: pytest.MonkeyPatch, name: str, counted: Any):
    """Templates included: a row that asks for itself would show as one more question for each."""
    stop_clock(monkeypatch, "comity.programme.views")
    world.sign_in(client, "nmi", Role.ADVISER)
    objective, indicator = begin(world)
    mandate = Objective.objects.visible_to(world.subject("nmi")).get(pk=objective.pk).mandate
    about = {"objective": objective.record, "indicator": indicator.record, "why": indicator.record, "mandate": mandate}
    address = reverse(f"programme:{name}", args=[about[name].slug] if name in about else [])
    few = asked(client, address, counted)
    for number in range(9):
        more(world, objective, number)
        if name in ("indicator", "why"):
            world.enter("programme.measurement", indicator=indicator, value=1, **days(f"2025-02-{number + 1:02}"))
    assert asked(client, address, counted) == few


def asked(client: Client, address: str, counted: Any) -> int:
    client.get(address)
    with counted(72) as seen:
        assert client.get(address).status_code == 200
    return len(seen)
