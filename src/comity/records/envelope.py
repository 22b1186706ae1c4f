"""A revision as bytes: what is salted, committed to, and later signed, sent and stored.

{"at","body","by","id","kind","label","revision"} in canonical JSON; commitment = SHA-256(salt ‖ bytes).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from comity.kernel import canonical, clock
from comity.kernel.errors import DomainError
from comity.kernel.ids import RecordId
from comity.kernel.text import N_
from comity.labels.domain import Label

SALT_BYTES = 32
MAX_BYTES = 1_048_576
MAX_NAME = 80  # characters of a kind or of an account's id
MAX_NUMBER = 2**31 - 1


class NotARevision(DomainError):
    """The bytes are not a revision; `reason` says where they differ."""

    message = N_("These bytes are not a revision: %(reason)s.")


class RecordTooLarge(DomainError):
    """More than a revision may hold; what is logged here must be what every node can receive."""

    message = N_("This is too long to be kept as one record: %(size)s kB, and %(most)s kB is the most.")


@dataclass(frozen=True, slots=True)
class Envelope:
    """One state of one record, with who, when and under which label. `by` is an opaque account id."""

    id: RecordId
    kind: str
    revision: int
    at: datetime
    by: str
    label: Label
    body: Mapping[str, Any]

    def encode(self) -> bytes:
        """The canonical bytes. Raises RecordTooLarge for more than `decode` takes."""
        data = canonical.encode(
            {
                "at": clock.to_text(self.at),
                "body": dict(self.body),
                "by": self.by,
                "id": str(self.id),
                "kind": self.kind,
                "label": self.label.json(),
                "revision": self.revision,
            }
        )
        if len(data) > MAX_BYTES:
            raise RecordTooLarge(size=len(data) // 1_000 + 1, most=MAX_BYTES // 1_000)
        return data


def decode(data: bytes) -> Envelope:
    """The revision that `data` holds, or `NotARevision`."""
    try:
        parsed: Any = canonical.decode(data, max_bytes=MAX_BYTES)
    except canonical.NotCanonical as error:
        raise NotARevision(reason=str(error)) from error
    expected = {"at", "body", "by", "id", "kind", "label", "revision"}
    if not isinstance(parsed, dict) or set(parsed) != expected:
        raise NotARevision(reason="it has other fields than a revision has")
    if not isinstance(parsed["body"], dict) or not isinstance(parsed["label"], dict):
        raise NotARevision(reason="its body or label is not an object")
    if type(parsed["revision"]) is not int or not 1 <= parsed["revision"] <= MAX_NUMBER:
        raise NotARevision(reason="its number is not a positive integer")
    if not all(isinstance(parsed[name], str) for name in ("at", "by", "id", "kind")):
        raise NotARevision(reason="its id, kind, author or time is not a text")
    if not all(len(parsed[name]) <= MAX_NAME and parsed[name].isprintable() for name in ("by", "kind")):
        raise NotARevision(reason="its kind or author is no name")
    try:
        return Envelope(
            id=RecordId.parse(parsed["id"]),
            kind=parsed["kind"],
            revision=parsed["revision"],
            at=clock.from_text(parsed["at"]),
            by=parsed["by"],
            label=_label(canonical.encode(parsed["label"])),
            body=parsed["body"],
        )
    except (DomainError, ValueError, KeyError, TypeError) as error:
        raise NotARevision(reason=str(error)) from error


@lru_cache(maxsize=1_024)
def _label(data: bytes) -> Label:
    """The label that canonical bytes say: of many records that come together few differ."""
    said: Any = canonical.decode(data)
    return Label.of(said)


def commitment(salt: bytes, data: bytes) -> bytes:
    """What the log holds instead of the content: 32 bytes from which nothing can be guessed."""
    return hashlib.sha256(salt + data).digest()
