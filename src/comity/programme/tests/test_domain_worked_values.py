"""The worked values that every implementation must reproduce."""

from fractions import Fraction

import pytest

from comity.programme.domain.numbers import percent_text
from comity.programme.domain.progress import ProgressKind
from comity.programme.domain.vocabulary import Direction, Measure, Nature
from comity.programme.tests.domain_cases import (
    a_figure,
    baseline,
    days,
    indicator,
    measured,
    progress_of,
    roll_up,
    roll_up_with_baseline,
)

UP, DOWN = Direction.ASCENDING, Direction.DESCENDING


@pytest.mark.parametrize(
    ("direction", "figures", "kind", "shown", "formula"),
    [
        (UP, (10, 20, 15), ProgressKind.PROGRESS, "50 %", "(15 − 10) ÷ (20 − 10)"),
        (DOWN, (20, 10, 15), ProgressKind.PROGRESS, "50 %", "(15 − 20) ÷ (10 − 20)"),
        (DOWN, (20, 10, 25), ProgressKind.REGRESSION, "−50 %", "(25 − 20) ÷ (10 − 20)"),
        (UP, (10, 20, 25), ProgressKind.PROGRESS, "150 %", "(25 − 10) ÷ (20 − 10)"),
        (UP, (5, 5, 5), ProgressKind.MAINTAINED, None, "5; 5"),
        (DOWN, (5, 5, 7), ProgressKind.BREACHED, None, "7; 5"),
        (UP, (None, 40, 10), ProgressKind.ATTAINMENT, "25 %", "10 ÷ 40"),
        (UP, (0, 10, 0), ProgressKind.PROGRESS, "0 %", "(0 − 0) ÷ (10 − 0)"),
        (UP, (0, 10, None), ProgressKind.NOT_MEASURED, None, ""),
        (UP, (50, 80, 46), ProgressKind.REGRESSION, "−13.3 %", "(46 − 50) ÷ (80 − 50)"),
    ],
)
def test_progress_is_as_worked(direction, figures, kind, shown, formula):
    found = progress_of(Measure.UNIT, direction, *map(a_figure, figures))
    assert found.kind is kind
    assert (found.ratio is None) == (shown is None)
    assert shown is None or percent_text(found.ratio).replace("\N{NO-BREAK SPACE}", " ") == shown
    assert found.derivation.formula == formula


def test_a_regression_says_so():
    found = progress_of(Measure.UNIT, DOWN, a_figure(20), a_figure(10), a_figure(25))
    assert found.derivation.said().startswith("Regression")


def test_percentages_are_pooled_and_not_averaged():
    share = indicator(Measure.PERCENTAGE, baselines=(baseline("1/2"),))
    found = roll_up_with_baseline(share, [measured("30/100")])
    assert found.amount.quantity(Measure.PERCENTAGE) / 100 == Fraction(31, 102)
    assert percent_text(Fraction(31, 102)).replace("\N{NO-BREAK SPACE}", " ") == "30.4 %"
    assert found.formula == "(1 + 30) ÷ (2 + 100)"
    assert [source.kind for source in found.sources()] == ["baseline", "measurement"]


def test_percentages_of_two_periods_are_pooled_and_not_averaged():
    found = roll_up(indicator(Measure.PERCENTAGE), [measured("1/2", "2025-01-31"), measured("30/100", "2025-02-28")])
    assert found.amount.quantity(Measure.PERCENTAGE) / 100 == Fraction(31, 102)


def test_a_stock_is_added_over_places_and_not_over_time():
    stock = indicator(nature=Nature.STOCK)
    figures = [
        measured(50, "2025-03-31", place="IQG01"),
        measured(50, "2025-03-31", place="IQG02"),
        measured(40, "2025-06-30", place="IQG01"),
        measured(60, "2025-06-30", place="IQG02"),
    ]
    found = roll_up(stock, figures, days("2025-01-01", "2025-12-31"))
    assert found.amount.value == 100
    assert found.formula == "40 + 60"
    assert found.complete
