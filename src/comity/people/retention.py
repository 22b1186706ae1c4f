"""What a party keeps longer than it meant to: a list for its officers, who decide. Nothing goes by itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F
from django.utils import timezone

from comity.kernel.errors import RoleMissing, require
from comity.labels.subject import Subject
from comity.people.domain.retention import DEFAULT_MONTHS, check_months, due_on, last_day, needed_until
from comity.people.models import Appointment, Delegation, RetentionPeriod
from comity.people.terms import fact
from comity.records.models import Revision
from comity.records.purge import MAY_PURGE
from comity.records.resolve import Card, resolve
from comity.records.work import act

MOST = 1_000  # of one kind that are looked at: the longest unchanged


@dataclass(frozen=True, slots=True)
class Due:
    """A record that is kept longer than its period."""

    card: Card
    needed_until: date
    since: date


def periods(party: str) -> dict[str, int]:
    """Months by kind: what the party has set, and the default for the rest."""
    chosen = dict(RetentionPeriod.objects.filter(party_id=party).values_list("kind", "months"))
    return {kind: chosen.get(kind, months) for kind, months in DEFAULT_MONTHS.items()}


def set_periods(months: Mapping[str, int], *, actor: Subject, at: datetime) -> None:
    """Say how long the actor's party keeps records of each kind.

    Raises:
        RoleMissing: for any but legal advisers and security officers.
        PeriodOutOfRange: with the kind as its field.
    """
    require(actor.roles & MAY_PURGE, RoleMissing)
    changed = {kind: count for kind, count in months.items() if periods(actor.party).get(kind) not in (None, count)}
    for kind, count in changed.items():
        check_months(count, kind)
    if not changed:
        return
    with act(actor, at) as work:
        for kind, count in changed.items():
            RetentionPeriod.objects.update_or_create(party_id=actor.party, kind=kind, defaults={"months": count})
        work.note("retention-set", None, months=dict(sorted(changed.items())))


def due(subject: Subject, language: str, *, on: date) -> list[Due]:
    """What the subject's party holds past its period on the day `on`, of what `subject` may read; longest first.

    Four queries a kind, however much there is; at most `MOST` of each kind.
    """
    found: dict[int, tuple[date, date]] = {}
    for kind, months in periods(subject.party).items():
        changed = _unchanged(kind, months, subject, on)
        for pk, last in _needed(kind, changed, subject).items():
            if last is not None and due_on(last, months) <= on:
                found[pk] = (last, due_on(last, months))
    cards = resolve(found, subject, language)
    several = [Due(cards[pk], last, since) for pk, (last, since) in found.items() if cards[pk].shown]
    return sorted(several, key=lambda one: (one.since, one.card.pk))


def _unchanged(kind: str, months: int, subject: Subject, on: date) -> dict[int, date]:
    """The records of a kind that nobody changed within its period: pk → day of the last change."""
    rows = Revision.objects.visible_to(subject).filter(
        record__party_id=subject.party,
        record__purged=False,
        record__kind__startswith=f"{kind}/",
        number=F("record__revision"),
    )
    found = {}
    for pk, at in rows.order_by("at", "pk").values_list("record_id", "at")[:MOST]:
        day = timezone.localdate(at)
        if due_on(day, months) <= on:
            found[pk] = day
    return found


def _needed(kind: str, changed: Mapping[int, date], subject: Subject) -> dict[int, date | None]:
    """Until when each was needed; None for what is needed still."""
    if kind == "people.person":
        offices = defaultdict(list)
        for row in Appointment.objects.visible_to(subject).filter(person__in=changed):
            offices[row.person_id].append(fact(row))
        return {pk: last_day(offices[pk], day) for pk, day in changed.items()}
    if kind == "people.appointment":
        rows: Iterable[Appointment] = Appointment.objects.visible_to(subject).filter(pk__in=changed)
        return {row.pk: _later(needed_until(fact(row)), changed[row.pk]) for row in rows}
    if kind == "people.delegation":
        table = Delegation.objects.visible_to(subject).filter(pk__in=changed)
        return {row.pk: _later(row.ends.last if row.ends else None, changed[row.pk]) for row in table}
    return dict(changed)


def _later(end: date | None, changed: date) -> date | None:
    return None if end is None else max(end, changed)
