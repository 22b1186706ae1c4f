"""Checkpoints: a party's signature under how far the log goes and what its root is.

A partner that keeps one can tell later whether anything before it was changed. The signed text follows the checkpoint
and signed-note formats of C2SP (tlog-checkpoint, signed-note): origin, size, base64 root, one line each, and as an
extension line the moment of signing. The signature is Ed25519 by the party's audit key.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime

from comity.audit import log
from comity.audit.models import Checkpoint
from comity.audit.notes import NotANote, Note, origin_of
from comity.audit.problems import Problem
from comity.kernel import failpoints
from comity.kernel.ids import PartyId
from comity.kernel.text import N_

_ED25519 = b"\x01"  # the algorithm's number in a signed note's key id


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


def verify_checkpoints(is_signed_by: Callable[[PartyId, bytes, bytes], bool]) -> Problem | None:
    """The first kept checkpoint whose text, columns and signature do not agree, or None when all do.

    `is_signed_by` says of a party, a message and a signature whether an audit key of the party made it. Whether the
    roots are the log's own is for `verification.verify_entries`, which computes them.
    """
    for kept in Checkpoint.objects.system("verify every signature").order_by("size", "party").iterator(chunk_size=500):
        party, data = PartyId(kept.party), bytes(kept.note)
        try:
            note = Note.of(data)
        except NotANote:
            return Problem(kept.size, N_("the checkpoint of party %(party)s is malformed"), {"party": party})
        if note != Note(origin_of(party), kept.size, bytes(kept.root), kept.at):
            return Problem(kept.size, N_("the checkpoint of party %(party)s says something else"), {"party": party})
        if not is_signed_by(party, data, bytes(kept.signature)):
            return Problem(kept.size, N_("the signature of party %(party)s is not valid"), {"party": party})
    return None
