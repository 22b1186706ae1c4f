"""Scales, categories, judgements and people: what is counted or listed, and never averaged."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.text import Text
from comity.programme.domain.aggregation import median_level
from comity.programme.domain.facts import Amount, Period
from comity.programme.domain.vocabulary import Direction, Judgement, Measure, Nature
from comity.programme.tests.domain_cases import (
    count_identities,
    days,
    indicator,
    measured,
    roll_up,
)
from comity.programme.tests.test_domain_aggregation import FLOW, YEAR, quarters

# ------------------------------------------------------------------------------------------------ scales, categories


def at_level(number: Any, place: Any, day: Any = "2025-01-31") -> Any:
    return measured(Amount(level=number), day, place=place)


def test_levels_over_places_are_a_distribution_with_a_median_and_no_mean():
    scale = indicator(Measure.ORDINAL, levels=5)
    found = roll_up(scale, [at_level(1, "A"), at_level(1, "B"), at_level(5, "C")])
    assert found.amount.level == 1
    assert found.distribution == ((1, 2), (5, 1))


@pytest.mark.parametrize(
    ("levels", "direction", "median"),
    [
        ([1, 4], Direction.ASCENDING, 1),
        ([1, 4], Direction.DESCENDING, 4),
        ([1, 2, 3, 4], Direction.ASCENDING, 2),
        ([1, 2, 3, 4], Direction.DESCENDING, 3),
        ([3, 1, 2], Direction.ASCENDING, 2),
    ],
)
def test_of_two_middle_levels_the_less_favourable_counts(levels, direction, median):
    assert median_level(levels, direction) == median


@given(st.lists(st.integers(1, 5), min_size=1), st.sampled_from(Direction))
def test_the_median_is_a_level_that_half_of_the_places_reach(levels, direction):
    median = median_level(levels, direction)
    as_good = [x for x in levels if (x >= median if direction is Direction.ASCENDING else x <= median)]
    assert median in levels
    assert 2 * len(as_good) >= len(levels)


def test_a_single_place_has_its_level_and_a_distribution_of_one():
    found = roll_up(indicator(Measure.ORDINAL, levels=5), [at_level(2, "A"), at_level(3, "A", "2025-02-28")])
    assert found.amount.level == 3
    assert found.distribution == ((3, 1),)


def test_a_place_without_level_makes_the_median_incomplete():
    scale = indicator(Measure.ORDINAL, levels=5)
    found = roll_up(scale, [at_level(2, "A"), measured(None, place="B")])
    assert found.amount.level == 2
    assert not found.complete


def test_categories_are_counted_and_one_is_named_only_when_all_agree():
    named = indicator(Measure.NOMINAL, levels=3)
    assert roll_up(named, [at_level(2, "A"), at_level(2, "B")]).amount.level == 2
    differing = roll_up(named, [at_level(2, "A"), at_level(3, "B")])
    assert differing.amount is None
    assert differing.distribution == ((2, 1), (3, 1))


def test_judgements_are_listed_and_the_last_one_counts_in_a_place():
    words = indicator(Measure.QUALITATIVE)
    text = Text.single("en", "seen on two visits")
    worse, better = (Amount(narrative=text, judgement=j) for j in (Judgement.WORSE, Judgement.BETTER))
    figures = [measured(worse, "2025-01-31", place="A"), measured(better, "2025-02-28", place="A")]
    assert roll_up(words, figures).amount == better
    listed = roll_up(words, [*figures, measured(worse, place="B")])
    assert listed.amount is None
    assert {source.amount.judgement for source in listed.sources()} == {Judgement.BETTER, Judgement.WORSE}


# ------------------------------------------------------------------------------------------------------------ people

PEOPLE = indicator(nature=Nature.FLOW, distinct_people=True, additive=False)


def test_people_are_not_added_over_time():
    found = roll_up(PEOPLE, quarters(10, 12), YEAR)
    assert found.amount is None
    assert len(found.sources()) == 2


def test_a_count_of_people_for_the_whole_period_stands():
    found = roll_up(PEOPLE, [*quarters(10, 12), measured(17, "2025-01-01", "2025-12-31")], YEAR)
    assert found.amount.value == 17
    assert found.complete
    later = [measured(17, "2025-01-01", "2025-12-31"), *quarters(None, None, None, 12)]
    assert roll_up(PEOPLE, later, YEAR).amount.value == 17


def test_one_count_of_people_in_part_of_the_period_is_incomplete():
    found = roll_up(PEOPLE, quarters(10), YEAR)
    assert found.amount.value == 10
    assert not found.complete
    assert roll_up(PEOPLE, quarters(10)).complete


def test_people_are_not_added_over_places():
    found = roll_up(PEOPLE, [measured(10, place="IQG01"), measured(12, place="IQG02")])
    assert found.amount is None


@given(st.dictionaries(st.text(max_size=2), st.frozensets(st.integers(0, 20))))
def test_people_known_by_identity_are_counted_once(groups):
    found = count_identities(groups)
    assert found.amount.value == len(frozenset().union(*groups.values()))
    assert found.amount.value <= sum(map(len, groups.values()))


def test_a_period_is_cut_into_what_nobody_measured():
    whole = days("2025-01-01", "2025-01-31")
    covered = [days("2025-01-05", "2025-01-10"), days("2025-01-08", "2025-01-09"), days("2025-02-01", "2025-02-02")]
    assert whole.without(covered) == (days("2025-01-01", "2025-01-04"), days("2025-01-11", "2025-01-31"))
    assert whole.without([whole]) == ()
    assert Period.on(whole.start).days == 1


def test_decimals_stay_exact_over_many_periods():
    figures = [measured(Decimal("0.1"), f"2025-01-{day:02}") for day in range(1, 31)]
    assert roll_up(FLOW, figures).amount.value == 3
