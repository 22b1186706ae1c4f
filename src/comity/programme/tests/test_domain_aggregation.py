"""Time and place are two rules: what is added, what is pooled, what is never either."""

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.programme.domain.over_time import increments
from comity.programme.domain.series import overlapping
from comity.programme.domain.vocabulary import Measure, Nature
from comity.programme.tests.domain_cases import (
    HOST,
    amount,
    baseline,
    days,
    indicator,
    latest_figure,
    measured,
    roll_up,
    roll_up_with_baseline,
)

YEAR = days("2025-01-01", "2025-12-31")
QUARTERS = [
    ("2025-01-01", "2025-03-31"),
    ("2025-04-01", "2025-06-30"),
    ("2025-07-01", "2025-09-30"),
    ("2025-10-01", "2025-12-31"),
]
FLOW, STOCK = indicator(nature=Nature.FLOW), indicator(nature=Nature.STOCK)
PLACES = ["IQG01", "IQG02", "IQG03"]
whole_numbers = st.integers(-1000, 1000)


def quarters(*values: Any, **facts: Any) -> Any:
    return [
        measured(value, *quarter, **facts)
        for value, quarter in zip(values, QUARTERS, strict=False)
        if value is not None
    ]


def said(derivation: Any) -> Any:
    return " ".join(note.said() for note in derivation.all_notes())


# ------------------------------------------------------------------------------------------------------------- flows


@given(st.permutations(range(4)), st.lists(whole_numbers, min_size=4, max_size=4))
def test_a_flow_adds_up_whatever_the_order(order, values):
    figures = quarters(*values)
    found = roll_up(FLOW, [figures[at] for at in order], YEAR)
    assert found.amount.value == sum(values)
    assert found.complete


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(PLACES), whole_numbers), min_size=1, max_size=20))
def test_a_flow_over_places_does_not_depend_on_order(entries):
    once = {(at, place): value for at, place, value in entries}
    figures = [measured(value, *QUARTERS[at], place=place) for (at, place), value in once.items()]
    shuffled = random.Random(1).sample(figures, len(figures))
    assert roll_up(FLOW, figures, YEAR) == roll_up(FLOW, shuffled, YEAR)
    assert roll_up(FLOW, figures, YEAR).amount.value == sum(once.values())


def test_a_missing_quarter_is_named_and_makes_the_sum_incomplete():
    found = roll_up(FLOW, quarters(1, None, 3, 4), YEAR)
    assert found.amount.value == 8
    assert not found.complete
    assert "Not measured: 2025-04-01 – 2025-06-30." in said(found)


def test_a_single_quarter_is_not_a_year():
    found = roll_up(FLOW, quarters(1), YEAR)
    assert not found.complete
    assert "2025-04-01 – 2025-12-31" in said(found)


def test_nothing_measured_is_no_figure_and_not_zero():
    found = roll_up(FLOW, [], YEAR)
    assert found.amount is None
    assert not found.complete


def test_a_measured_zero_is_zero():
    found = roll_up(FLOW, quarters(0, 0, 0, 0), YEAR)
    assert found.amount.value == 0
    assert found.complete


def test_days_counted_twice_count_once_and_the_first_recorded_stands():
    first, second = measured(10, *QUARTERS[0]), measured(99, "2025-03-01", "2025-03-31")
    found = roll_up(FLOW, [second, first])
    assert found.amount.value == 10
    assert "overlaps one recorded before" in said(found)
    assert overlapping([second, first]) == ((first, second),)


def test_a_figure_over_the_edge_of_the_period_is_left_out_and_named():
    over = measured(7, "2025-12-01", "2026-01-31")
    found = roll_up(FLOW, [*quarters(1, 2, 3), over], YEAR)
    assert found.amount.value == 6
    assert "2025-12-01 – 2026-01-31" in said(found)
    assert not found.complete


def test_a_flow_without_value_is_not_counted_as_zero():
    broken = measured(None, *QUARTERS[1])
    found = roll_up(FLOW, [measured(5, *QUARTERS[0]), broken])
    assert found.amount.value == 5
    assert not found.complete
    assert "no value" in said(found)


def test_negative_amounts_are_bracketed_in_the_formula():
    assert roll_up(FLOW, quarters(5, -2)).formula == "5 + (−2)"


# ------------------------------------------------------------------------------------------- superseding is replacing


@given(st.lists(whole_numbers, min_size=4, max_size=4), whole_numbers, st.integers(0, 3))
def test_superseding_is_replacing(values, corrected, at):
    figures = quarters(*values)
    new = measured(corrected, *QUARTERS[at], supersedes=figures[at].id)
    replaced = [*figures[:at], new, *figures[at + 1 :]]
    assert roll_up(FLOW, [*figures, new], YEAR).amount == roll_up(FLOW, replaced, YEAR).amount


