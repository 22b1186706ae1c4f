"""The one place where revisions are appended, in sets: record heads, search rows, log entries, revisions."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from comity.audit.log import Leaf, append
from comity.kernel import failpoints
from comity.kernel.canonical import Json
from comity.kernel.errors import StaleRevision
from comity.labels.queries import label_of
from comity.records import search
from comity.records.envelope import SALT_BYTES, Envelope, commitment
from comity.records.models import Record
from comity.records.tables import Known


@dataclass(frozen=True, slots=True)
class Staged:
    """A record's next state, after the revision that its author saw."""

    record: Record
    label_id: int
    seen: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A state as bytes, with the salt that hides it behind its commitment, `digest`.

    `follows` is the revision at which the record must stand for this state to take its place; None for a state that
    was overtaken before it came, and is only kept.
    """

    record: Record | Known
    kind: str
    label_id: int
    number: int
    follows: int | None
    at: datetime
    actor: str
    salt: bytes
    data: bytes
    digest: bytes
    body: Mapping[str, Any]


def append_revisions(staged: Sequence[Staged], *, actor: str, at: datetime) -> int:
    """Give each staged state its bytes, and log it; the index of the first on the log. Inside a transaction.

    Raises:
        StaleRevision: a record has meanwhile another revision than its author saw.
    """
    return store([_seal(one, actor, at) for one in staged], event="revision", at=at)


def _seal(one: Staged, actor: str, at: datetime) -> Sealed:
    record, number = one.record, one.seen + 1
    envelope = Envelope(record.rid, record.kind, number, at, actor, label_of(one.label_id), one.body)
    salt, data = secrets.token_bytes(SALT_BYTES), envelope.encode()
    digest = commitment(salt, data)
    return Sealed(record, record.kind, one.label_id, number, one.seen, at, actor, salt, data, digest, one.body)


def store(sealed: Sequence[Sealed], *, event: str, at: datetime) -> int:
    """Write sealed states, our own or received; the index of the first on the log.

    Records are locked before the log is, by everybody, so that no two writers wait for each other; and the log as late
    as can be.

    Raises:
        StaleRevision: a record is not where a state must find it.
    """
    heads = [(i, one) for i, one in enumerate(sealed) if one.follows is not None]
    _advance([one for _, one in heads])
    search.index({one.record.pk: (one.label_id, one.kind, one.body) for _, one in heads})
    failpoints.reached(failpoints.BEFORE_LOG)
    first = append([_leaf(one, event) for one in sealed], at)
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO records_revision (record_id, number, log_index, label_id, at, actor, commitment, salt, body)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    one.record.pk,
                    one.number,
                    first + i,
                    one.label_id,
                    moment(one.at),
                    one.actor,
                    one.digest,
                    one.salt,
                    one.data,
                )
                for i, one in enumerate(sealed)
            ],
        )
        cursor.executemany(
            "UPDATE records_record SET log_index = %s WHERE id = %s", [(first + i, one.record.pk) for i, one in heads]
        )
    return first


def _advance(heads: Sequence[Sealed]) -> None:
    """Move each record on, if nobody else has."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE records_record SET revision = %s, label_id = %s, kind = %s WHERE id = %s AND revision = %s",
            [(one.number, one.label_id, one.kind, one.record.pk, one.follows) for one in heads],
        )
        if heads and cursor.rowcount != len(heads):
            raise StaleRevision


def _leaf(one: Sealed, event: str) -> Leaf:
    facts: dict[str, Json] = {"commitment": one.digest.hex(), "kind": one.kind, "revision": one.number}
    rid = one.record.rid
    return Leaf(event, rid.party, one.actor, str(rid), facts)
