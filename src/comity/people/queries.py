"""Who holds which post, as one subject may see it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from comity.kernel.codes import known
from comity.kernel.dates import PartialDate
from comity.labels.subject import Subject
from comity.people import domain
from comity.people.models import Appointment, Organisation, Position
from comity.people.terms import fact
from comity.records.resolve import Card, resolve


@dataclass(frozen=True, slots=True)
class Holding:
    """An appointment with the card of its person (not shown where the name is not for this reader)."""

    row: Appointment
    person: Card
    observed: tuple[PartialDate, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """A position with its holders, newest first, and where sources contradict each other about them."""

    card: Card
    row: Position
    counterpart: Card | None
    holdings: tuple[Holding, ...]
    clashes: tuple[domain.Clash, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation with its posts and the organisations inside it."""

    card: Card
    row: Organisation
    posts: tuple[Post, ...]
    units: tuple["Unit", ...]


def tree(subject: Subject, language: str) -> tuple[Unit, ...]:
    """Every organisation that `subject` may read, as a forest; six queries however large it is."""
    organisations = list(Organisation.objects.visible_to(subject).order_by("pk"))
    cards = resolve([row.pk for row in organisations], subject, language)
    per_unit = posts(subject, language)
    known = {row.pk for row in organisations}
    below: dict[int | None, list[Organisation]] = defaultdict(list)
    for row in organisations:
        below[row.parent_id if row.parent_id in known else None].append(row)

    seen: set[int] = set()

    def units(rows: Iterable[Organisation]) -> tuple[Unit, ...]:
        # A circle, which only another party's records can bring, is entered once; what was seen is not shown again.
        made = []
        for row in rows:
            if row.pk not in seen and cards[row.pk].shown:
                seen.add(row.pk)
                made.append(Unit(cards[row.pk], row, per_unit.get(row.pk, ()), units(below[row.pk])))
        return tuple(made)

    return (*units(below[None]), *units(organisations))


def posts(subject: Subject, language: str, only: Sequence[int] = ()) -> dict[int, tuple[Post, ...]]:
    """Positions with their holders, by organisation; `only` limits them to these positions."""
    rows = Position.objects.visible_to(subject).order_by("pk")
    positions = list(rows.filter(pk__in=only) if only else rows)
    held: dict[int, list[Appointment]] = defaultdict(list)
    appointments = Appointment.objects.visible_to(subject).filter(position__in=[p.pk for p in positions])
    for row in appointments.order_by("pk"):
        held[row.position_id].append(row)
    people = [a.person_id for several in held.values() for a in several]
    cards = resolve([*(p.pk for p in positions), *(p.counterpart_id for p in positions), *people], subject, language)
    found: dict[int, list[Post]] = defaultdict(list)
    for position in positions:
        several = sorted(held[position.pk], key=_newest, reverse=True)
        found[position.organisation_id].append(
            Post(
                card=cards[position.pk],
                row=position,
                counterpart=cards.get(position.counterpart_id) if position.counterpart_id else None,
                holdings=tuple(Holding(row, cards[row.person_id], fact(row).observed) for row in several),
                clashes=tuple(domain.clashes([fact(row) for row in several], known(domain.Holders, position.holders))),
            )
        )
    return {pk: tuple(several) for pk, several in found.items()}


def _newest(row: Appointment) -> date:
    known = [d.last for d in (row.starts, *fact(row).observed) if d]
    return max(known, default=date.min)


def last_days(letters: Iterable[tuple[int, date | None]], subject: Subject) -> dict[tuple[int, date | None], date]:
    """For letters signed from a position on a day: the last day of whoever held it then, where that term has ended.

    Where nobody is known to have held it, or a holder's term has no end, the letter is left out.
    """
    wanted = set(letters)
    terms: dict[int, list[domain.AppointmentFact]] = defaultdict(list)
    for row in Appointment.objects.visible_to(subject).filter(position__in={position for position, _ in wanted}):
        terms[row.position_id].append(fact(row))
    found: dict[tuple[int, date | None], date] = {}
    for position, day in wanted:
        ends = [term.ends for term in terms[position] if day is not None and domain.may_serve(term, day)]
        known = [end.last for end in ends if end is not None]
        if known and len(known) == len(ends):
            found[(position, day)] = max(known)
    return found
