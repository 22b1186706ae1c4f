"""Progress as an algebra, and its edges."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.programme.domain.derivation import Derivation
from comity.programme.domain.facts import Amount
from comity.programme.domain.numbers import figure, percent, percent_text, rounded, total
from comity.programme.domain.progress import ProgressKind, Steps
from comity.programme.domain.vocabulary import Direction, Judgement, Measure
from comity.programme.tests.domain_cases import a_figure, progress_of

UP, DOWN = Direction.ASCENDING, Direction.DESCENDING
quantities = st.decimals(-(10**6), 10**6, places=3)


def way(direction: Any, b: Any, t: Any, a: Any) -> Any:
    return progress_of(Measure.UNIT, direction, figure_for(b), figure_for(t), figure_for(a))


def figure_for(value: Any) -> Any:
    return Derivation(rule="", amount=Amount(value=value))


def level(number: Any) -> Any:
    return Derivation(rule="", amount=Amount(level=number))


@given(quantities, quantities, quantities, st.decimals("0.001", 1000, places=3))
def test_another_unit_of_measure_does_not_change_progress(b, t, a, scale):
    assume(t > b)
    assert way(UP, b, t, a).ratio == way(UP, b * scale, t * scale, a * scale).ratio


@given(quantities, quantities, quantities, quantities)
def test_where_counting_starts_does_not_change_progress(b, t, a, shift):
    assume(t > b)
    assert way(UP, b, t, a).ratio == way(UP, b + shift, t + shift, a + shift).ratio


@given(quantities, quantities, quantities)
def test_both_directions_are_one_formula(b, t, a):
    assume(t != b)
    up, down = (UP, DOWN) if t > b else (DOWN, UP)
    there, mirrored = way(up, b, t, a), way(down, -b, -t, -a)
    assert (there.kind, there.ratio) == (mirrored.kind, mirrored.ratio)
    assert there.ratio == (Fraction(a) - Fraction(b)) / (Fraction(t) - Fraction(b))


@given(quantities, quantities, quantities)
def test_below_the_baseline_is_regression_and_nothing_else_is(b, t, a):
    assume(t > b)
    assert (way(UP, b, t, a).kind is ProgressKind.REGRESSION) == (a < b)


@given(quantities, quantities)
def test_the_baseline_is_none_of_the_way_and_the_target_all_of_it(b, t):
    assume(t > b)
    assert way(UP, b, t, b).ratio == 0
    assert way(UP, b, t, t).ratio == 1


@given(quantities, quantities)
def test_a_target_on_the_wrong_side_gives_no_progress(b, a):
    found = way(UP, b, b - 1, a)
    assert found.kind is ProgressKind.NOT_JUDGED
    assert found.ratio is None


def test_maintained_may_be_better_than_the_level_to_keep():
    assert way(DOWN, Decimal(5), Decimal(5), Decimal(3)).kind is ProgressKind.MAINTAINED
    assert way(UP, Decimal(5), Decimal(5), Decimal(3)).kind is ProgressKind.BREACHED


def test_attainment_of_a_target_of_zero_has_no_value():
    found = progress_of(Measure.UNIT, DOWN, None, a_figure(0), a_figure(3))
    assert found.kind is ProgressKind.ATTAINMENT
    assert found.ratio is None
    assert found.derivation.formula == ""
    assert "no value" in found.derivation.notes[0].said()


def test_attainment_where_lower_is_better_warns():
    found = progress_of(Measure.UNIT, DOWN, None, a_figure(10), a_figure(15))
    assert found.ratio == Fraction(3, 2)
    assert "Lower is better" in found.derivation.notes[0].said()


def test_without_a_target_there_is_no_percentage():
    found = progress_of(Measure.UNIT, UP, a_figure(1), None, a_figure(2))
    assert (found.kind, found.ratio) == (ProgressKind.NO_TARGET, None)


def test_a_figure_without_value_is_not_zero():
    empty = Derivation(rule="", amount=Amount(numerator=Decimal(0), denominator=Decimal(0)))
    found = progress_of(Measure.PERCENTAGE, UP, None, a_figure(80), empty)
    assert (found.kind, found.ratio) == (ProgressKind.NOT_JUDGED, None)


@pytest.mark.parametrize(
    ("direction", "figures", "steps", "kind"),
    [
        (UP, (1, 3, 2), Steps(1, 2), ProgressKind.STEPS),
        (UP, (2, 4, 1), Steps(-1, 2), ProgressKind.REGRESSION),
        (DOWN, (4, 1, 2), Steps(2, 3), ProgressKind.STEPS),
        (DOWN, (4, 1, 5), Steps(-1, 3), ProgressKind.REGRESSION),
        (UP, (1, 3, 5), Steps(4, 2), ProgressKind.STEPS),
    ],
)
def test_a_scale_counts_in_steps_and_shows_no_percentage(direction, figures, steps, kind):
    found = progress_of(Measure.ORDINAL, direction, *map(level, figures))
    assert (found.steps, found.kind, found.ratio) == (steps, kind, None)
    assert found.derivation.said() == f"{steps.done} of {steps.of} steps from the baseline's level to the target's."


def test_a_scale_without_baseline_names_both_levels():
    found = progress_of(Measure.ORDINAL, UP, None, level(4), level(2))
    assert (found.kind, found.steps, found.ratio) == (ProgressKind.ATTAINMENT, None, None)
    assert found.derivation.said().startswith("Level 2; the target is level 4.")


def test_a_scale_can_be_maintained():
    assert progress_of(Measure.ORDINAL, UP, level(3), level(3), level(3)).kind is ProgressKind.MAINTAINED


def test_a_judgement_has_no_percentage():
    words = Derivation(rule="", amount=Amount(judgement=Judgement.BETTER))
    found = progress_of(Measure.QUALITATIVE, UP, None, None, words)
    assert (found.kind, found.ratio, found.judgement) == (ProgressKind.JUDGED, None, Judgement.BETTER)


def test_negative_figures_stand_in_brackets():
    assert way(UP, Decimal(-5), Decimal(5), Decimal(0)).derivation.formula == "(0 − (−5)) ÷ (5 − (−5))"


def test_percentages_in_a_formula_carry_their_sign_and_say_when_they_are_rounded():
    third = Derivation(rule="", amount=Amount(numerator=Decimal(1), denominator=Decimal(3)))
    found = progress_of(Measure.PERCENTAGE, UP, a_figure(20), a_figure(80), third)
    assert found.derivation.formula.replace("\N{NO-BREAK SPACE}", " ") == "(33.3 % − 20 %) ÷ (80 % − 20 %)"
    assert "rounded" in found.derivation.notes[0].said()
    assert found.ratio == (Fraction(100, 3) - 20) / 60


def test_figures_that_do_not_end_are_said_to_be_rounded():
    third = Derivation(rule="", amount=Amount(value=Decimal("0.0000001")))
    assert "rounded" in progress_of(Measure.UNIT, UP, a_figure(0), a_figure(1), third).derivation.notes[0].said()


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        (Fraction(31, 102), "30.4"),
        (Fraction(-1, 2), "-50"),
        (Fraction(3, 2), "150"),
        (Fraction(0), "0"),
        (Fraction(1225, 10000), "12.3"),
        (Fraction(-1225, 10000), "-12.3"),
        (Fraction(-1, 10**9), "0"),
        (Fraction(2, 3), "66.7"),
        (Fraction(9999, 10000), "100"),
    ],
)
def test_percent_is_rounded_once_and_half_away_from_zero(ratio, shown):
    assert percent(ratio) == Decimal(shown)
    assert percent_text(ratio) == f"{shown.replace('-', '−')}\N{NO-BREAK SPACE}%"


@given(st.fractions(-(10**9), 10**9), st.integers(0, 6))
def test_rounding_is_never_off_by_more_than_half_a_place(number, places):
    assert abs(Fraction(rounded(number, places)) - number) <= Fraction(1, 2 * 10**places)


@given(st.lists(st.decimals(-(10**24), 10**24, places=6)))
def test_a_total_is_exact(values):
    assert Fraction(total(values)) == sum(map(Fraction, values))


def test_figures_keep_their_decimals():
    assert figure(Fraction(1, 8)) == "0.125"
    assert figure(Fraction(-2, 3)) == "−0.67"
