"""The text of a checkpoint, and the name of the log that it is of. No Django.

The text follows the checkpoint format of C2SP (tlog-checkpoint): origin, size, base64 root, one line each, and as an
extension line the moment of signing.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from comity.kernel import clock
from comity.kernel.ids import PartyId


class NotANote(ValueError):
    """The bytes are not the text of a checkpoint."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes
    at: datetime

    def __bytes__(self) -> bytes:
        root = base64.b64encode(self.root).decode("ascii")
        return f"{self.origin}\n{self.size}\n{root}\nat {clock.to_text(self.at)}\n".encode()

    @classmethod
    def of(cls, data: bytes) -> Note:
        """Read the signed text; raises NotANote unless the bytes are exactly what would be written."""
        try:
            origin, size, root, at, end = data.decode().split("\n")
            note = cls(
                origin, int(size), base64.b64decode(root, validate=True), clock.from_text(at.removeprefix("at "))
            )
        except ValueError as error:
            raise NotANote("a checkpoint is origin, size, root and moment, each on a line") from error
        if end or bytes(note) != data or note.size < 0 or len(note.root) != 32:
            raise NotANote("the checkpoint is not in its one spelling")
        return note


def origin_of(party: PartyId) -> str:
    """The name of a log as a party attests it, which is also the name of the key it signs with."""
    return f"comity.audit/{party}"
