"""Figures as the database keeps them: their label, their corrections, what they amount to, and for whom."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.domain import Label
from comity.labels.subject import Role
from comity.programme import display
from comity.programme.domain.vocabulary import Confidence, IndicatorState, Measure
from comity.programme.models import Measurement
from comity.programme.queries import indicator_line, objective_line
from comity.programme.tests.test_entry import SEX, days, figure, part
from comity.responses.tests.world import ON, World, stop_clock


def assessed(world: World, row: Any, side: str = "nmi") -> Any:
    return indicator_line(row.pk, world.subject(side), ON).assessment


@pytest.fixture
def measured(world: World) -> Any:
    """An indicator from 10 to 20 that stands at 15."""
    row = world.enter("programme.indicator")
    world.enter("programme.baseline", indicator=row, value=10)
    world.enter("programme.target", indicator=row, value=20)
    world.enter("programme.measurement", indicator=row, value=15)
    return row


def test_progress_comes_out_of_the_database_exactly(world: World, measured: Any):
    assert assessed(world, measured).progress == Fraction(1, 2)


def test_a_measured_nought_is_measured_and_no_measurement_is_not(world: World):
    row = world.enter("programme.indicator")
    world.enter("programme.baseline", indicator=row, value=0)
    world.enter("programme.target", indicator=row, value=10)
    assert assessed(world, row).state is IndicatorState.NOT_MEASURED
    world.enter("programme.measurement", indicator=row, value=0)
    it = assessed(world, row)
    assert (it.progress, it.actual.amount.value) == (0, 0)


def test_a_baseline_of_1_of_2_and_a_survey_of_30_of_100_are_31_of_102(world: World):
    row = world.enter("programme.indicator", measure="percentage")
    world.enter("programme.baseline", indicator=row, **figure("1/2"))
    world.enter("programme.measurement", indicator=row, **figure("30/100"))
    whole = assessed(world, row).roll_up.amount
    assert (whole.numerator, whole.denominator) == (31, 102)
    assert display.amount(whole, Measure.PERCENTAGE) == "31/102 = 30.4%"


def test_a_correction_counts_and_what_it_corrects_is_kept(world: World, measured: Any):
    first = Measurement.objects.visible_to(world.subject("nmi")).get(indicator=measured.record)
    second = world.enter("programme.measurement", indicator=measured, value=12, supersedes=first)
    it = assessed(world, measured)
    assert it.progress == Fraction(1, 5)
    assert [m.id for m in it.series[0].figures] == [second.record.slug]
    assert [m.id for m in it.series[0].superseded] == [first.record.slug]


@pytest.mark.parametrize("code", ["programme.baseline", "programme.target", "programme.measurement"])
def test_a_figure_carries_its_indicators_label_whatever_is_asked(world: World, code: str):
    own, wider = world.label("nmi"), world.label()
    row = world.enter("programme.indicator", label=own)
    made = world.enter(code, indicator=row, value=1, label=wider)
    assert made.label_id == row.label_id
    assert not type(made).objects.visible_to(world.subject("iraq")).exists()


# ----------------------------------------------------------------------------------------------- verification


def test_confidence_follows_from_what_others_found(world: World, measured: Any):
    (fact,) = Measurement.objects.visible_to(world.subject("nmi")).filter(indicator=measured.record)
    assert assessed(world, measured).confidence is Confidence.SELF_REPORTED
    world.enter("responses.verification", "iraq", about=fact, mode="joint")
    assert assessed(world, measured).confidence is Confidence.JOINTLY_VERIFIED
    world.enter("responses.verification", "iraq", about=fact, mode="independent")
    assert assessed(world, measured).confidence is Confidence.INDEPENDENTLY_VERIFIED
    world.enter("responses.verification", "iraq", about=fact, mode="joint", finding="not_confirmed")
    assert assessed(world, measured).confidence is Confidence.DISPUTED


def test_a_correction_has_to_be_verified_anew(world: World, measured: Any):
    (fact,) = Measurement.objects.visible_to(world.subject("nmi")).filter(indicator=measured.record)
    world.enter("responses.verification", "iraq", about=fact)
    world.enter("programme.measurement", indicator=measured, value=15, supersedes=fact)
    assert assessed(world, measured).confidence is Confidence.SELF_REPORTED


# ------------------------------------------------------------------------------------------------- side by side


def test_two_parties_figures_stand_side_by_side_and_are_never_averaged(world: World, measured: Any):
    world.enter("programme.measurement", "iraq", indicator=measured, value=11)
    for side in ("nmi", "iraq"):
        it = assessed(world, measured, side)
        assert it.progress == Fraction(1, 2), "the reporter's figure decides"
        assert [(one.author, one.decides) for one in it.series] == [(world.nmi.pk, True), (world.iraq.pk, False)]
        assert [one.verdict.progress.ratio for one in it.series] == [Fraction(1, 2), Fraction(1, 10)]
        assert [flag.kind for flag in it.flags] == ["disagreement"]


def test_where_they_agree_nothing_is_flagged(world: World, measured: Any):
    world.enter("programme.measurement", "iraq", indicator=measured, value=15)
    assert assessed(world, measured).flags == ()


# --------------------------------------------------------------------------------------------------- whose picture


@pytest.fixture
def objective(world: World) -> Any:
    """An objective with one result that both read, one indicator for both, and one for the mission alone."""
    row = world.enter("programme.objective", "nmi")
    result = world.enter("programme.result", objective=row)
    for label in (world.label(), world.label("nmi")):
        indicator = world.enter("programme.indicator", result=result, label=label)
        world.enter("programme.measurement", indicator=indicator, value=1)
    return row


def totals(world: World, row: Any, side: str) -> int:
    return objective_line(row.pk, world.subject(side), ON)[0].picture.total


def test_a_picture_covers_what_its_reader_may_read_in_whatever_order_they_ask(world: World, objective: Any):
    """In one process, one after another: nothing of one reader's picture is kept for the next."""
    assert [totals(world, objective, side) for side in ("nmi", "iraq", "nmi", "iraq")] == [2, 1, 2, 1]


