"""The course that a chart draws: comparable with its targets, and never across what was not measured."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.programme.domain.vocabulary import Measure, Nature
from comity.programme.tests.domain_cases import indicator, measured, target, trend_of

ON = date(2025, 7, 15)
QUARTERS = [("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31")]


def quarter(year: int, number: int, figure: Any = 10, **facts: Any) -> Any:
    start, end = QUARTERS[number - 1]
    return measured(figure, f"{year}-{start}", f"{year}-{end}", **facts)


def year(number: int, figure: Any = 40) -> Any:
    return target(figure, f"{number}-01-01", f"{number}-12-31")


def flow(*measurements: Any, targets: Any = (), on: date = ON, **facts: Any) -> Any:
    return trend_of(indicator(nature=Nature.FLOW, measurements=measurements, targets=tuple(targets), **facts), on)


def drawn(trend: Any) -> list[tuple[str, int, bool]]:
    return [(str(point.day), point.number, point.so_far) for point in trend.points]


def test_quarters_under_yearly_targets_are_drawn_as_years():
    found = flow(*(quarter(2024, n, 10 * n) for n in (1, 2, 3, 4)), targets=[year(2024)])
    assert drawn(found) == [("2024-12-31", 100, False)]


def test_the_year_that_goes_on_is_drawn_as_what_it_is_so_far():
    figures = [*(quarter(2024, n) for n in (1, 2, 3, 4)), quarter(2025, 1), quarter(2025, 2)]
    found = flow(*figures, targets=[year(2024), year(2025)])
    assert drawn(found) == [("2024-12-31", 40, False), ("2025-06-30", 20, True)]


def test_a_year_of_which_a_quarter_is_missing_is_a_gap_and_no_smaller_number():
    figures = [quarter(2024, 1), quarter(2024, 3), quarter(2024, 4), quarter(2025, 1)]
    found = flow(*figures, targets=[year(2024), year(2025)])
    assert drawn(found) == [("2025-03-31", 10, True)]
    assert found.gaps == (date(2024, 12, 31),)


def test_a_year_whose_end_is_missing_is_a_gap_once_measuring_went_on():
    figures = [*(quarter(2024, n) for n in (1, 2, 3)), quarter(2025, 1)]
    found = flow(*figures, targets=[year(2024), year(2025)])
    assert drawn(found) == [("2025-03-31", 10, True)]
    assert found.gaps == (date(2024, 12, 31),)


def test_of_two_places_the_sum_so_far_goes_as_far_as_both():
    both = [quarter(2025, 1, place=place) for place in ("IQG01", "IQG02")]
    found = flow(*both, quarter(2025, 2, place="IQG01"), targets=[year(2025)])
    assert drawn(found) == [("2025-03-31", 20, True)]


def test_a_place_that_the_target_names_and_nobody_measured_is_a_gap():
    targets = [target(20, "2025-01-01", "2025-12-31", place=place) for place in ("IQG01", "IQG02")]
    found = flow(quarter(2025, 1, place="IQG01"), targets=targets)
    assert (found.points, found.gaps) == ((), (date(2025, 3, 31),))


def test_people_counted_quarter_by_quarter_have_no_total_of_the_year():
    figures = [quarter(2024, n) for n in (1, 2, 3, 4)]
    found = flow(*figures, targets=[year(2024)], distinct_people=True, additive=False)
    assert (found.points, found.gaps) == ((), (date(2024, 12, 31),))


def test_where_targets_speak_of_the_periods_measured_each_is_drawn():
    targets = [target(10, f"2025-{start}", f"2025-{end}") for start, end in QUARTERS]
    found = flow(quarter(2025, 1, 7), quarter(2025, 2, 8), targets=targets)
    assert drawn(found) == [("2025-03-31", 7, False), ("2025-06-30", 8, False)]


def test_without_targets_each_period_is_drawn():
    assert [number for _, number, _ in drawn(flow(quarter(2025, 1, 7), quarter(2025, 2, 8)))] == [7, 8]


def test_a_target_for_a_day_counts_from_the_first_day_measured():
    found = flow(quarter(2024, 3), quarter(2024, 4), quarter(2025, 1), targets=[target(99, "2025-12-31")])
    assert drawn(found) == [("2025-03-31", 30, True)]


def test_levels_are_drawn_day_by_day_whatever_their_targets():
    stock = indicator(measurements=(measured(7, "2025-03-31"), measured(9, "2025-06-30")), targets=(year(2025),))
    assert drawn(trend_of(stock, ON)) == [("2025-03-31", 7, False), ("2025-06-30", 9, False)]


def test_a_place_that_is_missing_is_a_gap_on_its_day():
    figures = (measured(7, "2025-01-31", place="IQG01"), measured(9, "2025-03-31", place="IQG02"))
    found = trend_of(indicator(measurements=figures), ON)
    assert [(point.day, point.number) for point in found.points] == [(date(2025, 3, 31), 16)]
    assert found.gaps == (date(2025, 1, 31),)


def test_a_share_of_none_is_a_gap():
    shares = (measured("0/0", "2025-03-31"), measured("1/2", "2025-06-30"))
    found = trend_of(indicator(Measure.PERCENTAGE, measurements=shares), ON)
    assert ([point.number for point in found.points], found.gaps) == ([50], (date(2025, 3, 31),))


@given(
    figures=st.lists(st.integers(0, 1000), min_size=1, max_size=10),
    lost=st.none() | st.integers(0, 9),
)
def test_no_point_ever_shows_less_than_was_measured(figures: list[int], lost: int | None):
    """From quarters without a hole: every complete year is its sum; take one quarter out and its year is a gap."""
    quarters = [(2023 + i // 4, i % 4 + 1, figure) for i, figure in enumerate(figures)]
    # Without the last quarter its year only ends earlier.
    gone = quarters[lost] if lost is not None and lost < len(quarters) - 1 else None
    kept = [quarter(*one) for one in quarters if one != gone]
    found = flow(*kept, targets=[year(2023), year(2024), year(2025)], on=date(2026, 1, 1))
    sums = {number: sum(f for y, _, f in quarters if y == number) for number, _, _ in quarters}
    points = {point.day.year: point.number for point in found.points}
    assert all(points[number] == Fraction(sums[number]) for number in points)
    whole = set(sums) - ({gone[0]} if gone else set())
    assert whole <= set(points)


@pytest.mark.parametrize("author", ["host", "mission"])
def test_only_the_reporters_figures_are_drawn(author: str):
    found = flow(quarter(2025, 1, author=author), reporter=author)
    assert len(found.points) == 1
    assert flow(quarter(2025, 1, author="somebody else"), reporter=author).points == ()
