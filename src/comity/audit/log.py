"""Appending to the log, in sets, inside the transaction of the act itself.

The head row's lock makes the index the order of commits: whoever appends holds it until the transaction ends. It is
therefore taken last, when everything that can wait is done. On SQLite a transaction that writes holds the only write
lock from its start (`BEGIN IMMEDIATE`), which does the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from comity.audit.merkle import EMPTY_ROOT, Frontier, leaf_hash
from comity.audit.models import Head
from comity.kernel import canonical, clock
from comity.kernel.canonical import Json
from comity.kernel.errors import DomainError
from comity.kernel.text import N_

VERSION = 1
TILE_LEVELS = (8, 16, 24)


class LogDamaged(DomainError):
    """The stored log contradicts itself; nothing is added to it and nothing proved from it."""

    message = N_("The audit log does not agree with itself. An administrator must run “comity audit verify”.")


class OutsideTransaction(RuntimeError):
    """An entry is only ever written in the same transaction as the act it tells of."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One act, before it has an index.

    Attributes:
        event: what was done, in a word of the code ("revision", "signed-in").
        party: the party that did it.
        actor: the opaque id of the account, or "" for the node itself.
        about: the id of the record it concerns, or "".
        facts: the rest, as canonical JSON; commitments, never content.
    """

    event: str
    party: str
    actor: str
    about: str
    facts: Mapping[str, Json]

    def data(self, at: datetime) -> bytes:
        """The bytes that are hashed into the tree."""
        return canonical.encode(
            {
                "v": VERSION,
                "event": self.event,
                "party": self.party,
                "actor": self.actor,
                "about": self.about,
                "at": clock.to_text(at),
                "facts": dict(self.facts),
            }
        )


@dataclass(frozen=True, slots=True)
class State:
    """How far the log goes: number of entries and root hash."""

    size: int
    root: bytes


def head() -> State:
    """The log as it stands; an empty one before the first entry."""
    row = Head.objects.system("how far the log goes").values_list("size", "root").first()
    return State(row[0], bytes(row[1])) if row else State(0, EMPTY_ROOT)


def size() -> int:
    """How many entries the log has. Cheap: whoever waits for the next entry asks again and again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT size FROM audit_head WHERE id = 1")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def append(leaves: Sequence[Leaf], at: datetime) -> int:
    """Append `leaves` in their order, all done `at` that moment; returns the index of the first.

    Raises:
        OutsideTransaction: there is no transaction to be part of.
        LogDamaged: the head row contradicts itself.
        NotEncodable: a leaf's facts have no canonical form.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("the log is appended to inside the transaction of the act")
    datas = [leaf.data(at) for leaf in leaves]
    hashes = [leaf_hash(data) for data in datas]
    moment = connection.ops.adapt_datetimefield_value(at)
    frontier = _lock()
    first = frontier.size
    if not leaves:
        return first
    tiles = frontier.extend(hashes, TILE_LEVELS)
    with connection.cursor() as cursor:
        cursor.executemany(
            'INSERT INTO audit_entry ("index", at, event, party, actor, about, data, leaf_hash)'
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (first + i, moment, leaf.event, leaf.party, leaf.actor, leaf.about, data, digest)
                for i, (leaf, data, digest) in enumerate(zip(leaves, datas, hashes, strict=True))
            ],
        )
        if tiles:
            cursor.executemany(
                'INSERT INTO audit_tile (level, "index", hash) VALUES (%s, %s, %s)',
                [(tile.level, tile.index, tile.hash) for tile in tiles],
            )
        cursor.execute(
            "UPDATE audit_head SET size = %s, root = %s, frontier = %s WHERE id = 1",
            (frontier.size, frontier.root(), bytes(frontier)),
        )
    return first


def _lock() -> Frontier:
    """Take the lock of the log, and say where it ends."""
    suffix = " FOR UPDATE" if connection.features.has_select_for_update else ""
    select = f"SELECT size, root, frontier FROM audit_head WHERE id = 1{suffix}"  # noqa: S608  (a constant)
    with connection.cursor() as cursor:
        cursor.execute(select)
        row = cursor.fetchone()
        if row is None:
            # The first entry of a new node. Two that begin at once both come here, and one waits for the other.
            cursor.execute(
                "INSERT INTO audit_head (id, size, root, frontier) VALUES (1, 0, %s, %s) ON CONFLICT (id) DO NOTHING",
                (EMPTY_ROOT, b""),
            )
            cursor.execute(select)
            row = cursor.fetchone()
    try:
        frontier = Frontier.of(row[0], bytes(row[2]))
    except ValueError as error:
        raise LogDamaged from error
    if frontier.root() != bytes(row[1]):
        raise LogDamaged
    return frontier
