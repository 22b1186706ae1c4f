"""How an indicator stands: the reporter's series against baseline and targets, and what is said beside it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.programme.domain.facts import Amount
from comity.programme.domain.flags import FlagKind
from comity.programme.domain.progress import ProgressKind
from comity.programme.domain.vocabulary import Direction, IndicatorState, Judgement, Measure, Nature
from comity.programme.tests.domain_cases import (
    assess,
    baseline,
    indicator,
    measured,
    target,
)

ON = date(2025, 7, 15)
DOWN = Direction.DESCENDING
S = IndicatorState


def stock(*measurements: Any, b: Any = 10, t: Any = 20, **facts: Any) -> Any:
    given_facts = {
        "baselines": () if b is None else (baseline(b),),
        "targets": () if t is None else (target(t),),
        "measurements": measurements,
    }
    return indicator(**{**given_facts, **facts})


def kinds(assessment: Any) -> Any:
    return [flag.kind for flag in assessment.flags]


def said(assessment: Any) -> Any:
    return " ".join(
        item.said() + " " + " ".join(note.said() for note in item.notes)
        for _, item in assessment.derivation.lines()
        if hasattr(item, "rule")
    )


# ------------------------------------------------------------------------------------------------------------ levels


@pytest.mark.parametrize(
    ("facts", "figure", "state", "progress"),
    [
        ({}, 20, S.ACHIEVED, 1),
        ({}, 25, S.ACHIEVED, Fraction(3, 2)),
        ({}, 9, S.REGRESSING, Fraction(-1, 10)),
        ({}, 15, S.MEASURED, Fraction(1, 2)),
        ({"straight_line": True}, 15, S.ON_TRACK, Fraction(1, 2)),
        ({"straight_line": True}, 14, S.BEHIND, Fraction(2, 5)),
        ({"straight_line": True}, 10, S.BEHIND, 0),
        ({"b": 5, "t": 5, "direction": DOWN}, 7, S.BREACHED, None),
        ({"b": 5, "t": 5}, 5, S.MAINTAINED, None),
        ({"t": None}, 15, S.MEASURED, None),
        ({"b": None}, 20, S.ACHIEVED, None),
        ({"b": None}, 15, S.MEASURED, None),
        ({"b": 20, "t": 10, "direction": DOWN}, 25, S.REGRESSING, Fraction(-1, 2)),
        ({"b": 20, "t": 10}, 15, S.MEASURED, None),
    ],
)
def test_a_level_is_judged_on_the_day_of_its_figure(facts, figure, state, progress):
    found = assess(stock(measured(figure, "2025-06-30"), **facts), ON)
    assert (found.state, found.progress) == (state, progress)
    assert found.derivation.ratio == (found.progress if found.attainment is None else found.attainment)


def test_the_line_runs_from_the_original_baseline_to_the_target_by_days():
    found = assess(stock(measured(15, "2025-06-30"), straight_line=True), ON)
    assert found.expected.ratio == 10 + Fraction(10 * 181, 365)
    assert found.expected.formula == "10 + (20 − 10) × 181 ÷ 365"
    assert "On track: 15, and 14.96 was expected by then." in said(found)


def test_a_later_baseline_does_not_move_the_start():
    found = assess(stock(measured(15, "2025-06-30"), baselines=(baseline(14, "2025-03-31"), baseline(10))), ON)
    assert found.progress == Fraction(1, 2)


def test_without_a_line_the_last_target_fallen_due_is_the_yardstick():
    interim = (target(13, "2025-03-31"), target(20))
    assert assess(stock(measured(14, "2025-06-30"), targets=interim), ON).state is S.ON_TRACK
    assert assess(stock(measured(12, "2025-06-30"), targets=interim), ON).state is S.BEHIND
    assert assess(stock(measured(12, "2025-02-28"), targets=interim), ON).state is S.MEASURED


def test_the_line_bends_at_each_stated_target():
    interim = (target(18, "2025-06-30"), target(20))
    assert assess(stock(measured(17, "2025-06-30"), targets=interim, straight_line=True), ON).state is S.BEHIND
    assert assess(stock(measured(18, "2025-06-30"), targets=interim, straight_line=True), ON).state is S.ON_TRACK


def test_a_target_missed_is_behind_with_and_without_baseline():
    late = date(2026, 2, 1)
    assert assess(stock(measured(15, "2026-01-31")), late).state is S.BEHIND
    assert assess(stock(measured(15, "2026-01-31"), b=None), late).state is S.BEHIND


def test_attainment_is_not_progress():
    found = assess(stock(measured(10, "2025-06-30"), b=None, t=40), ON)
    assert (found.progress, found.attainment, found.kind) == (None, Fraction(1, 4), ProgressKind.ATTAINMENT)


def test_not_measured_is_said_and_is_not_zero():
    found = assess(stock(), ON)
    assert (found.state, found.actual, found.progress, found.confidence) == (S.NOT_MEASURED, None, None, None)
    assert found.state_words == "not measured"


def test_on_a_copy_absence_says_that_nothing_was_shared():
    assert assess(stock(copy=True), ON).state_words == "no measurement shared with us"
    assert assess(stock(measured(20), copy=True), ON).state_words == "achieved"


def test_a_measured_zero_is_measured():
    found = assess(stock(measured(0, "2025-06-30"), b=0, t=10, straight_line=True), ON)
    assert (found.state, found.progress) == (S.BEHIND, 0)


def test_a_figure_for_days_to_come_does_not_count_yet():
    found = assess(stock(measured(20, "2025-08-31")), ON)
    assert found.state is S.NOT_MEASURED
    assert kinds(found) == [FlagKind.FUTURE]


def test_a_total_with_a_place_missing_is_shown_and_not_judged():
    both = (baseline(5, place="A"), baseline(5, place="B"))
    found = assess(stock(measured(9, "2025-06-30", place="A"), baselines=both), ON)
    assert (found.state, found.kind) == (S.MEASURED, ProgressKind.NOT_JUDGED)
    assert found.actual.amount.value == 9
    assert "what is missing would count as 0" in said(found)


def test_a_target_reached_by_counting_up_is_reached_whatever_is_missing():
    both = (baseline(5, place="A"), baseline(5, place="B"))
    assert assess(stock(measured(21, "2025-06-30", place="A"), baselines=both), ON).state is S.ACHIEVED
    falling = stock(measured(1, "2025-06-30", place="A"), baselines=both, t=5, direction=DOWN)
    assert assess(falling, ON).state is S.MEASURED


def test_a_total_is_not_judged_against_a_baseline_of_fewer_places():
    figures = [measured(9, "2025-06-30", place=place) for place in "AB"]
    found = assess(stock(*figures, baselines=(baseline(5, place="A"),), t=30), ON)
    assert found.kind is ProgressKind.NOT_JUDGED
    assert "The baseline says nothing of B." in said(found)


def test_figures_that_are_not_additive_are_not_judged_together():
    figures = [measured(19, "2025-06-30", place=place) for place in "AB"]
    whole = stock(*figures, additive=False, targets=(target(20, place="A"), target(20, place="B")))
    found = assess(whole, ON)
    assert found.state is S.MEASURED
    assert "There is no one figure to judge." in said(found)
    assert assess(whole.at("A"), ON).attainment == Fraction(19, 20)


def test_targets_of_several_places_for_one_day_are_one_target():
    figures = [measured(10, "2025-06-30", place=place) for place in "AB"]
    found = assess(stock(*figures, b=10, targets=(target(20, place="A"), target(10, place="B"))), ON)
    assert found.target.amount.value == 30
    assert found.progress == Fraction(1, 2)


def test_a_percentage_is_judged_by_its_latest_figure_and_rolled_up_beside():
    share = stock(
        measured("30/100", "2025-06-30"),
        measure=Measure.PERCENTAGE,
        baselines=(baseline("1/2"),),
        targets=(target(80),),
    )
    found = assess(share, ON)
    assert found.state is S.REGRESSING
    assert found.progress == Fraction(30 - 50, 80 - 50)
    assert found.roll_up.amount == Amount(numerator=Decimal(31), denominator=Decimal(102))
    assert assess(share, date(2025, 6, 30)).roll_up == found.roll_up
    assert assess(share, date(2025, 6, 29)).roll_up is None


def test_a_percentage_of_nothing_cannot_be_judged():
    found = assess(stock(measured("0/0", "2025-06-30"), measure=Measure.PERCENTAGE, b="1/2", t="4/5"), ON)
    assert (found.state, found.progress) == (S.MEASURED, None)


def test_a_scale_is_judged_in_steps():
    def level(number: Any) -> Any:
        return Amount(level=number)

    scale = stock(
        measured(level(2), "2025-06-30"), measure=Measure.ORDINAL, levels=4, b=level(1), t=level(4), straight_line=True
    )
    found = assess(scale, ON)
    assert (found.state, found.progress, found.steps.done, found.steps.of) == (S.BEHIND, None, 1, 3)


def test_a_judgement_of_worse_is_a_regression_and_has_no_percentage():
    words = [measured(Amount(judgement=j), "2025-06-30") for j in Judgement]
    found = [assess(stock(m, measure=Measure.QUALITATIVE, b=None, t=None), ON) for m in words]
    assert [f.state for f in found] == [S.MEASURED, S.MEASURED, S.REGRESSING]
    assert {f.progress for f in found} == {None}
    assert found[0].judgement is Judgement.BETTER


def test_a_category_is_achieved_when_it_is_the_one_the_target_names():
    def named(number: Any) -> Any:
        return stock(
            measured(Amount(level=number), "2025-06-30"),
            measure=Measure.NOMINAL,
            levels=3,
            b=None,
            t=Amount(level=2),
        )

    assert assess(named(2), ON).state is S.ACHIEVED
    assert assess(named(3), ON).state is S.MEASURED


# ------------------------------------------------------------------------------------------------------------- flows

YEAR = ("2025-01-01", "2025-12-31")
Q = [("2025-01-01", "2025-03-31"), ("2025-04-01", "2025-06-30"), ("2025-07-01", "2025-09-30"), ("2025-10-01", YEAR[1])]
NEW_YEAR = date(2026, 1, 15)


def flow(*values: Any, b: Any = 8, t: Any = 20, on_line: Any = False, **facts: Any) -> Any:
    figures = [m if hasattr(m, "id") else measured(m, *q) for m, q in zip(values, Q, strict=False) if m is not None]
    given_facts = {
        "nature": Nature.FLOW,
        "baselines": () if b is None else (baseline(b, "2024-01-01", "2024-12-31"),),
        "targets": (target(t, *YEAR),),
        "measurements": tuple(figures),
        "straight_line": on_line,
    }
    return indicator(**{**given_facts, **facts})


@pytest.mark.parametrize(
    ("values", "facts", "state", "progress"),
    [
        ((5, 5, 5, 5), {}, S.ACHIEVED, 1),
        ((4, 3, 4, 3), {}, S.BEHIND, Fraction(1, 2)),
        ((1, 1, 1, 1), {}, S.REGRESSING, Fraction(-1, 3)),
        ((2, 2, 2, 2), {"t": 8}, S.MAINTAINED, None),
        ((9, 9, 9), {}, S.ACHIEVED, Fraction(19, 12)),
        ((1, None, 9, 9), {}, S.MEASURED, None),
        ((1, None, 10, 9), {}, S.ACHIEVED, 1),
        ((3, 3, 3, 3), {"b": 20, "t": 10, "direction": DOWN}, S.BEHIND, Fraction(4, 5)),
    ],
)
def test_a_flow_is_judged_by_the_sum_of_its_period(values, facts, state, progress):
    found = assess(flow(*values, **facts), NEW_YEAR)
    assert (found.state, found.progress) == (state, progress)


def test_a_period_still_running_is_not_a_regression():
    found = assess(flow(2), ON)
    assert (found.state, found.progress, found.attainment) == (S.MEASURED, None, Fraction(1, 10))
    assert found.kind is ProgressKind.SO_FAR
    assert found.derivation.said() == "The period is not over: this is the sum so far."


def test_where_less_is_better_a_running_period_has_no_share():
    found = assess(flow(2, b=20, t=10, direction=DOWN), ON)
    assert (found.state, found.attainment) == (S.MEASURED, None)


def test_a_running_period_is_on_its_line_or_not():
    assert assess(flow(5, 5, on_line=True), ON).state is S.ON_TRACK
    behind = assess(flow(4, 5, on_line=True), ON)
    assert behind.state is S.BEHIND
    assert behind.expected.ratio == 20 * Fraction(181, 365)
    assert behind.derivation.said() == "Behind: 9 so far, and 9.92 was expected by then."
    assert assess(flow(2, 2, b=20, t=10, direction=DOWN, on_line=True), ON).state is S.ON_TRACK


def test_a_gap_keeps_a_running_period_from_being_judged():
    assert assess(flow(None, 15, on_line=True), ON).state is S.MEASURED


def test_the_last_period_that_is_over_speaks_while_the_next_one_runs():
    targets = (target(8, *Q[0]), target(10, *Q[1]))
    found = assess(flow(9, measured(2, "2025-04-01", "2025-04-30"), b=4, targets=targets), ON)
    assert (found.state, found.actual.amount.value) == (S.ON_TRACK, 9)
    assert "The period 2025-04-01 – 2025-06-30 is not over; so far: 2." in said(found)


def test_places_are_compared_up_to_the_day_that_all_have_reported():
    figures = [measured(3, *Q[0], place="A"), measured(3, *Q[1], place="A"), measured(3, *Q[0], place="B")]
    found = assess(flow(on_line=True, measurements=tuple(figures)), ON)
    assert found.actual.amount.value == 6
    assert found.state is S.ON_TRACK
    assert found.covered_until == date(2025, 3, 31)


def test_a_target_for_one_day_counts_from_the_day_after_the_baseline():
    found = assess(flow(5, 5, 5, 5, targets=(target(20, "2025-12-31"),)), NEW_YEAR)
    assert (found.state, found.actual.amount.value) == (S.ACHIEVED, 20)
    without = flow(5, 5, 5, 5, b=None, targets=(target(20, "2025-12-31"),))
    assert assess(without, NEW_YEAR).state is S.ACHIEVED


def test_a_flow_without_a_target_is_the_sum_since_the_baseline():
    before = measured(99, "2024-10-01", "2024-12-31")
    found = assess(flow(1, 2, targets=(), measurements=(before, measured(3, *Q[0]))), ON)
    assert (found.state, found.actual.amount.value) == (S.MEASURED, 3)


def test_a_flow_measured_outside_every_target_is_measured():
    found = assess(flow(measurements=(measured(3, "2024-02-01", "2024-02-28"),)), ON)
    assert (found.state, found.kind) == (S.MEASURED, ProgressKind.NO_TARGET)


def test_people_counted_by_quarter_have_no_year():
    found = assess(flow(5, 6, 5, 5, distinct_people=True, additive=False), NEW_YEAR)
    assert (found.state, found.progress, found.derivation.amount) == (S.MEASURED, None, None)


def test_people_counted_twice_in_a_running_period_have_no_sum_yet():
    months = [measured(2, "2025-04-01", "2025-04-30"), measured(2, "2025-05-01", "2025-05-31")]
    told = flow(
        measurements=(measured(9, *Q[0]), *months),
        b=4,
        targets=(target(8, *Q[0]), target(10, *Q[1])),
        distinct_people=True,
        additive=False,
    )
    found = assess(told, ON)
    assert (found.state, found.actual.amount.value) == (S.ON_TRACK, 9)
    assert "there is no sum yet" in said(found)


@given(st.permutations(range(4)))
def test_the_order_of_records_changes_nothing(order):
    figures = [measured(value, *q, id=f"m{value}", log_index=value) for value, q in zip((3, 4, 5, 6), Q, strict=True)]
    first, again = (
        assess(flow(b=None, targets=(target(20, *YEAR, place=""),), measurements=m), NEW_YEAR)
        for m in (tuple(figures), tuple(figures[at] for at in order))
    )
    assert (first.state, first.actual, first.progress) == (again.state, again.actual, again.progress)
