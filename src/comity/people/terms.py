"""Appointments as the rules look at them."""

from collections.abc import Iterable
from typing import Any

from comity.kernel.codes import known
from comity.kernel.dates import ImpossibleDate, PartialDate
from comity.people import domain
from comity.people.models import Appointment


def fact(row: Appointment) -> domain.AppointmentFact:
    """An appointment as the rules look at it."""
    return domain.AppointmentFact(
        id=row.pk,
        position=row.position_id,
        person=row.person_id,
        status=known(domain.AppointmentStatus, row.status),
        starts=row.starts,
        ends=row.ends,
        observed=days_of(row.observed),
    )


def days_of(texts: Iterable[Any]) -> tuple[PartialDate, ...]:
    """Days on which somebody was seen in office, without what is no date, as another party may have sent it."""
    return tuple(day for text in texts if (day := _day(text)) is not None)


def _day(text: Any) -> PartialDate | None:
    try:
        return PartialDate.parse(text) if isinstance(text, str) else None
    except ImpossibleDate:
        return None
