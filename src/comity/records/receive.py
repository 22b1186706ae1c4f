"""Records of other owners: bytes that were verified come in, and copies stand here.

Rules of entry refuse local input only. On receipt a revision is held for what its schema, owner or label says, and for
nothing else; it is never dropped.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DataError, IntegrityError, transaction

from comity.kernel.errors import DomainError, require
from comity.kernel.ids import PartyId, RecordId
from comity.kernel.text import N_
from comity.labels.queries import intern
from comity.parties.models import Party
from comity.records.append import Sealed, store
from comity.records.envelope import SALT_BYTES, Envelope, NotARevision, commitment, decode
from comity.records.kinds import kind_named
from comity.records.models import Held, Revision
from comity.records.schema import check_body, without_null
from comity.records.tables import State, apply, known
from comity.records.withhold import withheld_label


class OwnRecords(DomainError):
    """This node speaks for the party itself; what it says is not received."""

    message = N_("This node hosts that party: its records are written here and come from nowhere else.")


class SentByAnother(DomainError):
    """Only the owner of a record sends it."""

    message = N_("It belongs to another party than the one that sent it.")


class NotForUs(DomainError):
    """A label that no party of this node may see."""

    message = N_("Its marking releases it to no party of this node.")


class AnotherKind(DomainError):
    """The kind of a record never changes; only the number of its meaning may rise."""

    message = N_("The record is a “%(known)s”, and this says “%(said)s”.")


class SaidTwice(DomainError):
    """Two different contents under one number: proof that its owner says different things to different parties."""

    message = N_("Revision %(number)s is here already, and says something else.")


class CannotBeStored(DomainError):
    """The database refuses what the schema let pass."""

    message = N_("It could not be stored (%(error)s).")


@dataclass(frozen=True, slots=True)
class Received:
    """One revision as it travels."""

    salt: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: how many were applied, how many we had already, and which are held, and why.

    `here`: the pk of each record of which a revision was applied, or known.
    """

    applied: int
    known: int
    held: Mapping[str, DomainError]  # by the SHA-256 of the bytes, in hex
    here: Mapping[RecordId, int] = field(default_factory=dict, compare=False)


Pair = tuple[Received, Envelope]
Admit = Callable[[Received, Envelope], None]
"""What else the way that a revision came must allow; raises the DomainError for which it is held."""


def _whatever_comes(_one: Received, _envelope: Envelope) -> None:
    """A way that carries everything."""


def receive(batch: Sequence[Received], *, party: PartyId, at: datetime, admit: Admit = _whatever_comes) -> Outcome:
    """Take in revisions that `party` sent, all of its own records; part of the caller's transaction, if there is one.

    A revision that cannot be applied, or that `admit` refuses, is held with its reason, and the rest of the batch goes
    in.

    Raises:
        OwnRecords: `party` is hosted here.
    """
    hosted = frozenset(Party.objects.filter(hosted=True).values_list("pk", flat=True))
    require(party not in hosted, OwnRecords)
    held: dict[Received, DomainError] = {}
    good: list[Pair] = []
    for one in dict.fromkeys(batch):
        try:
            envelope = _accepted(one, party, hosted)
            admit(one, envelope)
            good.append((one, envelope))
        except DomainError as refusal:
            held[one] = refusal
    here: dict[RecordId, int] = {}
    with transaction.atomic():
        applied = _apply_or_split(good, at, held, here)
        for one, why in held.items():
            _hold(one, party, why, at)
    had = len(batch) - applied - len(held)
    return Outcome(applied, had, {_digest(one): why for one, why in held.items()}, here)


def _accepted(one: Received, party: PartyId, hosted: frozenset[str]) -> Envelope:
    """The revision, if its schema, its owner and its label are right."""
    require(len(one.salt) == SALT_BYTES, NotARevision(reason="its salt is not 32 bytes"))
    envelope = decode(one.data)
    require(envelope.id.party == party, SentByAnother)
    require(envelope.label.releasable_to & hosted, NotForUs)
    check_body(kind_named(envelope.kind), envelope.body, storable=without_null(one.data))
    return envelope


