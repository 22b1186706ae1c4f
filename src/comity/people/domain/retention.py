"""How long what names people is kept after it was last needed. Nothing is ever deleted by itself. No Django."""

import calendar
from collections.abc import Iterable
from datetime import date

from comity.kernel.errors import DomainError, require
from comity.kernel.text import N_
from comity.people.domain import AppointmentFact, AppointmentStatus

DEFAULT_MONTHS = {
    "people.person": 24,
    "people.mention": 12,
    "people.identification": 12,
    "people.appointment": 60,
    "people.delegation": 24,
}
"""Months, by kind, for a party that has set nothing: a person two years after the last office, a mention one year after
it was last changed; an appointment, which holds no name, five years after its end."""
LONGEST = 600


class PeriodOutOfRange(DomainError):
    """A period that no party can mean."""

    message = N_("Write a number of months between 1 and %(most)s.")


def check_months(months: int, field: str) -> None:
    """Refuse a period that is none."""
    require(1 <= months <= LONGEST, PeriodOutOfRange(field=field, most=str(LONGEST)))


def due_on(last_needed: date, months: int) -> date:
    """The day after which something that was needed until `last_needed` is kept longer than its period."""
    year, month = divmod(last_needed.year * 12 + last_needed.month - 1 + months, 12)
    return date(year, month + 1, min(last_needed.day, calendar.monthrange(year, month + 1)[1]))


def needed_until(term: AppointmentFact) -> date | None:
    """The last known day of an office; None while it lasts. What was only reported lasts until it was last reported."""
    if term.ends is not None:
        return term.ends.last
    if term.status is not AppointmentStatus.REPORTED:
        return None
    return max((day.last for day in term.observed), default=date.min)


def last_day(offices: Iterable[AppointmentFact], changed: date) -> date | None:
    """Until when a person was needed: the last day in any office, or the last change; None while any office lasts."""
    last = changed
    for office in offices:
        until = needed_until(office)
        if until is None:
            return None
        last = max(last, until)
    return last
