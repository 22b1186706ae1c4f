"""What is held back, and why: records of partners here, and records of ours at partners.

Which record it is, is told to whoever may read it: the label inside what is held says who that is, for it never became
a record here. To those who read no record it is a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from comity.federation.models import Acknowledged, Feed
from comity.kernel.ids import BadId, RecordId
from comity.labels.domain import Label, may_read
from comity.labels.subject import READING_ROLES, Subject
from comity.parties.models import Party
from comity.records.envelope import Envelope, NotARevision, decode
from comity.records.kinds import UnknownKind, kind_named
from comity.records.models import Held
from comity.records.resolve import Card
from comity.shell.format import reader
from comity.shell.values import cards_of

MOST = 200
"""Of what is held from partners; older ones are counted with them and looked at when these are done."""


@dataclass(frozen=True, slots=True)
class HeldHere:
    """A revision that came from a partner and could not be applied; `card` if the record is here in another state."""

    party: str
    at: datetime
    message: str
    facts: dict[str, str]
    envelope: Envelope
    card: Card | None

    @property
    def label(self) -> Label:
        return self.envelope.label


@dataclass(frozen=True, slots=True)
class HeldThere:
    """A record of ours that a partner says it holds back; `code` is its reason."""

    party: str
    code: str
    card: Card


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What a subject may know: how many by partner, and which."""

    here: list[HeldHere] = field(default_factory=list)
    there: list[HeldThere] = field(default_factory=list)
    count_here: Counter[str] = field(default_factory=Counter)
    count_there: Counter[str] = field(default_factory=Counter)


def held_back(partners: Collection[str], subject: Subject) -> HeldBack:
    """What is held from and by these partners. Whoever reads records is told of those that it may read alone."""
    found = HeldBack()
    reads = bool(subject.roles & READING_ROLES)
    _here(found, partners, subject, reads=reads)
    _there(found, partners, subject, reads=reads)
    return found


def _here(found: HeldBack, partners: Collection[str], subject: Subject, *, reads: bool) -> None:
    hosted = frozenset(Party.objects.filter(hosted=True).values_list("pk", flat=True))
    rows = [(held, _envelope(held)) for held in Held.objects.filter(party_id__in=partners).order_by("-pk")[:MOST]]
    shown = [(held, said) for held, said in rows if said is not None and may_read(subject, said.label)]
    cards = cards_of({said.id for _, said in shown}, subject)
    for held, said in shown:
        card = cards.get(said.id)
        known = card if card is not None and card.shown else None
        found.here.append(HeldHere(held.party_id, held.at, held.message, held.facts, said, known))
    concerning = ((held.party_id, said) for held, said in rows if _concerns(subject, said, hosted))
    found.count_here.update([held.party_id for held, _ in shown] if reads else [party for party, _ in concerning])


def _concerns(subject: Subject, said: Envelope | None, hosted: frozenset[str]) -> bool:
    """Whether it is for the subject's party, or for no party of this node, or nobody can tell."""
    return said is None or subject.party in said.label.releasable_to or not said.label.releasable_to & hosted


def _envelope(held: Held) -> Envelope | None:
    try:
        return decode(bytes(held.body))
    except NotARevision:
        return None


def _there(found: HeldBack, partners: Collection[str], subject: Subject, *, reads: bool) -> None:
    own = Feed.objects.filter(own=True, party_id=subject.party)
    said = Acknowledged.objects.filter(feed__in=own, by_id__in=partners).exclude(held=[]).values_list("by_id", "held")
    rows = [(partner, record, code) for partner, held in said for record, code in _items(held)]
    cards = cards_of({record for _, record, _ in rows}, subject)
    for partner, record, code in dict.fromkeys(rows):
        card = cards.get(record)
        if card is not None and card.shown:
            found.there.append(HeldThere(partner, code, card))
        elif reads:
            continue
        found.count_there[partner] += 1


def _items(held: object) -> Iterator[tuple[RecordId, str]]:
    for one in held if isinstance(held, list) else ():
        try:
            yield RecordId.parse(one[0]), str(one[1])
        except (BadId, IndexError, TypeError):
            continue


def title_of(one: HeldHere) -> str:
    """What the record is called, as far as what came says it in a way that is known here; else ""."""
    try:
        return kind_named(one.envelope.kind).title(one.envelope.body, reader())
    except (UnknownKind, KeyError, TypeError, ValueError, AttributeError):
        return ""
