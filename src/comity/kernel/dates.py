"""Dates as exact as their source: a year, a month or a day."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from comity.kernel.decimals import plain_digits
from comity.kernel.errors import DomainError
from comity.kernel.text import N_

_CANONICAL = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_TYPED = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1800, 2199


class ImpossibleDate(DomainError):
    """The text names no day, month or year between 1800 and 2199 (a year of another calendar falls outside, too)."""

    message = N_(
        "“%(text)s” is not a date. Write a year such as 2018, a month such as 2018-07 or a day such as 2018-07-05, "
        "between 1800 and 2199 of the Gregorian calendar."
    )


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the year ("2018"), the month ("2018-07") or the day ("2018-07-05"); `text` is that form.

    Has no order: "2018" is neither before nor after "2018-07". Compare `first` and `last`, the days it may mean.
    """

    text: str

    def __post_init__(self) -> None:
        found = _CANONICAL.fullmatch(self.text)
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            raise ImpossibleDate(text=self.text[:40])
        try:
            date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        except ValueError as error:
            raise ImpossibleDate(text=self.text[:40]) from error

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read what a person typed, year first: Arabic and Persian digits, `-` `/` `.` between, zeros left out.

        Raises ImpossibleDate.
        """
        typed = plain_digits(text).strip()
        found = _TYPED.fullmatch(typed)
        if found is None:
            raise ImpossibleDate(text=text.strip()[:40])
        return cls("-".join(part.zfill(2) for part in found.groups() if part is not None))

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """That day."""
        return cls(day.isoformat())

    @property
    def precision(self) -> Literal["year", "month", "day"]:
        """How exact the date is."""
        if len(self.text) == 4:
            return "year"
        return "month" if len(self.text) == 7 else "day"

    @property
    def first(self) -> date:
        """The first day it may mean."""
        return date.fromisoformat(self.text + "-01-01"[len(self.text) - 4 :])

    @property
    def last(self) -> date:
        """The last day it may mean."""
        first = self.first
        if self.precision == "year":
            return date(first.year, 12, 31)
        if self.precision == "month":
            return first + timedelta(days=calendar.monthrange(first.year, first.month)[1] - 1)
        return first
