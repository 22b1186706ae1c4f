"""What a newer version or a careless party wrote and this one does not know: shown as it is, and no page fails on it.

The rows are written as a copy would bring them: any code that fits its column, any list that is one.
"""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.queries import label_of
from comity.labels.subject import Role
from comity.people.models import Appointment, Position
from comity.people.queries import tree
from comity.programme import lists
from comity.programme.domain.vocabulary import Confidence, IndicatorState, ObjectiveState
from comity.programme.measuring import DescribedByANewerVersion
from comity.programme.models import (
    Baseline,
    Indicator,
    Initiative,
    Mandate,
    Measurement,
    Objective,
    Result,
    Target,
)
from comity.programme.queries import indicator_line, objective_line
from comity.programme.tests.test_entry import SEX, part
from comity.records.work import act
from comity.responses.models import Concurrence, Verification
from comity.responses.tests.world import AT, LETTER, ON, World, refused, stop_clock, text

ODD: list[Any] = [None, 1, "x", [], {}, {"key": 1}, {"key": "k"}, {"key": "k", "text": 1, "options": 1, "name": []}]
ODD += [{"key": "k", "options": [None, 1, {"key": "o"}, {"key": 2}]}, {"options": {"sex": 1}, "value": "1"}]
BAD: list[Any] = ["1E999999999", "NaN", [], {}, "many", "9" * 90]
ODD += [{"options": {"sex": "male"}, "value": bad} for bad in BAD]


