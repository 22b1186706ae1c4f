"""Checkpoints: a party's signature under how far the log goes and what its root is.

A partner that keeps one can tell later whether anything before it was changed. The signed text follows the checkpoint
and signed-note formats of C2SP (tlog-checkpoint, signed-note): origin, size, base64 root, one line each, and as an
extension line the moment of signing. The signature is Ed25519 by the party's audit key.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comity.audit import log
from comity.audit.models import Checkpoint
from comity.audit.problems import Problem
from comity.kernel import clock, failpoints
from comity.kernel.ids import PartyId
from comity.kernel.text import N_

_ED25519 = b"\x01"  # the algorithm's number in a signed note's key id


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


def sign_checkpoint(party: PartyId, sign: Callable[[bytes], bytes], at: datetime) -> Checkpoint:
    """Sign the log as it stands for `party`, and keep the signature; `sign` gives 64 bytes of Ed25519 over the note.

    When the party has signed that size already, that checkpoint is the answer and nothing is signed.

    Raises LogDamaged when it signed another root at that size.
    """
    state = log.head()
    earlier = Checkpoint.objects.system("sign once per size").filter(party=party, size=state.size).first()
    if earlier is not None:
        if bytes(earlier.root) != state.root:
            raise log.LogDamaged
        return earlier
    note = bytes(Note(origin_of(party), state.size, state.root, at))
    signature = sign(note)
    failpoints.reached(failpoints.IN_CHECKPOINT)
    return Checkpoint.objects.system("a new checkpoint").create(
        party=party, size=state.size, root=state.root, at=at, note=note, signature=signature
    )


def signed_note(checkpoint: Checkpoint, public_key: bytes) -> str:
    """The checkpoint as a signed note for partners and witnesses: the text, an empty line, and the signature's line."""
    text = bytes(checkpoint.note).decode()
    name = Note.of(bytes(checkpoint.note)).origin
    key_id = hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:4]
    return f"{text}\n— {name} {base64.b64encode(key_id + bytes(checkpoint.signature)).decode('ascii')}\n"


def verify_checkpoints(public_key_of: Callable[[PartyId], bytes]) -> Problem | None:
    """The first kept checkpoint whose text, columns and signature do not agree, or None when all do.

    `public_key_of` gives the 32 bytes of a party's audit key. Whether the roots are the log's own is for
    `verification.verify_entries`, which computes them.
    """
    for kept in Checkpoint.objects.system("verify every signature").order_by("size", "party").iterator(chunk_size=500):
        party, data = PartyId(kept.party), bytes(kept.note)
        try:
            note = Note.of(data)
        except NotANote:
            return Problem(kept.size, N_("the checkpoint of party %(party)s is malformed"), {"party": party})
        if note != Note(origin_of(party), kept.size, bytes(kept.root), kept.at):
            return Problem(kept.size, N_("the checkpoint of party %(party)s says something else"), {"party": party})
        try:
            Ed25519PublicKey.from_public_bytes(public_key_of(party)).verify(bytes(kept.signature), data)
        except InvalidSignature:
            return Problem(kept.size, N_("the signature of party %(party)s is not valid"), {"party": party})
    return None
