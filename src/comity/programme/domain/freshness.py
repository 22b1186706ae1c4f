"""The age of a figure against how often it should be measured.

The next measurement falls due one interval after the end of the last period measured. Until then the figure is fresh;
for half an interval more the next one is due, which is a reminder and no reproach; after that the figure is stale. A
total is as old as the oldest of the places it is made of.
"""

import calendar
from collections.abc import Iterable
from datetime import MAXYEAR, date, timedelta

from comity.programme.domain.facts import IndicatorFacts, MeasurementFact
from comity.programme.domain.series import by_place, counting
from comity.programme.domain.vocabulary import Freshness
from comity.programme.domain.yardsticks import original_baseline, stated_targets


def months_after(day: date, months: int) -> date:
    """The same day `months` later; the last day of a month stays the last (30 June and 3 months: 30 September).

    Never after the last day that there is: a date from elsewhere may be the last already.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    last = calendar.monthrange(year, month + 1)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_last else min(day.day, last))


def last_covered(measurements: Iterable[MeasurementFact], on: date) -> date | None:
    """The last day that every measured place has a figure for, by `on`."""
    known = [m for m in counting(measurements).kept if m.period.end <= on]
    return min((members[-1].period.end for members in by_place(known).values()), default=None)


def due_on(indicator: IndicatorFacts, last: date | None) -> date | None:
    """When the next measurement falls due; `None` when none does, or nothing says when.

    A first measurement falls due one interval after the baseline, without a baseline with the first target. What is
    measured once is due with its last target.
    """
    months = indicator.frequency.months
    targets = stated_targets(indicator)
    if months is None:
        return None if last is not None or not targets else targets[-1].period.end
    baseline = original_baseline(indicator)
    if last is None and baseline is not None:
        last = baseline.period.end
    if last is None:
        return targets[0].period.end if targets else None
    return months_after(last, months)


def freshness_of(indicator: IndicatorFacts, last: date | None, on: date) -> Freshness:
    """Fresh, due, stale or never, on the day `on`, for a figure whose last measured day is `last`."""
    if last is None:
        return Freshness.NEVER
    due, months = due_on(indicator, last), indicator.frequency.months
    if due is None or months is None or on <= due:
        return Freshness.FRESH
    grace = timedelta(days=(due - last).days // 2)
    return Freshness.DUE if on <= due + grace else Freshness.STALE
