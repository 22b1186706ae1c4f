"""The verdict on what stands at a level: stocks, running totals, percentages, scales, categories and judgements.

The last figure counts. Progress runs from the original baseline to the last target stated; whether it is on track is
asked on the day of the figure, so that an old figure is not made worse by being old: its age is shown beside it.
"""

from collections.abc import Sequence
from datetime import date

from comity.programme.domain.aggregation import latest_figure
from comity.programme.domain.facts import IndicatorFacts, MeasurementFact
from comity.programme.domain.verdict import Against, Verdict, settle
from comity.programme.domain.yardsticks import expected_on, original_baseline, stated_targets


def judge_level(indicator: IndicatorFacts, series: Sequence[MeasurementFact], on: date) -> Verdict:
    """The verdict on one party's `series` as it was known on `on`."""
    baseline, targets = original_baseline(indicator), stated_targets(indicator)
    target = targets[-1] if targets else None
    expected_places = {place for stick in (baseline, target) if stick for place in stick.places}
    actual = latest_figure(indicator, series, on, expected_places)
    day = actual.as_of
    expected = expected_on(indicator, day) if day is not None else None
    return settle(indicator, actual, Against(baseline, target, expected))