def _apply_or_split(
    good: Sequence[Pair], at: datetime, held: dict[Received, DomainError], here: dict[RecordId, int]
) -> int:
    """Apply all in one savepoint; when that fails, each half by itself, until the bad one stands alone and is held."""
    if not good:
        return 0
    try:
        with transaction.atomic():
            applied, found = _apply(good, at)
    except (DomainError, IntegrityError, DataError, ValueError) as error:
        if len(good) == 1:
            held[good[0][0]] = error if isinstance(error, DomainError) else CannotBeStored(error=str(error)[:200])
            return 0
    else:
        here |= found
        return applied
    middle = len(good) // 2
    return _apply_or_split(good[:middle], at, held, here) + _apply_or_split(good[middle:], at, held, here)


def _apply(good: Sequence[Pair], at: datetime) -> tuple[int, Mapping[RecordId, int]]:
    records = known({envelope.id for _, envelope in good})
    stored = _stored([record.pk for record in records.values() if record.revision])
    heads = {record.pk: (record.revision, record.kind) for record in records.values()}
    sealed: list[Sealed] = []
    for one, envelope in sorted(good, key=lambda pair: pair[1].revision):
        record = records[envelope.id]
        number, kind = heads[record.pk]
        digest = commitment(one.salt, one.data)
        if (before := stored.get((record.pk, envelope.revision))) is not None:
            require(before == digest, SaidTwice(number=envelope.revision))
            continue
        if record.purged:
            continue
        require(_may_follow(kind, envelope.kind), AnotherKind(known=kind, said=envelope.kind))
        follows = number if envelope.revision > number else None
        if follows is not None:
            heads[record.pk] = (envelope.revision, envelope.kind)
        stored[(record.pk, envelope.revision)] = digest
        sealed.append(
            Sealed(
                record=record,
                kind=envelope.kind,
                label_id=withheld_label() if record.withheld else intern(envelope.label),
                number=envelope.revision,
                follows=follows,
                at=envelope.at,
                actor=envelope.by,
                salt=one.salt,
                data=one.data,
                digest=digest,
                body=envelope.body,
            )
        )
    store(sealed, event="received", at=at)
    _show(sealed)
    return len(sealed), {rid: record.pk for rid, record in records.items()}


def _may_follow(known: str, said: str) -> bool:
    """Whether a record of the kind `known`, or of none yet, may have a state of the kind `said`."""
    return not known or known.partition("/")[0] == said.partition("/")[0]


def _stored(pks: Sequence[int]) -> dict[tuple[int, int], bytes]:
    """What we have of these records already: (record pk, number) → commitment."""
    if not pks:
        return {}
    rows = Revision.objects.system("what came before").filter(record_id__in=pks)
    return {(pk, number): bytes(digest) for pk, number, digest in rows.values_list("record_id", "number", "commitment")}


def _show(sealed: Sequence[Sealed]) -> None:
    """Make the tables say what the newest of these say."""
    latest: dict[str, dict[int, State]] = {}
    for one in sealed:
        if one.follows is not None:
            latest.setdefault(one.kind, {})[one.record.pk] = (one.record, one.label_id, one.body)
    for name, states in latest.items():
        apply(kind_named(name), list(states.values()))


def _hold(one: Received, party: PartyId, refusal: DomainError, at: datetime) -> None:
    facts = {name: str(value) for name, value in refusal.facts.items()}
    Held.objects.get_or_create(
        digest=_digest(one),
        defaults={
            "party_id": party,
            "at": at,
            "message": refusal.message,
            "facts": facts,
            "salt": one.salt,
            "body": one.data,
        },
    )


def forget_held(datas: Iterable[bytes]) -> None:
    """These revisions are held no longer: they were applied, or are here by another way."""
    Held.objects.filter(digest__in=[hashlib.sha256(data).hexdigest() for data in datas]).delete()


def _digest(one: Received) -> str:
    return hashlib.sha256(one.data).hexdigest()
