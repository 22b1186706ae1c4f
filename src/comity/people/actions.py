"""Replacing a holder: the one write here that is more than a record entered or changed."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from comity.kernel.dates import PartialDate
from comity.kernel.errors import DomainError, NotFound, StaleRevision, require
from comity.kernel.text import N_
from comity.labels.domain import Label
from comity.labels.subject import Subject
from comity.people.domain import AppointmentStatus, Holders
from comity.people.models import Appointment, Position
from comity.records.entry import amend, enter
from comity.records.kinds import kind_coded
from comity.records.models import Record
from comity.records.work import act


class SameHolder(DomainError):
    """Somebody who would replace themselves."""

    message = N_("This person holds the position already.")


class BeforeHolder(DomainError):
    """A successor who would begin before the holder did."""

    message = N_("The present holder began later, on %(starts)s.")


def present_holders(position: int, subject: Subject, on: date) -> list[Appointment]:
    """The appointments to a position that the subject's own party states and that do not end by `on`.

    What another party states, and what sources report, is not the subject's to end.
    """
    table = Appointment.objects.visible_to(subject).filter(position=position, record__party_id=subject.party)
    stated = table.filter(status__in=(AppointmentStatus.ACTING, AppointmentStatus.CONFIRMED))
    rows = stated.select_related("record").order_by("pk")
    return [row for row in rows if row.ends is None or row.ends.last > on]


def replace_holder(
    *,
    position: Record,
    person: Record,
    status: str,
    starts: PartialDate,
    leaving: Mapping[int, int],
    label: Label,
    actor: Subject,
    at: datetime,
    uuid: UUID | None = None,
) -> Record:
    """End the present holder's appointment on `starts`, and appoint `person` from then on, in one unit of work.

    `leaving` holds the appointments (by pk) that end, each with its revision as the page showed it: all that
    `present_holders` finds where a position has one holder, and any of them where it has several. Where `person` was
    designated by the same party, that appointment is taken up and no second one made. The position, its counterparts
    and everything that refers to it stay as they are.

    Raises:
        SameHolder, BeforeHolder: as they say.
        StaleRevision: the holder changed since the page was made.
        What `records.entry` raises.
    """
    kind = kind_coded("people.appointment")
    with act(actor, at):
        row = Position.objects.visible_to(actor).filter(pk=position.pk).first()
        if row is None:
            raise NotFound
        present = {one.pk: one for one in present_holders(position.pk, actor, timezone.localdate(at))}
        whole = present.keys() == leaving.keys() or row.holders == Holders.MANY
        require(whole and leaving.keys() <= present.keys(), StaleRevision)
        for pk, seen in leaving.items():
            _end(present[pk], seen, person, starts, actor, at)
        fields = {"position": position, "person": person, "status": status, "starts": starts}
        designated = _designated(position, person, actor)
        if designated is None:
            record: Record = enter(kind, fields=fields, label=label, actor=actor, at=at, uuid=uuid).record
            return record
        revision = designated.record.revision
        amend(kind, designated, expected_revision=revision, fields=fields, label=label, actor=actor, at=at)
        return designated.record


def _end(row: Appointment, seen: int, successor: Record, starts: PartialDate, actor: Subject, at: datetime) -> None:
    require(row.person_id != successor.pk, SameHolder(field="person"))
    require(not row.starts or row.starts.first <= starts.last, BeforeHolder(field="starts", starts=row.starts))
    if row.ends is None or starts.first < row.ends.last:
        kind = kind_coded("people.appointment")
        amend(kind, row, expected_revision=seen, fields={"ends": starts}, actor=actor, at=at)


def _designated(position: Record, person: Record, actor: Subject) -> Appointment | None:
    table = Appointment.objects.visible_to(actor).filter(position=position, person=person)
    own = table.filter(record__party_id=actor.party, status=AppointmentStatus.DESIGNATED)
    return own.select_related("record").order_by("pk").last()
