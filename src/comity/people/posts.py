"""Positions with who holds them, who stands in, and the pairs they form, as one subject may see it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from comity.kernel.codes import known
from comity.kernel.dates import PartialDate
from comity.labels.domain import Label
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.people import domain
from comity.people.models import Appointment, Delegation, Position
from comity.people.terms import fact
from comity.records.models import RowsQuerySet
from comity.records.resolve import Card, resolve


@dataclass(frozen=True, slots=True)
class Holding:
    """An appointment with the cards of its person and position (not shown where they are not for this reader).

    `over`: its stated end has passed. `too_early`: by these records, its holder was not born yet.
    """

    row: Appointment
    person: Card
    position: Card
    observed: tuple[PartialDate, ...]
    over: bool
    too_early: bool

    @property
    def label(self) -> Label:
        """The marking of the appointment."""
        return label_of(self.row.label_id)


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who stands in for a position on the day that was asked about, or will."""

    row: Delegation
    delegate: Card | None
    person: Card | None
    begun: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A position on the other side that works with this one; which of the two names the other, or both."""

    card: Card
    named: bool  # by this position
    names: bool  # this position

    @property
    def mutual(self) -> bool:
        """Whether each of the two names the other."""
        return self.named and self.names


@dataclass(frozen=True, slots=True)
class Post:
    """A position with its holders, newest first, its pairs, and where sources contradict each other about it."""

    card: Card
    row: Position
    pairs: tuple[Pair, ...]
    holdings: tuple[Holding, ...]
    standing: tuple[Standing, ...]
    clashes: tuple[domain.Clash, ...]

    @property
    def present(self) -> tuple[Holding, ...]:
        """Those whose term is not over."""
        return tuple(one for one in self.holdings if not one.over)

    @property
    def former(self) -> int:
        """How many held it before."""
        return len(self.holdings) - len(self.present)

    def labels(self) -> Iterable[Label]:
        """The marking of everything that its lines show."""
        yield from (one.label for one in self.holdings)
        yield from (label_of(one.row.label_id) for one in self.standing)
        cards = [self.card, *(one.person for one in self.holdings), *(pair.card for pair in self.pairs)]
        cards += [card for one in self.standing for card in (one.delegate, one.person) if card]
        yield from (card.label for card in cards if card.label)


def in_order(rows: RowsQuerySet[Position]) -> RowsQuerySet[Position]:
    """In protocol order; those without a place in it after the others, as they were entered."""
    return rows.order_by(F("precedence").asc(nulls_last=True), "pk")


def posts(rows: RowsQuerySet[Position], subject: Subject, language: str, *, on: date) -> dict[int, tuple[Post, ...]]:
    """The positions `rows` (which `subject` may read) with their holders on the day `on`, by organisation.

    Eight queries however many there are.
    """
    positions = list(in_order(rows))
    pks = [row.pk for row in positions]
    held: dict[int, list[Appointment]] = defaultdict(list)
    for row in Appointment.objects.visible_to(subject).filter(position__in=pks).select_related("record").order_by("pk"):
        held[row.position_id].append(row)
    stand_in = _delegations(pks, subject, on)
    naming = _naming(pks, subject)
    others = {row.counterpart_id for row in positions} | {pk for several in naming.values() for pk in several}
    people = [one.person_id for several in held.values() for one in several]
    in_place = [pk for several in stand_in.values() for one in several for pk in (one.delegate_id, one.person_id)]
    cards = resolve([*pks, *others, *people, *in_place], subject, language)
    found: dict[int, list[Post]] = defaultdict(list)
    for row in positions:
        several = held[row.pk]
        found[row.organisation_id].append(
            Post(
                card=cards[row.pk],
                row=row,
                pairs=_pairs(row, naming[row.pk], cards),
                holdings=holdings(several, cards, on=on),
                standing=tuple(
                    Standing(
                        one,
                        cards.get(one.delegate_id) if one.delegate_id else None,
                        cards.get(one.person_id) if one.person_id else None,
                        one.starts is None or one.starts.first <= on,
                    )
                    for one in stand_in[row.pk]
                ),
                clashes=tuple(domain.clashes([fact(one) for one in several], known(domain.Holders, row.holders))),
            )
        )
    return {pk: tuple(several) for pk, several in found.items()}


def holdings(rows: Sequence[Appointment], cards: Mapping[int, Card], *, on: date) -> tuple[Holding, ...]:
    """Appointments with the cards of their people and positions, newest first."""
    nobody = Card(0, shown=False)
    return tuple(
        Holding(
            row=row,
            person=cards.get(row.person_id, nobody),
            position=cards.get(row.position_id, nobody),
            observed=fact(row).observed,
            over=row.ends is not None and row.ends.last < on,
            too_early=domain.born_after(_born(cards.get(row.person_id, nobody)), fact(row)),
        )
        for row in sorted(rows, key=_newest, reverse=True)
    )


def offices_of(person: int, subject: Subject, language: str, *, on: date) -> tuple[Holding, ...]:
    """The offices that a person holds or held, newest first; of what `subject` may read."""
    rows = list(Appointment.objects.visible_to(subject).filter(person=person).select_related("record").order_by("pk"))
    cards = resolve([person, *(row.position_id for row in rows)], subject, language)
    return holdings(rows, cards, on=on)


def _born(card: Card) -> PartialDate | None:
    year = (card.body or {}).get("born")
    return PartialDate.parse(year) if year else None


def _delegations(pks: Sequence[int], subject: Subject, on: date) -> dict[int, list[Delegation]]:
    """Per position, those of its delegations that are not over."""
    found: dict[int, list[Delegation]] = defaultdict(list)
    for row in Delegation.objects.visible_to(subject).filter(position__in=pks).order_by("starts", "pk"):
        if row.ends is None or row.ends.last >= on:
            found[row.position_id].append(row)
    return found


def _naming(pks: Sequence[int], subject: Subject) -> dict[int, list[int]]:
    """Per position, the positions that name it as their counterpart."""
    found: dict[int, list[int]] = defaultdict(list)
    table = Position.objects.visible_to(subject).filter(counterpart__in=pks).order_by("pk")
    for pk, counterpart in table.values_list("pk", "counterpart_id"):
        found[counterpart].append(pk)
    return found


def _pairs(row: Position, naming: Sequence[int], cards: Mapping[int, Card]) -> tuple[Pair, ...]:
    named = row.counterpart_id
    several = dict.fromkeys([*([named] if named else []), *naming])
    return tuple(Pair(cards[pk], named=pk == named, names=pk in naming) for pk in several)


def _newest(row: Appointment) -> date:
    return max((day.last for day in (row.starts, *fact(row).observed) if day), default=date.min)
