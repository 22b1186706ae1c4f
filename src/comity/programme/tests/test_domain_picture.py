"""An objective's picture, and how sure and how fresh its figures are."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from comity.programme.domain.confidence import confidence_in, least_confidence, standing_verifications
from comity.programme.domain.facts import VerificationFact
from comity.programme.domain.flags import FlagKind
from comity.programme.domain.freshness import due_on, freshness_of, months_after
from comity.programme.domain.vocabulary import Confidence, Direction, Frequency, Freshness, IndicatorState
from comity.programme.tests.domain_cases import (
    HOST,
    MISSION,
    NATION,
    assess,
    baseline,
    indicator,
    measured,
    summarise,
    target,
)
from comity.responses.domain import Finding, Mode

ON = date(2025, 7, 15)
S, C, F = IndicatorState, Confidence, Freshness


def one(figure: Any, on: Any = "2025-06-30", **facts: Any) -> Any:
    defaults = {"baselines": (baseline(10),), "targets": (target(20),), "straight_line": True}
    measurements = () if figure is None else (measured(figure, on),)
    return assess(indicator(**{**defaults, "measurements": measurements, **facts}), ON)


# ---------------------------------------------------------------------------------------------------------- picture


def test_an_objective_shows_counts_and_never_an_average():
    found = summarise([one(20), one(16), one(12), one(9), one(None)])
    assert {state: count for state, count in found.counts.items() if count} == {
        S.ACHIEVED: 1,
        S.ON_TRACK: 1,
        S.BEHIND: 1,
        S.REGRESSING: 1,
        S.NOT_MEASURED: 1,
    }
    assert set(found.counts) == set(IndicatorState)
    assert (found.total, found.index.ratio) == (5, None)
    assert found.is_measured
    assert not found.is_achieved


def test_coverage_counts_what_is_measured_on_time_of_what_is_due():
    fresh, stale, never = one(15), one(15, "2025-01-31"), one(None)
    not_yet_due = one(None, baselines=(baseline(10, "2025-06-30"),))
    found = summarise([fresh, stale, never, not_yet_due])
    assert (found.on_time, found.due, found.coverage) == (1, 3, Fraction(1, 3))
    assert summarise([not_yet_due]).coverage is None


def test_the_worst_critical_indicator_is_named_and_others_are_not():
    breached = one(9, targets=(target(10),))
    behind, further_behind = one(12, critical=True), one(11, critical=True)
    assert breached.state is S.BREACHED
    assert summarise([breached, behind, one(20, critical=True), further_behind]).worst_critical is further_behind
    assert summarise([breached]).worst_critical is None


def test_an_unmeasured_critical_indicator_is_worse_than_one_on_track():
    found = summarise([one(16, critical=True), one(None, critical=True)])
    assert found.worst_critical.state is S.NOT_MEASURED


def test_an_index_is_weighted_by_declared_weights_only():
    found = summarise([one(15, weight=Decimal(3)), one(20, weight=Decimal(1))])
    assert found.index.ratio == Fraction(5, 8)
    assert found.index.formula == "(3 × 0.5 + 1 × 1) ÷ 4"
    assert len(found.index.inputs) == 2


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"weight": None}, "declared weight"),
        ({"weight": Decimal(0)}, "declared weight"),
        ({"weight": Decimal(1), "baselines": ()}, "percentage of progress"),
        ({"weight": Decimal(1), "on": "2025-01-31"}, "declared share"),
    ],
)
def test_there_is_no_index_where_one_rule_is_broken(broken, why):
    found = summarise([one(15, weight=Decimal(3)), one(15, **broken)])
    assert found.index.ratio is None
    assert why in found.index.said()


def test_an_index_is_never_below_the_declared_coverage():
    half = [one(15, weight=Decimal(1)), one(15, "2025-01-31", weight=Decimal(1))]
    assert summarise(half, Fraction(1, 2)).index.ratio == Fraction(1, 2)
    assert summarise(half, Fraction(51, 100)).index.ratio is None


def test_an_objective_is_achieved_when_all_of_it_is():
    kept = one(10, targets=(target(10),))
    assert summarise([one(20), kept]).is_achieved
    assert not summarise([one(20), one(15)]).is_achieved
    nothing = summarise([])
    assert (nothing.is_achieved, nothing.is_measured, nothing.coverage) == (False, False, None)


# -------------------------------------------------------------------------------------------------------- freshness


@pytest.mark.parametrize(
    ("frequency", "last", "on", "expected"),
    [
        (Frequency.QUARTERLY, "2025-06-30", "2025-09-30", F.FRESH),
        (Frequency.QUARTERLY, "2025-06-30", "2025-10-01", F.DUE),
        (Frequency.QUARTERLY, "2025-06-30", "2025-11-15", F.DUE),
        (Frequency.QUARTERLY, "2025-06-30", "2025-11-16", F.STALE),
        (Frequency.MONTHLY, "2025-01-31", "2025-02-28", F.FRESH),
        (Frequency.MONTHLY, "2025-01-31", "2025-03-01", F.DUE),
        (Frequency.YEARLY, "2024-12-31", "2025-12-31", F.FRESH),
        (Frequency.HALF_YEARLY, "2024-12-31", "2025-07-01", F.DUE),
        (Frequency.ONCE, "2015-01-01", "2025-07-01", F.FRESH),
    ],
)
def test_a_figure_ages_against_how_often_it_should_be_measured(frequency, last, on, expected):
    told = indicator(frequency=frequency)
    assert freshness_of(told, date.fromisoformat(last), date.fromisoformat(on)) is expected


def test_what_was_never_measured_is_never_fresh():
    assert one(None).freshness is F.NEVER


def test_the_first_measurement_is_due_after_the_baseline_or_with_the_target():
    assert due_on(indicator(baselines=(baseline(1, "2024-12-31"),)), None) == date(2025, 3, 31)
    assert due_on(indicator(targets=(target(1, "2025-12-31"), target(1, "2025-06-30"))), None) == date(2025, 6, 30)
    once = indicator(frequency=Frequency.ONCE, targets=(target(1, "2025-12-31"), target(1, "2025-06-30")))
    assert due_on(once, None) == date(2025, 12, 31)
    assert due_on(once, ON) is None
    assert due_on(indicator(), None) is None


def test_months_keep_the_end_of_the_month():
    assert months_after(date(2025, 6, 30), 3) == date(2025, 9, 30)
    assert months_after(date(2025, 2, 28), 12) == date(2026, 2, 28)
    assert months_after(date(2024, 11, 30), 3) == date(2025, 2, 28)
    assert months_after(date(2025, 2, 28), 1) == date(2025, 3, 31)
    assert months_after(date(2025, 12, 15), 1) == date(2026, 1, 15)
    assert months_after(date(2025, 1, 30), 1) == date(2025, 2, 28)


def test_a_total_is_as_old_as_its_oldest_place():
    figures = (measured(5, "2024-12-31", place="A"), measured(9, "2025-06-30", place="B"))
    found = assess(indicator(measurements=figures), ON)
    assert (found.covered_until, found.as_of, found.freshness) == (date(2024, 12, 31), date(2025, 6, 30), F.STALE)


# ------------------------------------------------------------------------------------------------------- confidence


def checked(*verifications: Any) -> Any:
    figure = measured(15, "2025-06-30", id="m")
    return measured(15, "2025-06-30", id="m", verifications=verifications, author=figure.author)


def check(
    finding: Any = Finding.CONFIRMED, mode: Any = Mode.JOINT, author: Any = HOST, at: Any = 1, about: Any = "m"
) -> Any:
    return VerificationFact(f"v{at}", about, author, finding, mode, ON, at)


@pytest.mark.parametrize(
    ("verifications", "expected"),
    [
        ((), C.SELF_REPORTED),
        ((check(),), C.JOINTLY_VERIFIED),
        ((check(mode=Mode.INDEPENDENT),), C.INDEPENDENTLY_VERIFIED),
        ((check(), check(mode=Mode.INDEPENDENT, author=NATION, at=2)), C.INDEPENDENTLY_VERIFIED),
        ((check(Finding.NOT_CONFIRMED),), C.DISPUTED),
        ((check(Finding.IN_PART),), C.SELF_REPORTED),
        ((check(), check(Finding.NOT_CONFIRMED, author=NATION, at=2)), C.DISPUTED),
        ((check(Finding.NOT_CONFIRMED), check(at=2)), C.JOINTLY_VERIFIED),
        ((check(author=MISSION),), C.SELF_REPORTED),
        ((check(about="another"),), C.SELF_REPORTED),
    ],
)
def test_who_stands_behind_a_figure_follows_from_what_others_found(verifications, expected):
    assert confidence_in(checked(*verifications)) is expected
    assert confidence_in(checked(*reversed(verifications))) is expected


def test_of_one_verifier_the_latest_word_stands():
    latest = check(at=2)
    assert standing_verifications(checked(check(Finding.NOT_CONFIRMED), latest)) == (latest,)


def test_a_total_is_as_sure_as_its_least_sure_part():
    parts = [checked(check()), checked(check(mode=Mode.INDEPENDENT)), checked()]
    assert least_confidence(parts) is C.SELF_REPORTED
    assert least_confidence(parts[:2]) is C.JOINTLY_VERIFIED
    assert least_confidence([*parts, checked(check(Finding.NOT_CONFIRMED))]) is C.DISPUTED
    assert least_confidence([]) is None


def test_an_assessment_carries_its_confidence_and_flags_a_verification_of_ones_own():
    assert assess(indicator(measurements=(checked(check()),)), ON).confidence is C.JOINTLY_VERIFIED
    own = assess(indicator(measurements=(checked(check(author=MISSION)),)), ON)
    assert own.confidence is C.SELF_REPORTED
    assert [flag.kind for flag in own.flags] == [FlagKind.VERIFICATION]


def test_what_is_better_lower_is_regressing_when_it_rises():
    found = one(25, direction=Direction.DESCENDING, baselines=(baseline(20),), targets=(target(10),))
    assert (found.state, found.progress) == (S.REGRESSING, Fraction(-1, 2))