def test_what_stands_under_a_hidden_result_counts_for_nothing(world: World, objective: Any):
    hidden = world.enter("programme.result", objective=objective, label=world.label("nmi"))
    world.enter("programme.indicator", result=hidden, label=world.label())
    assert [totals(world, objective, side) for side in ("nmi", "iraq")] == [3, 1]


def test_the_pages_of_two_readers_differ(client: Client, world: World, objective: Any, monkeypatch: pytest.MonkeyPatch):
    stop_clock(monkeypatch, "comity.programme.views")
    address = reverse("programme:objective", args=[objective.record.slug])
    pages = []
    for side in ("nmi", "iraq", "nmi"):
        world.sign_in(client, side, Role.ADVISER)
        pages.append(client.get(address).text.count('href="/indicators/'))
    assert pages[0] == pages[2] > pages[1] > 0


def test_a_measurement_is_for_those_who_may_read_it(world: World, client: Client):
    row = world.enter("programme.indicator", label=world.label("nmi"))
    made = world.enter("programme.measurement", indicator=row, value=987654)
    address = reverse("programme:measurement", args=[made.record.slug])
    world.sign_in(client, "nmi", Role.ADVISER)
    assert "987,654" in client.get(address).text
    world.sign_in(client, "iraq", Role.ADVISER)
    answer = client.get(address)
    assert answer.status_code == 404
    # The whole figure, as shown and as stored: three digits alone occur in the ids and the tokens of any page.
    assert "987,654" not in answer.text
    assert "987654" not in answer.text


def test_a_figure_whose_indicator_is_hidden_later_has_no_page(world: World, client: Client, measured: Any):
    """Its label stays the one it was entered under; without its indicator it tells nothing."""
    (fact,) = Measurement.objects.visible_to(world.subject("nmi")).filter(indicator=measured.record)
    world.mark(measured, label=world.label("nmi"))
    world.sign_in(client, "iraq", Role.ADVISER)
    assert client.get(reverse("programme:measurement", args=[fact.record.slug])).status_code == 404


