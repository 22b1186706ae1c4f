"""What is refused at entry: from an allowed case, one thing broken at a time."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.errors import Refused
from comity.kernel.text import Text
from comity.labels.grading import BadGrade
from comity.programme.domain import amounts, breakdown, entry
from comity.programme.domain.entry import baseline_refusals, measurement_refusals, refuse, target_refusals
from comity.programme.domain.facts import Amount, Cell, Dimension, Period
from comity.programme.domain.vocabulary import Direction, Judgement, Measure
from comity.programme.tests.domain_cases import HOST, amount, baseline, days, indicator, measured, target

TODAY = date(2025, 7, 15)
SEX = Dimension("sex", ("female", "male", "unknown"))
AGE = Dimension("age", ("young", "old", "unknown"))
COUNTED = indicator(dimensions=(SEX,))


def cell(value: Any, **options: Any) -> Any:
    return Cell.of(options or {"sex": "female"}, amount(value))


def names(refusals: Any) -> Any:
    return [type(error) for error in refusals]


def refusals(changes: Any = None, told: Any = COUNTED, **facts: Any) -> Any:
    good = measured(10, "2025-04-01", "2025-06-30", cells=(cell(4), cell(5, sex="male"), cell(1, sex="unknown")))
    return measurement_refusals(replace(good, **(changes or {}), **facts), told, TODAY)


def test_the_allowed_case_is_allowed():
    assert refusals() == ()
    refuse(refusals())


@pytest.mark.parametrize(
    ("facts", "error", "field"),
    [
        ({"period": Period(date(2025, 6, 30), date(2025, 4, 1))}, entry.PeriodReversed, "period_end"),
        ({"period": days("2025-07-01", "2025-07-31")}, entry.NotOverYet, "period_end"),
        ({"collected_on": date(2025, 3, 31)}, entry.CollectedEarly, "collected_on"),
        ({"collected_on": date(2025, 7, 16)}, entry.CollectedLater, "collected_on"),
        ({"grade": "G2"}, BadGrade, "grade"),
        ({"grade": "B7"}, BadGrade, "grade"),
        ({"sample_size": 0}, entry.SampleImpossible, "sample_size"),
        ({"margin": Decimal("-0.1")}, entry.SampleImpossible, "margin"),
        ({"supersedes": "unknown"}, entry.CannotSupersede, "supersedes"),
        ({"amount": Amount()}, amounts.FigureMissing, "value"),
        ({"amount": Amount(value=Decimal(10), level=1)}, amounts.DoesNotFit, "level"),
        ({"amount": amount("1/2")}, amounts.DoesNotFit, "denominator"),
    ],
)
def test_a_measurement_is_refused_for_each_broken_rule(facts, error, field):
    found = refusals(facts)
    assert names(found) == [error]
    assert found[0].field == field
    assert "%(" not in str(found[0])


@pytest.mark.parametrize(
    "facts", [{"grade": "B2"}, {"collected_on": TODAY}, {"sample_size": 1}, {"margin": Decimal(0)}]
)
def test_what_is_allowed_stays_allowed(facts):
    assert refusals(facts) == ()


# ------------------------------------------------------------------------------------------------------------- cells


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=3), st.integers(-50, 50))
def test_cells_that_do_not_add_up_name_the_difference(values, difference):
    cells = tuple(cell(value, sex=option) for value, option in zip(values, SEX.options, strict=True))
    found = refusals(cells=cells, amount=amount(sum(values) + difference))
    assert names(found) == ([breakdown.CellsDoNotAddUp] if difference else [])
    assert not found or found[0].facts["difference"] == str(difference).replace("-", "−")


def test_the_unknown_counts_like_any_other_part():
    found = refusals(cells=(cell(4), cell(5, sex="male")))
    assert str(found[0]) == "The parts add up to 9, the total is 10: the difference is 1."


def test_percentages_add_up_above_and_below_the_line():
    share = indicator(Measure.PERCENTAGE, dimensions=(SEX,))
    cells = (cell("1/4"), cell("2/6", sex="male"))
    assert refusals(told=share, amount=amount("3/10"), cells=cells) == ()
    assert names(refusals(told=share, amount=amount("4/10"), cells=cells)) == [breakdown.NumeratorsDoNotAddUp]
    assert names(refusals(told=share, amount=amount("3/11"), cells=cells)) == [breakdown.DenominatorsDoNotAddUp]


@pytest.mark.parametrize(
    ("cells", "error"),
    [
        ((cell(10), cell(0, sex="other")), breakdown.OptionUnknown),
        ((cell(5), cell(5)), breakdown.CellTwice),
        ((cell(10), cell(None, sex="male")), breakdown.CellWithoutValue),
        ((cell(10), Cell((), amount(0))), breakdown.CellNotComplete),
        ((cell(10), cell(0, sex="male", age="old")), breakdown.CellNotComplete),
    ],
)
def test_a_cell_names_one_option_of_every_dimension_once(cells, error):
    assert names(refusals(cells=cells)) == [error]


def test_with_two_dimensions_a_cell_names_both_in_any_order():
    both = indicator(dimensions=(SEX, AGE))
    full = (Cell.of({"age": "old", "sex": "male"}, amount(10)),)
    assert refusals(told=both, cells=full) == ()
    assert names(refusals(told=both, cells=(cell(10),))) == [breakdown.CellNotComplete]
    twice = (*full, Cell.of({"sex": "male", "age": "old"}, amount(0)))
    assert names(refusals(told=both, cells=twice)) == [breakdown.CellTwice]


def test_there_are_no_parts_of_a_level_or_without_dimensions():
    assert names(refusals(told=indicator())) == [breakdown.NoBreakdown]
    scale = indicator(Measure.ORDINAL, levels=3, dimensions=(SEX,))
    assert breakdown.NoBreakdown in names(refusals(told=scale, amount=Amount(level=2)))


def test_a_missing_total_is_refused_once():
    assert names(refusals(amount=Amount())) == [amounts.FigureMissing]


# ----------------------------------------------------------------------------------------------------------- amounts

WORDS = Text.single("en", "seen on two visits")


@pytest.mark.parametrize(
    ("told", "given_amount", "error"),
    [
        (indicator(Measure.PERCENTAGE), amount("3/10"), None),
        (indicator(Measure.PERCENTAGE), amount("0/0"), None),
        (indicator(Measure.PERCENTAGE), amount(30), amounts.DoesNotFit),
        (indicator(Measure.PERCENTAGE), Amount(numerator=Decimal(1)), amounts.PartsMissing),
        (indicator(Measure.PERCENTAGE), Amount(denominator=Decimal(1)), amounts.PartsMissing),
        (indicator(Measure.PERCENTAGE), Amount(), amounts.PartsMissing),
        (indicator(Measure.PERCENTAGE), amount("3/-10"), amounts.DenominatorNegative),
        (indicator(Measure.PERCENTAGE), amount("3/0"), amounts.NumeratorOfNothing),
        (indicator(Measure.ORDINAL, levels=3), Amount(level=3), None),
        (indicator(Measure.ORDINAL, levels=3), Amount(level=1), None),
        (indicator(Measure.ORDINAL, levels=3), Amount(level=0), amounts.LevelOutOfRange),
        (indicator(Measure.ORDINAL, levels=3), Amount(level=4), amounts.LevelOutOfRange),
        (indicator(Measure.NOMINAL, levels=3), Amount(), amounts.FigureMissing),
        (indicator(Measure.QUALITATIVE), Amount(narrative=WORDS, judgement=Judgement.SAME), None),
        (indicator(Measure.QUALITATIVE), Amount(judgement=Judgement.SAME), amounts.WordsMissing),
        (indicator(Measure.QUALITATIVE), amount(3), amounts.DoesNotFit),
        (indicator(), Amount(value=Decimal(1), narrative=WORDS), None),
        (indicator(), Amount(value=Decimal(1), judgement=Judgement.SAME), amounts.DoesNotFit),
    ],
)
def test_a_figure_is_of_the_kind_that_is_measured(told, given_amount, error):
    assert names(refusals(told=told, amount=given_amount, cells=())) == ([error] if error else [])


def test_a_baseline_or_target_may_be_known_as_a_percentage_only():
    share = indicator(Measure.PERCENTAGE)
    assert baseline_refusals(baseline(50), share) == ()
    assert target_refusals(target("8/10"), share) == ()
    both = Amount(value=Decimal(80), numerator=Decimal(8), denominator=Decimal(10))
    assert names(target_refusals(target(both), share)) == [amounts.DoesNotFit]


# ---------------------------------------------------------------------------------------------- overlap, replacement

STANDING = measured(9, "2025-04-01", "2025-06-30", id="standing")


@pytest.mark.parametrize(
    ("facts", "overlaps"),
    [
        ({}, True),
        ({"period": days("2025-06-30")}, True),
        ({"period": days("2025-01-01", "2025-07-01")}, True),
        ({"period": days("2025-07-01", "2025-07-10")}, False),
        ({"period": days("2025-01-01", "2025-03-31")}, False),
        ({"author": HOST}, False),
        ({"place": "IQG01"}, False),
        ({"supersedes": "standing"}, False),
        ({"id": "standing"}, False),
    ],
)
def test_the_same_days_of_one_author_and_place_are_counted_once(facts, overlaps):
    told = replace(COUNTED, measurements=(STANDING,))
    found = refusals(facts, told=told)
    assert names(found) == ([entry.PeriodsOverlap] if overlaps else [])
    assert not found or str(STANDING.period) in str(found[0])


def test_replacing_one_figure_does_not_excuse_overlapping_another():
    other = measured(1, "2025-03-01", "2025-03-31")
    told = replace(COUNTED, measurements=(STANDING, other))
    wide = refusals({"supersedes": "standing", "period": days("2025-03-31", "2025-06-30")}, told=told)
    assert names(wide) == [entry.PeriodsOverlap]


@pytest.mark.parametrize("facts", [{"author": HOST}, {"indicator": "another"}, {"id": "standing"}])
def test_only_ones_own_earlier_figure_is_replaced(facts):
    told = replace(COUNTED, measurements=(STANDING,))
    found = refusals({"supersedes": "standing", **facts}, told=told)
    assert entry.CannotSupersede in names(found)


def test_what_was_replaced_already_is_not_replaced_again():
    again = measured(10, "2025-04-01", "2025-06-30", supersedes="standing", id="second")
    told = replace(COUNTED, measurements=(STANDING, again))
    assert names(refusals({"supersedes": "second"}, told=told)) == []
    assert entry.SupersededAlready in names(refusals({"supersedes": "standing"}, told=told))


# --------------------------------------------------------------------------------------------- baselines and targets


@given(st.integers(-100, 100), st.integers(-100, 100), st.sampled_from(Direction))
def test_a_target_on_the_wrong_side_is_refused_with_both_figures(b, t, direction):
    told = indicator(direction=direction, baselines=(baseline(b),))
    wrong = t < b if direction is Direction.ASCENDING else t > b
    found = target_refusals(target(t), told)
    assert bool(found) == wrong
    if found:
        assert isinstance(found[0], entry.TargetOnTheWrongSide)
        assert {found[0].facts["target"], found[0].facts["baseline"]} == {
            str(t).replace("-", "−"),
            str(b).replace("-", "−"),
        }


def test_a_baseline_that_puts_a_target_on_its_wrong_side_is_refused():
    told = indicator(targets=(target(20),))
    assert baseline_refusals(baseline(20), told) == ()
    assert names(baseline_refusals(baseline(21), told)) == [entry.TargetBelowBaseline]
    later = replace(told, baselines=(baseline(10, "2023-12-31"),))
    assert baseline_refusals(baseline(21), later) == ()


def test_a_target_is_held_against_its_places_own_baseline_or_the_wholes():
    told = indicator(baselines=(baseline(10), baseline(30, place="A")))
    assert target_refusals(target(20, place="B"), told) == ()
    assert names(target_refusals(target(20, place="A"), told)) == [entry.TargetBelowBaseline]
    assert names(target_refusals(target(5, place="B"), told)) == [entry.TargetBelowBaseline]
    assert target_refusals(target(5, place="B"), indicator(baselines=(baseline(10, place="A"),))) == ()


def test_a_target_falls_due_after_the_baseline():
    told = indicator(baselines=(baseline(10, "2024-12-31"),))
    assert target_refusals(target(20, "2025-01-01"), told) == ()
    assert names(target_refusals(target(20, "2024-12-31"), told)) == [entry.TargetBeforeBaseline]


@pytest.mark.parametrize(
    ("measure", "figures", "field"),
    [
        (Measure.UNIT, (amount(10), amount(5)), "value"),
        (Measure.PERCENTAGE, (amount("1/2"), amount("1/4")), "numerator"),
        (Measure.PERCENTAGE, (amount("1/2"), amount(25)), "value"),
        (Measure.ORDINAL, (Amount(level=3), Amount(level=2)), "level"),
    ],
)
def test_the_refusal_points_at_the_field_that_was_typed(measure, figures, field):
    b, t = figures
    found = target_refusals(target(t), indicator(measure, levels=4, baselines=(baseline(b),)))
    assert (names(found), found[0].field) == ([entry.TargetBelowBaseline], field)


def test_one_is_stated_once_for_a_period_and_place():
    b, t = baseline(10), target(20)
    told = indicator(baselines=(b,), targets=(t,))
    assert names(target_refusals(replace(t, id="again"), told)) == [entry.StatedTwice]
    assert names(baseline_refusals(replace(b, id="again"), told)) == [entry.StatedTwice]
    assert target_refusals(t, told) == ()
    assert target_refusals(replace(t, id="again", author=HOST), told) == ()
    assert target_refusals(replace(t, id="again", place="A"), told) == ()


def test_a_period_that_runs_backwards_is_refused_everywhere():
    backwards = Period(date(2025, 12, 31), date(2025, 1, 1))
    assert names(target_refusals(replace(target(20), period=backwards), indicator())) == [entry.PeriodReversed]
    assert names(baseline_refusals(replace(baseline(20), period=backwards), indicator())) == [entry.PeriodReversed]


def test_all_refusals_come_at_once_in_the_order_of_the_form():
    found = refusals({"period": days("2025-07-01", "2025-07-31"), "amount": Amount(), "grade": "?"})
    with pytest.raises(Refused) as refused:
        refuse(found)
    assert names(refused.value.errors) == [entry.NotOverYet, amounts.FigureMissing, BadGrade]
