"""The days on which the synthetic programme was measured, counted back from the day until which it is told.

The year that runs has three quarters behind it and one to go, whatever the day: so a figure is on track or behind for
any `until`, and not by the accident of the season.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from comity.programme.domain.facts import Period

SETTLING = timedelta(days=15)  # what passes between the end of a quarter and the last report on it


@dataclass(frozen=True, slots=True)
class Quarters:
    """Whole quarters, months and years of the programme until `until`."""

    until: date
    count: int  # years, the running one included

    @property
    def last_day(self) -> date:
        """The end of the last quarter that is measured."""
        months = self._settled_month // 3 * 3 - 1
        return month_end(date(months // 12, months % 12 + 1, 1), 0)

    @property
    def baseline_day(self) -> date:
        """The day before the programme's first."""
        return month_end(self.last_day, 3 - 12 * self.count)

    @property
    def years(self) -> tuple[Period, ...]:
        """Twelve months each; the last has a quarter to go."""
        return tuple(self.year(number) for number in range(1, self.count + 1))

    def year(self, number: int) -> Period:
        """The programme's year of that number from 1; 0 is the year before it, more than `count` is to come."""
        return Period(
            month_end(self.baseline_day, 12 * (number - 1)) + timedelta(days=1),
            month_end(self.baseline_day, 12 * number),
        )

    @property
    def quarters(self) -> tuple[Period, ...]:
        """The measured ones."""
        return self._parts(3, 4 * self.count - 1)

    @property
    def months(self) -> tuple[Period, ...]:
        """The measured ones, of which some may lie after the last measured quarter."""
        later = self._settled_month - 12 * self.last_day.year - self.last_day.month
        return self._parts(1, 12 * self.count - 3 + later)

    @property
    def running(self) -> tuple[Period, ...]:
        """The measured quarters of the year that runs."""
        return self.quarters[-3:]

    def back(self, months: int) -> date:
        """The end of the month that lies so many months before the last day."""
        return month_end(self.last_day, -months)

    @property
    def _settled_month(self) -> int:
        """The last whole month that is settled, as a count of months."""
        settled = self.until - SETTLING
        month = 12 * settled.year + settled.month
        return month if settled == month_end(settled, 0) else month - 1

    def _parts(self, months: int, count: int) -> tuple[Period, ...]:
        ends = [month_end(self.baseline_day, months * step) for step in range(count + 1)]
        return tuple(Period(before + timedelta(days=1), end) for before, end in pairwise(ends))


def month_end(day: date, months: int) -> date:
    """The last day of the month that lies `months` after that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def month(day: date) -> str:
    """The month of `day`, as a partial date."""
    return day.isoformat()[:7]
