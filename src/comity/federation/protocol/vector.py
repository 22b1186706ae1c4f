"""Vectors: how far each feed is known, at one node; from two of them follows what to pull, and what to offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from comity.federation.protocol import fields
from comity.federation.protocol.errors import Malformed
from comity.federation.protocol.feed import START, FeedKey, Position
from comity.kernel import canonical
from comity.kernel.canonical import Json

Vector: TypeAlias = Mapping[FeedKey, Position]

MAX_FEEDS = 20_000
MAX_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Difference:
    """What two vectors say: feeds of which the other has more or less, and those where the same step differs."""

    pull: Mapping[FeedKey, Position]
    """Feeds to pull, after the position that is known here."""
    push: Mapping[FeedKey, Position]
    """Feeds to offer, after the position that is known there."""
    forked: tuple[FeedKey, ...]
    """Feeds whose same step has two hashes: one side was lied to."""


def difference(mine: Vector, theirs: Vector) -> Difference:
    """Compare, feed by feed; a feed that one side does not know begins before its first step."""
    pull, push, forked = {}, {}, []
    for key in sorted(mine.keys() | theirs.keys()):
        here, there = mine.get(key, START), theirs.get(key, START)
        if here.seq < there.seq:
            pull[key] = here
        elif here.seq > there.seq:
            push[key] = there
        elif here.head != there.head:
            forked.append(key)
    return Difference(pull, push, tuple(forked))


def to_json(vector: Vector) -> Json:
    """The form that travels: a sorted list of [channel, party, incarnation, seq, head]."""
    return [[*key, *vector[key]] for key in sorted(vector)]


def of_json(value: Any) -> dict[FeedKey, Position]:
    """Read what `to_json` wrote. Raises Malformed, TooBig."""
    vector: dict[FeedKey, Position] = {}
    for one in fields.several(value, MAX_FEEDS):
        parts = fields.several(one, 5)
        if len(parts) != 5:
            raise Malformed("channel, party, incarnation, step and hash were expected")
        key = FeedKey(fields.channel(parts[0]), fields.party(parts[1]), fields.incarnation(parts[2]))
        vector[key] = Position(fields.number(parts[3]), fields.digest(parts[4], empty=True))
    return vector


def encode(vector: Vector) -> bytes:
    """The canonical bytes."""
    return canonical.encode(to_json(vector))


def decode(data: bytes) -> dict[FeedKey, Position]:
    """Read what `encode` wrote. Raises Malformed, TooBig."""
    return of_json(fields.decode(data, max_bytes=MAX_BYTES))
