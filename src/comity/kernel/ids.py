"""Names that nobody can squat.

A party is named by the hash of its first manifest, a record by its party and a time-ordered UUID of that party's own
making.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID

PartyId = NewType("PartyId", str)
"""52 characters of lower-case base32 (RFC 4648, without padding): the SHA-256 of a party's first manifest."""

# 256 bits fill 51 characters and one bit of the last, so the last one can only be "a" or "q".
_PARTY = re.compile(r"[a-z2-7]{51}[aq]")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class BadId(ValueError):
    """The text is not the canonical form of an id."""


def party_id_of(first_manifest: bytes) -> PartyId:
    """The id of the party whose first manifest has these bytes."""
    digest = hashlib.sha256(first_manifest).digest()
    return PartyId(base64.b32encode(digest).decode("ascii").rstrip("=").lower())


def parse_party_id(text: str) -> PartyId:
    """`text` as a party id; raises BadId for anything but the canonical 52 characters."""
    if not _PARTY.fullmatch(text):
        raise BadId(f"not a party id: {text[:80]!r}")
    return PartyId(text)


def uuid7(at: datetime, random: bytes) -> UUID:
    """A version 7 UUID (RFC 9562, section 5.7) for the millisecond of `at`, from 10 random bytes (74 bits are used).

    Raises ValueError for a naive time, a time before 1970 or another number of bytes.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone names no moment")
    if len(random) != 10:
        raise ValueError("uuid7 takes exactly 10 random bytes")
    milliseconds = int(at.timestamp()) * 1000 + at.microsecond // 1000
    if not 0 <= milliseconds < 1 << 48:
        raise ValueError("the time is outside what a version 7 UUID can hold")
    bits = int.from_bytes(random, "big")
    rand_a, rand_b = (bits >> 62) & 0xFFF, bits & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)


@dataclass(frozen=True, slots=True, order=True)
class RecordId:
    """The id of a record: its owner and a UUID that the owner chose. Never changes, for ownership never does."""

    party: PartyId
    uuid: UUID

    def __str__(self) -> str:
        return f"{self.party}/{self.uuid}"

    @property
    def slug(self) -> str:
        """A short form for addresses: the first 8 characters of the party, and the UUID."""
        return f"{self.party[:8]}-{self.uuid}"

    @classmethod
    def parse(cls, text: str) -> RecordId:
        """Read `party/uuid` in its one canonical spelling (lower case, hyphens); raises BadId for any other text."""
        party, slash, uuid = text.partition("/")
        if not slash or not _PARTY.fullmatch(party) or not _UUID.fullmatch(uuid):
            raise BadId(f"not a record id: {text[:120]!r}")
        return cls(PartyId(party), UUID(uuid))