def test_a_chain_of_corrections_leaves_the_last():
    first = measured(1)
    second = measured(2, supersedes=first.id)
    third = measured(3, supersedes=second.id)
    assert roll_up(STOCK, [third, first, second]).amount.value == 3


@pytest.mark.parametrize("breach", ["author", "indicator", "circle", "itself"])
def test_a_false_replacement_has_no_effect_and_is_said(breach):
    old = measured(1, "2025-01-31", id="old", supersedes="new" if breach == "circle" else None)
    facts: Any = {"author": {"author": HOST}, "indicator": {"indicator": "another"}}.get(breach, {})
    new = measured(2, "2025-02-28", id="new", supersedes="new" if breach == "itself" else "old", **facts)
    found = roll_up(STOCK, [old, new])
    assert found.amount.value == 2
    assert "cannot replace" in said(found)
    assert roll_up(STOCK, [old]).amount.value == 1


def test_a_replacement_of_what_was_not_shared_is_said():
    assert "not among the figures shown" in said(roll_up(STOCK, [measured(2, supersedes="elsewhere")]))


# ------------------------------------------------------------------------------------------------------------ stocks


@given(st.lists(st.tuples(st.sampled_from(PLACES), whole_numbers), min_size=1, max_size=12))
def test_a_stock_is_the_last_of_each_place_added_up(entries):
    figures = [measured(value, f"2025-01-{at + 1:02}", place=place) for at, (place, value) in enumerate(entries)]
    shuffled = random.Random(2).sample(figures, len(figures))
    found = roll_up(STOCK, shuffled, YEAR)
    assert found.amount.value == sum(dict(entries).values())
    assert found == roll_up(STOCK, figures, YEAR)


def test_a_place_without_a_newer_figure_keeps_its_last_and_it_is_said():
    figures = [measured(50, "2025-03-31", place="IQG01"), measured(60, "2025-06-30", place="IQG02")]
    found = roll_up(STOCK, figures, YEAR)
    assert found.amount.value == 110
    assert found.complete
    assert "The last figure of IQG01, of 2025-03-31, stands until the next." in said(found)


def test_a_place_not_measured_in_the_period_is_missing_and_not_zero():
    figures = [measured(50, "2024-03-31", place="IQG01"), measured(60, "2025-06-30", place="IQG02")]
    found = roll_up(STOCK, figures, YEAR)
    assert found.amount.value == 60
    assert not found.complete
    assert "No measurement from IQG01: the figure covers 1 of 2 places." in said(found)


def test_an_expected_place_that_was_never_measured_is_missing():
    found = roll_up(STOCK, [measured(60, "2025-06-30", place="IQG02")], YEAR, {"IQG01"})
    assert not found.complete
    assert "IQG01" in said(found)


def test_a_whole_is_not_added_to_its_parts():
    figures = [
        measured(100, "2025-06-30"),
        measured(40, "2025-06-30", place="IQG01"),
        measured(60, "2025-06-30", place="IQG02"),
    ]
    found = roll_up(STOCK, figures, YEAR)
    assert found.amount.value == 100
    assert found.complete
    assert "IQG01, IQG02 are parts of a wider figure" in said(found)


def test_parts_of_a_flow_count_in_the_periods_that_have_no_whole():
    figures = [measured(100, *QUARTERS[0]), measured(40, *QUARTERS[0], place="IQG01")]
    figures += [measured(30, *QUARTERS[1], place="IQG01")]
    assert roll_up(FLOW, figures).amount.value == 130


def test_what_is_not_additive_has_no_total():
    figures = [measured(40, place="IQG01"), measured(60, place="IQG02")]
    found = roll_up(indicator(additive=False), figures)
    assert found.amount is None
    assert len(found.sources()) == 2
    assert not found.complete


def test_a_stock_takes_the_one_recorded_last_of_one_day():
    assert roll_up(STOCK, [measured(1), measured(2)]).amount.value == 2


# ---------------------------------------------------------------------------------------------------- running totals


def test_a_running_total_is_its_last_figure_and_grows_by_increments():
    running = indicator(nature=Nature.RUNNING_TOTAL)
    figures = [measured(10, "2025-01-31"), measured(14, "2025-02-28"), measured(13, "2025-03-31")]
    assert roll_up(running, figures, YEAR).amount.value == 13
    assert [difference for _, _, difference in increments(figures)] == [4, -1]


def test_a_running_total_that_falls_is_flagged():
    running = indicator(nature=Nature.RUNNING_TOTAL)
    falling = [measured(14, "2025-02-28"), measured(13, "2025-03-31")]
    assert "The running total fell from 14 to 13 on 2025-03-31." in said(roll_up(running, falling))
    assert "fell" not in said(roll_up(running, falling[:1]))


@given(st.lists(whole_numbers, min_size=2, max_size=10))
def test_increments_add_up_to_the_difference_between_last_and_first(values):
    figures = [measured(value, f"2025-01-{at + 1:02}") for at, value in enumerate(values)]
    assert sum(difference for _, _, difference in increments(figures)) == values[-1] - values[0]


