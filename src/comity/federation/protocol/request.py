"""A request from one node to another, signed: who asks whom, for what, with which body, once.

Clocks may be days apart, and exchange must not stop for it: what protects against replay is the nonce, which the
receiver remembers; the time only bounds for how long it must.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from comity.federation.protocol import dsse, fields
from comity.federation.protocol.dsse import Envelope, Key
from comity.federation.protocol.errors import BadSignature, Malformed, Misdirected
from comity.federation.protocol.ring import Rings
from comity.kernel import canonical, clock
from comity.kernel.ids import PartyId

REQUEST_TYPE = "application/vnd.comity.request+json"
MAX_BYTES = 8_192
NONCE_BYTES = 16


@dataclass(frozen=True, slots=True)
class RequestStatement:
    """What a node asks. `digest`: SHA-256 of the body, in hexadecimal; `nonce`: 16 random bytes."""

    sender: PartyId
    recipient: PartyId
    method: str
    path: str
    digest: str
    at: datetime
    nonce: bytes

    def encode(self) -> bytes:
        """The canonical bytes: what is signed."""
        return canonical.encode(
            {
                "from": self.sender,
                "to": self.recipient,
                "method": self.method,
                "path": self.path,
                "digest": self.digest,
                "at": clock.to_text(self.at),
                "nonce": fields.to_text(self.nonce),
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> RequestStatement:
        """What the bytes say. Raises Malformed, TooBig."""
        names = ("from", "to", "method", "path", "digest", "at", "nonce")
        body = fields.members(fields.decode(data, max_bytes=MAX_BYTES), *names)
        try:
            at = clock.from_text(fields.text(body["at"]))
        except ValueError as error:
            raise Malformed(str(error)) from error
        return cls(
            sender=fields.party(body["from"]),
            recipient=fields.party(body["to"]),
            method=fields.text(body["method"], 10),
            path=fields.text(body["path"], 500),
            digest=fields.digest(body["digest"]),
            at=at,
            nonce=fields.octets(body["nonce"], length=NONCE_BYTES),
        )


def sign_request(
    *, sender: PartyId, recipient: PartyId, method: str, path: str, body: bytes, at: datetime, nonce: bytes, key: Key
) -> Envelope:
    """The envelope that goes with the request, in its header."""
    digest = hashlib.sha256(body).hexdigest()
    said = RequestStatement(sender, recipient, method, path, digest, at, nonce)
    return dsse.sign(REQUEST_TYPE, said.encode(), key)


def verify_request(envelope: Envelope, *, rings: Rings, method: str, path: str, body: bytes) -> RequestStatement:
    """Who asks; whether it asked before, and whether it is addressed to a party here, is for the caller to say.

    Raises:
        BadSignature: the party is not known, or none of its present keys has signed this.
        Misdirected: it was signed for another method, address or body.
        Malformed, TooBig: as they say.
    """
    said = RequestStatement.decode(envelope.payload)
    ring = rings(said.sender)
    if ring is None:
        raise BadSignature("the party that asks is not known here")
    dsse.verify(envelope, REQUEST_TYPE, ring.current - ring.revoked.keys())
    if (said.method, said.path, said.digest) != (method, path, hashlib.sha256(body).hexdigest()):
        raise Misdirected("it was signed for another request")
    return said
