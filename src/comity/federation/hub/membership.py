"""What a party hands to a hub: who it is, and the key with which its node will speak there. No Django, no clock.

It is signed with the party's release key as a type of its own, so that it can never be shown as something else. That
the party is who it says, no document proves: whoever keeps the hub compares the fingerprint.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.federation.hub.nkeys import NotAKey, checked
from comity.federation.joining.documents import MAX_BYTES, Introduction, introduction
from comity.federation.protocol import dsse, fields
from comity.federation.protocol.dsse import Envelope, Key
from comity.federation.protocol.errors import Malformed
from comity.kernel import canonical, clock
from comity.parties.manifest import Purpose

MEMBERSHIP_TYPE = "application/vnd.comity.hub-member+json"


@dataclass(frozen=True, slots=True)
class Membership:
    """A party's node speaks to a hub with `key`; a hub takes this up until `expires`."""

    of: Introduction
    key: str
    expires: datetime

    def encode(self) -> bytes:
        """The canonical bytes: what is signed."""
        body = {"type": MEMBERSHIP_TYPE, "key": self.key, "expires": clock.to_text(self.expires)}
        return canonical.encode({**body, **self.of.json()})


def sign(said: Membership, key: Key) -> bytes:
    """The statement, signed with a release key of its party: what is written into a file."""
    return dsse.sign(MEMBERSHIP_TYPE, said.encode(), key).encode()


def of_file(data: bytes) -> Membership:
    """What a file says, verified but for who the party is and whether it is still to be taken up.

    Raises:
        ProtocolError: it is no such file, was changed, or is not signed by the party it speaks for.
    """
    envelope = Envelope.decode(data, max_bytes=MAX_BYTES)
    said = read(envelope.payload)
    dsse.verify(envelope, MEMBERSHIP_TYPE, said.of.newest.keys[Purpose.RELEASE])
    return said


def read(payload: bytes) -> Membership:
    """What the bytes say, whoever signed them; the manifests in them are verified. Raises ProtocolError."""
    body: Any = fields.members(
        fields.decode(payload, max_bytes=MAX_BYTES), "type", "party", "handle", "manifests", "key", "expires"
    )
    if body["type"] != MEMBERSHIP_TYPE:
        raise Malformed("not a statement to a hub")
    try:
        return Membership(
            introduction(body), checked(fields.text(body["key"])), clock.from_text(fields.text(body["expires"]))
        )
    except NotAKey as error:
        raise Malformed(str(error)) from error
    except ValueError as error:
        raise error if isinstance(error, Malformed) else Malformed("not a moment") from error