# ------------------------------------------------------------------------------------------------------- percentages

SHARE = indicator(Measure.PERCENTAGE, nature=Nature.FLOW)
shares = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8)


@given(shares)
def test_percentages_are_sums_over_sums(given_shares):
    figures = [measured(f"{n}/{d}", f"2025-01-{at + 1:02}") for at, (n, d) in enumerate(given_shares)]
    found = roll_up(SHARE, figures).amount
    below = sum(d for _, d in given_shares)
    expected = Fraction(100 * sum(n for n, _ in given_shares), below) if below else None
    assert found.quantity(Measure.PERCENTAGE) == expected


@given(shares, shares)
def test_pooling_in_two_steps_is_pooling_in_one(left, right):
    def pooled(parts: Any, place: Any = "") -> Any:
        return [measured(f"{n}/{d}", f"2025-01-{at + 1:02}", place=place) for at, (n, d) in enumerate(parts)]

    in_one = roll_up(SHARE, pooled(left + right)).amount
    in_two = roll_up(SHARE, [*pooled(left, "IQG01"), *pooled(right, "IQG02")]).amount
    assert (in_one.numerator, in_one.denominator) == (in_two.numerator, in_two.denominator)


def test_a_denominator_of_zero_has_no_value_and_says_so():
    found = roll_up(SHARE, [measured("0/0", "2025-01-31"), measured("0/0", "2025-02-28")])
    assert found.amount.quantity(Measure.PERCENTAGE) is None
    assert "there is no value" in said(found)
    assert roll_up(SHARE, [measured("0/0")]).amount.quantity(Measure.PERCENTAGE) is None


def test_a_percentage_without_numerator_is_left_out_and_said():
    found = roll_up(SHARE, [measured("1/4", "2025-01-31"), measured(80, "2025-02-28")])
    assert found.amount.quantity(Measure.PERCENTAGE) == 25
    assert not found.complete
    assert "without numerator" in said(found)


def test_percentages_that_cannot_be_pooled_have_no_figure():
    found = roll_up(SHARE, [measured(70, "2025-01-31"), measured(80, "2025-02-28")])
    assert found.amount is None
    assert len(found.sources()) == 2


def test_a_place_that_cannot_be_pooled_makes_the_whole_incomplete():
    sound = measured("1/4", "2025-01-31", place="B")
    in_part = [measured("1/4", "2025-01-31", place="A"), measured(80, "2025-02-28", place="A")]
    not_at_all = [measured(70, "2025-01-31", place="A"), measured(80, "2025-02-28", place="A")]
    assert roll_up(SHARE, [sound, *in_part]).amount == amount("2/8")
    assert not roll_up(SHARE, [sound, *in_part]).complete
    assert roll_up(SHARE, [sound, *not_at_all]).amount == amount("1/4")
    assert not roll_up(SHARE, [sound, *not_at_all]).complete


def test_one_place_of_two_has_its_own_percentage_and_is_incomplete():
    found = roll_up(SHARE, [measured("1/4", place="IQG01")], None, {"IQG02"})
    assert found.amount.quantity(Measure.PERCENTAGE) == 25
    assert not found.complete


def test_the_latest_percentage_pools_places_and_not_dates():
    figures = [measured("1/2", "2025-01-31", place="IQG01"), measured("3/4", "2025-02-28", place="IQG01")]
    figures += [measured("1/4", "2025-02-28", place="IQG02")]
    found = latest_figure(SHARE, figures, YEAR.end)
    assert (found.amount.numerator, found.amount.denominator) == (4, 8)
    assert latest_figure(SHARE, figures, days("2025-01-31").end).amount == amount("1/2")


def test_the_baseline_is_not_pooled_twice():
    share = indicator(Measure.PERCENTAGE, baselines=(baseline("1/2", "2025-01-01", "2025-01-31"),))
    assert roll_up_with_baseline(share, [measured("30/100", "2025-01-31")]) is None


@pytest.mark.parametrize(
    "broken",
    [
        indicator(Measure.PERCENTAGE),
        indicator(Measure.UNIT, baselines=(baseline("1/2"),)),
        indicator(Measure.PERCENTAGE, baselines=(baseline(50),)),
        indicator(Measure.PERCENTAGE, baselines=(baseline("1/2"),), distinct_people=True, additive=False),
    ],
)
def test_without_a_pooled_baseline_there_is_no_roll_up_with_it(broken):
    allowed = indicator(Measure.PERCENTAGE, baselines=(baseline("1/2"),))
    assert roll_up_with_baseline(allowed, [measured("30/100")]) is not None
    assert roll_up_with_baseline(broken, [measured("30/100")]) is None
    assert roll_up_with_baseline(allowed, []) is None
