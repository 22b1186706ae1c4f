"""By which keys a partner speaks of logs, and up to where: a key that it revoked made nothing beyond what it names.

A revocation names a size and a root, never a time, since a thief can write any. Checkpoints beyond it that had come
already are put aside, whenever the manifest comes that says so.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from comity.audit.log import Leaf, append
from comity.audit.notes import Note
from comity.audit.witnesses import disown
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId
from comity.parties.manifest import LogEnd, is_signed
from comity.parties.signing import audit_keys


def signed_checkpoint(party: PartyId, note: bytes, signature: bytes) -> bool:
    """Whether a key of the party made this, revoked or not."""
    return any(is_signed(key, note, signature) for key in audit_keys(party))


def signed_by_revoked(party: PartyId, note: bytes, signature: bytes) -> bool:
    """Whether a key made this that its party revoked before it: somebody else did. Raises NotANote."""
    said = Note.of(note)
    signing = [end for key, end in audit_keys(party).items() if is_signed(key, note, signature)]
    return bool(signing) and all(end is not None and _is_beyond(said, end) for end in signing)


def _is_beyond(said: Note, end: LogEnd) -> bool:
    return said.size > end.size or (said.size == end.size and said.root.hex() != end.root)


def vouches(party: PartyId, text: bytes, signature: bytes) -> bool:
    """Whether a key of the party that it has not revoked made this: of other logs a revocation says nothing."""
    return any(end is None and is_signed(key, text, signature) for key, end in audit_keys(party).items())


def put_aside_disowned(party: PartyId, at: datetime) -> int:
    """Put aside what a party disowned by its newest manifest, and say so on the log; how many checkpoints."""
    several = 0
    for key, end in audit_keys(party).items():
        if end is None:
            continue
        count = disown(party, end.size, bytes.fromhex(end.root), verify=partial(is_signed, key), at=at)
        if count:
            facts: dict[str, Json] = {"size": end.size, "root": end.root, "checkpoints": count}
            append([Leaf("checkpoints-disowned", party, "", "", facts)], at)
        several += count
    return several
