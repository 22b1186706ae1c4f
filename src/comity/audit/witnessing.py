"""What a partner makes of a checkpoint: whether it continues the one it holds, and the words it signs if it does.

A witness keeps the newest checkpoint of a log that it could link to the one before, by a consistency proof (RFC 6962,
section 2.1.2). A log of which something was changed can give no such proof any more: two signed checkpoints that
nothing links are the evidence. What a witness signs follows C2SP's tlog-cosignature: a time, and the text it saw.
Pure: needs no database.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

from comity.audit.documents import ConsistencyProof, check_consistency
from comity.audit.notes import NotANote, Note

_HEADER = b"cosignature/v1\n"


class Finding(StrEnum):
    """What a checkpoint is to one that is held."""

    FIRST = "first"  # none was held
    KNOWN = "known"  # it is the one that is held
    EXTENDS = "extends"  # the log only grew in between, and that is proved
    OLDER = "older"  # of a smaller log that is proved to be the beginning of the held one: it was overtaken
    SHORTER = "shorter"  # of a smaller log, and nothing shows that the held one begins with it
    FORKED = "forked"  # another root for the same size: two logs were signed
    NOT_PROVED = "not_proved"  # of a larger log, and nothing shows that it begins with the held one

    @property
    def is_contradiction(self) -> bool:
        """Whether the two cannot be checkpoints of one log that only grew, as far as the log's keeper could show."""
        return self in {Finding.SHORTER, Finding.FORKED, Finding.NOT_PROVED}


def judge(held: Note | None, said: Note, proofs: Iterable[ConsistencyProof]) -> Finding:
    """What `said` is to `held`, both of them verified signatures of one log; of `proofs` only one that holds counts."""
    if held is None:
        return Finding.FIRST
    if held.size == said.size:
        return Finding.KNOWN if held.root == said.root else Finding.FORKED
    older, newer = sorted((held, said), key=lambda note: note.size)
    if any(_links(proof, older, newer) for proof in proofs):
        return Finding.EXTENDS if newer is said else Finding.OLDER
    return Finding.NOT_PROVED if newer is said else Finding.SHORTER


def _links(proof: ConsistencyProof, older: Note, newer: Note) -> bool:
    ends = (proof.first, proof.first_root, proof.second, proof.second_root)
    return ends == (older.size, older.root, newer.size, newer.root) and check_consistency(proof)


def cosigned_text(note: bytes, at: datetime) -> bytes:
    """What a witness signs at `at` (to the second) under the text of a checkpoint."""
    return _HEADER + b"time %d\n" % int(at.timestamp()) + note


def parse_cosigned(text: bytes) -> tuple[Note, datetime]:
    """The checkpoint that a witness saw, and when.

    Raises:
        NotANote: the bytes are not exactly what `cosigned_text` writes.
    """
    try:
        _, time, note = text.split(b"\n", 2)
        at = datetime.fromtimestamp(int(time.removeprefix(b"time ")), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise NotANote("a cosignature is a header, a time and the text of a checkpoint") from error
    if cosigned_text(note, at) != text:
        raise NotANote("the cosignature is not in its one spelling")
    return Note.of(note), at