@pytest.fixture
def story(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[type, Any]:
    """A row behind each page, everything in it as it should be."""
    stop_clock(monkeypatch, "comity.programme.views", "comity.desk.queries")
    mandate = world.enter("programme.mandate", "iraq")
    objective = world.enter("programme.objective", mandate=mandate)
    word = world.concur(objective)
    result = world.enter("programme.result", objective=objective)
    indicator = world.enter("programme.indicator", result=result, dimensions=[SEX])
    world.enter("programme.baseline", indicator=indicator, value=1)
    world.enter("programme.target", indicator=indicator, value=9)
    figure = world.enter("programme.measurement", indicator=indicator, value=4, cells=[part(4, sex="female")])
    check = world.enter("responses.verification", "iraq", about=figure)
    initiative = world.enter("programme.initiative", mandate=mandate, objectives=[objective])
    post = world.enter("people.position", "iraq")
    holding = world.enter("people.appointment", "iraq", position=post)
    rows = (mandate, objective, word, result, indicator, figure, check, initiative, post, holding)
    return {type(row): row for row in rows}


def write(row: Any, **fields: Any) -> None:
    type(row).objects.system("as a copy would bring it").filter(pk=row.pk).update(**fields)


def every_page(world: World, client: Client, story: dict[type, Any], side: str = "nmi") -> dict[str, str]:
    slugs = {kind: row.record.slug for kind, row in story.items()}
    addresses = {"today": "/", "objectives": "/objectives/", "people": "/people/", "log": "/log/"}
    for name, kind in PAGES.items():
        addresses[name] = reverse(f"programme:{name}", args=[slugs[kind]])
    world.sign_in(client, side, Role.ADVISER, Role.CHIEF, Role.REGISTRY_CLERK)
    pages = {}
    for name, address in addresses.items():
        answer = client.get(address)
        assert answer.status_code == 200, (name, side)
        pages[name] = answer.text
    return pages


PAGES = {
    "objective": Objective,
    "mandate": Mandate,
    "initiative": Initiative,
    "indicator": Indicator,
    "why": Indicator,
    "measurement": Measurement,
}
CODES: list[tuple[type, dict[str, Any]]] = [
    (Mandate, {"areas": ["seabed", 1, None, {}, []]}),
    (Objective, {"area": "seabed"}),
    (Objective, {"stage": "frozen"}),
    (Initiative, {"status": "dreamt"}),
    (Initiative, {"nations": [1, None, {}]}),
    (Result, {"level": "beyond"}),
    (Indicator, {"measure": "spectral"}),
    (Indicator, {"nature": "tidal"}),
    (Indicator, {"direction": "sideways"}),
    (Indicator, {"frequency": "centennial"}),
    (Measurement, {"judgement": "odd"}),
    (Measurement, {"grade": "Z9"}),
    (Concurrence, {"position": "ponders"}),
    (Concurrence, {"view": "private"}),
    (Verification, {"finding": "smells"}),
    (Verification, {"mode": "psychic"}),
    (Position, {"holders": "none"}),
    (Appointment, {"status": "elected"}),
    (Appointment, {"observed": [None, 1, {}, "someday", "2025-13", "2025-07-01"]}),
    (Mandate, {"clauses": ODD}),
    (Indicator, {"dimensions": ODD}),
    (Indicator, {"levels": ODD, "measure": "ordinal"}),
    (Measurement, {"cells": ODD}),
]


@pytest.mark.parametrize(("of", "fields"), CODES, ids=[f"{of.__name__}-{next(iter(fields))}" for of, fields in CODES])
def test_no_page_fails_on_what_it_does_not_know(
    world: World, client: Client, story: dict[type, Any], of: type, fields: dict[str, Any]
):
    write(story[of], **fields)
    for side in ("nmi", "iraq"):
        every_page(world, client, story, side)


def test_an_unknown_position_is_no_agreement_and_is_shown_as_its_code(
    world: World, client: Client, story: dict[type, Any]
):
    about = story[Objective]
    assert objective_line(about.pk, world.subject("nmi"), ON)[0].standing.state is ObjectiveState.ACTIVE
    with act(world.subject("iraq"), AT) as work:
        given = {**LETTER, "position": "ponders", "view": "official"}
        work.create(Concurrence, label=label_of(about.label_id), about=about.record, **given)
    assert objective_line(about.pk, world.subject("nmi"), ON)[0].standing.state is ObjectiveState.PROPOSED
    assert "ponders" in every_page(world, client, story)["objective"]


@pytest.mark.parametrize(
    "fields", [{"measure": "spectral"}, {"nature": "tidal"}, {"direction": "sideways"}, {"frequency": "centennial"}]
)
def test_an_indicator_that_cannot_be_read_is_shown_and_not_judged(
    world: World, client: Client, story: dict[type, Any], fields: dict[str, str]
):
    row = story[Indicator]
    write(row, **fields)
    it = indicator_line(row.pk, world.subject("nmi"), ON).assessment
    assert (it.state, it.progress, it.attainment, it.target, it.flags) == (
        IndicatorState.MEASURED,
        None,
        None,
        None,
        (),
    )
    assert it.actual is not None
    assert it.actual.amount is not None
    assert it.actual.amount.value == 4
    pages = every_page(world, client, story)
    assert "cannot be judged by this version" in pages["objective"]
    assert f"it does not know what “{next(iter(fields.values()))}” means" in pages["why"]


def test_without_a_figure_it_is_not_measured(world: World):
    row = world.enter("programme.indicator")
    write(row, measure="spectral")
    assert indicator_line(row.pk, world.subject("nmi"), ON).assessment.state is IndicatorState.NOT_MEASURED


def test_no_figure_is_entered_for_what_cannot_be_read(world: World, story: dict[type, Any], client: Client):
    row = story[Indicator]
    write(row, measure="spectral")
    with refused((DescribedByANewerVersion, "indicator")):
        world.enter("programme.target", indicator=row, value=1)
    world.sign_in(client, "nmi", Role.ADVISER)
    for code in ("baseline", "target", "measurement"):
        assert client.get(f"/enter/programme.{code}/?about={row.record.slug}").status_code == 200


@pytest.mark.parametrize("fields", [{"finding": "smells"}, {"mode": "psychic"}])
def test_an_unknown_finding_or_mode_verifies_nothing(world: World, story: dict[type, Any], fields: dict[str, str]):
    row = story[Indicator]
    assert indicator_line(row.pk, world.subject("nmi"), ON).assessment.confidence is Confidence.INDEPENDENTLY_VERIFIED
    write(story[Verification], **fields)
    assert indicator_line(row.pk, world.subject("nmi"), ON).assessment.confidence is Confidence.SELF_REPORTED


def test_of_an_unknown_status_nothing_is_certain(world: World):
    post = world.enter("people.position", "iraq")
    seen = {"position": post, "observed": ["2025-07-01"], "status": "reported"}
    row, _other = (world.enter("people.appointment", "iraq", **seen) for _ in range(2))

    def clashes() -> int:
        return sum(len(p.clashes) for unit in tree(world.subject("iraq"), "en", on=ON) for p in unit.posts)

    assert clashes() == 1
    write(row, status="elected")
    assert clashes() == 0


def test_lists_keep_what_can_be_read_of_them():
    good = {"key": "advisory", "text": text("It advises.")}
    assert lists.clauses([*ODD, good])["advisory"].versions == {"en": "It advises."}
    assert [d.key for d in lists.dimensions([*ODD, SEX])] == ["k", "k", "k", "sex"]
    assert [str(cell.amount.value) for cell in lists.cells([*ODD, part(4, sex="female")])] == ["4"]
    assert lists.words(ODD) is None


@pytest.mark.parametrize("nature", ["stock", "flow"])
@pytest.mark.parametrize("frequency", ["monthly", "once"])
def test_a_day_at_the_end_of_time_stops_no_page(
    world: World, client: Client, story: dict[type, Any], nature: str, frequency: str
):
    write(story[Indicator], nature=nature, frequency=frequency)
    for table in (Baseline, Target):
        table.objects.system("test").update(period_start=date.max, period_end=date.max)
    every_page(world, client, story)
