"""What the charts of an indicator are given to draw."""

import re
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.utils import translation

from comity.programme.domain.vocabulary import Measure, Nature
from comity.programme.drawing import chart_of, line_of, spark_of
from comity.programme.tests.domain_cases import assess, baseline, indicator, measured, target
from comity.programme.tests.test_trend import quarter, year
from comity.responses.tests.world import ON


def shown(*measurements: Any, measure: Measure = Measure.UNIT, **facts: Any) -> Any:
    told = indicator(measure, measurements=measurements, **facts)
    return SimpleNamespace(row=SimpleNamespace(straight_line=False), assessment=assess(told, ON))


def paths(svg: str) -> list[str]:
    return re.findall(r'class="line" d="([^"]*)"', svg)


def test_shares_are_drawn_as_ratios():
    line = line_of(
        shown(
            measured("1/4", "2025-06-30"),
            measure=Measure.PERCENTAGE,
            baselines=(baseline("1/2"),),
            targets=(target(80),),
        )
    )
    assert line.points == [(date(2025, 6, 30), Decimal("0.25"))]
    assert line.baseline == (date(2024, 12, 31), Decimal("0.5"))
    assert (line.targets, line.unit) == ([(date(2025, 12, 31), Decimal("0.8"))], "%")


def test_a_missing_place_leaves_a_gap_that_no_line_crosses():
    north, south = "IQG01", "IQG02"
    figures = [
        measured(5, f"{y}-01-01", f"{y}-12-31", place=place)
        for y in (2022, 2023, 2024)
        for place in (north, south)
        if (y, place) != (2023, south)
    ]
    it = shown(*figures, nature=Nature.FLOW)
    line = line_of(it)
    assert [value for _, value in line.points] == [10, None, 10]
    assert [path.count("M") for path in paths(chart_of(it))] == [2, 2], "wide and narrow, each in two pieces"
    assert [path.count("M") for path in paths(spark_of(it))] == [2]


def test_a_sum_so_far_is_said_to_be_one():
    it = shown(*(quarter(2024, n) for n in (1, 2, 3, 4)), quarter(2025, 1), nature=Nature.FLOW, targets=(year(2025),))
    with translation.override("en"):
        assert "sum so far, until 31 March 2025" in chart_of(it)
    with translation.override("ar"):
        assert "٣١ آذار ٢٠٢٥" in chart_of(it)


def test_the_small_line_leaves_out_what_it_cannot_say():
    years = [quarter(2024, n) for n in (1, 2, 3, 4)]
    it = shown(*years, quarter(2025, 1), nature=Nature.FLOW, targets=(year(2024), year(2025)))
    with translation.override("en"):
        assert "now 40" in spark_of(it)
        assert "so far" not in chart_of(shown(*years, nature=Nature.FLOW, targets=(year(2024),)))
    assert spark_of(shown(quarter(2025, 1), nature=Nature.FLOW, targets=(year(2025),))) == ""


def test_where_nothing_was_measured_nothing_is_drawn():
    it = shown(baselines=(baseline(1),), targets=(target(2),))
    assert (chart_of(it), spark_of(it)) == ("", "")
    empty = shown(measured("0/0"), measure=Measure.PERCENTAGE)
    assert (chart_of(empty), spark_of(empty)) == ("", "")