def test_figures_recorded_before_their_indicator_was_shared_stay_with_their_readers(world: World):
    row = world.enter("programme.indicator", label=world.label("nmi"))
    for code in ("programme.baseline", "programme.target"):
        world.enter(code, indicator=row, value=5)
    figure = world.enter("programme.measurement", indicator=row, value=7)
    world.enter("programme.measurement", indicator=row, value=8, supersedes=figure)
    world.mark(row, label=world.label())
    mine, theirs = assessed(world, row, "nmi"), assessed(world, row, "iraq")
    assert mine.state is not IndicatorState.NOT_MEASURED
    assert theirs.state is IndicatorState.NOT_MEASURED
    assert (theirs.baseline, theirs.target, theirs.indicator.measurements) == (None, None, ())


def test_absence_on_a_copy_says_that_nothing_was_shared(world: World, client: Client, monkeypatch: pytest.MonkeyPatch):
    stop_clock(monkeypatch, "comity.programme.views")
    row = world.enter("programme.indicator", "iraq", reporter=world.nmi)
    world.sign_in(client, "iraq", Role.ADVISER)
    address = reverse("programme:indicator", args=[row.record.slug])
    assert assessed(world, row).state_words == "not measured"
    assert "no measurement shared with us" not in client.get(address).text
    type(world.nmi).objects.filter(pk=world.nmi.pk).update(hosted=False)
    assert assessed(world, row).state_words == "no measurement shared with us"
    assert "no measurement shared with us" in client.get(address).text


def test_a_high_label_on_a_part_marks_the_whole_page(world: World, client: Client, monkeypatch: pytest.MonkeyPatch):
    stop_clock(monkeypatch, "comity.programme.views")
    row = world.enter("programme.objective")
    address = reverse("programme:objective", args=[row.record.slug])
    world.sign_in(client, "nmi", Role.ADVISER)
    marking: Any = lambda: client.get(address).text.partition('class="marking')[2][:300]  # noqa: E731
    before = marking()
    label: Label = world.label("nmi", caveats=frozenset({"USE-ADVISORY-ONLY"}))
    world.enter("programme.indicator", result=world.enter("programme.result", objective=row), label=label)
    assert before
    assert marking() != before


def test_a_breakdown_is_kept_with_its_dimension(world: World):
    row = world.enter("programme.indicator", dimensions=[SEX])
    cells = [part(5, sex="female"), part(7, sex="male")]
    made = world.enter("programme.measurement", indicator=row, value=12, cells=cells)
    assert Measurement.objects.visible_to(world.subject("nmi")).get(pk=made.pk).cells == cells


def test_a_flow_adds_up_within_its_target_period(world: World):
    row = world.enter("programme.indicator", nature="flow")
    world.enter("programme.target", indicator=row, value=40, **days("2025-01-01", "2025-12-31"))
    for start, end in (("2025-01-01", "2025-03-31"), ("2025-04-01", "2025-06-30")):
        world.enter("programme.measurement", indicator=row, value=10, **days(start, end))
    it = assessed(world, row)
    assert (it.actual.amount.value, it.as_of) == (20, date(2025, 6, 30))
    assert display.headline(it) == "50% so far of what the period is to reach"


def test_a_name_is_added_to_what_has_words_and_not_to_a_figure(world: World, client: Client, measured: Any):
    """A figure carries its indicator's marking, and a name needs one of its own."""
    (fact,) = Measurement.objects.visible_to(world.subject("nmi")).filter(indicator=measured.record)
    world.sign_in(client, "nmi", Role.ADVISER)
    assert "/enter/people.mention/" in client.get(reverse("programme:indicator", args=[measured.record.slug])).text
    assert "/enter/people.mention/" not in client.get(reverse("programme:measurement", args=[fact.record.slug])).text
