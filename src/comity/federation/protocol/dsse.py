"""One signed envelope (DSSE): a payload type, payload bytes, and signatures by key id.

The payload is read by nobody before `verify` has returned; what is verified is the bytes as they came.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from comity.federation.protocol import fields
from comity.federation.protocol.errors import BadSignature, Malformed
from comity.kernel import canonical
from comity.kernel.dsse import pae
from comity.parties.manifest import is_signed, key_id

Signer = Callable[[bytes], bytes]
"""Signs a message (the pre-authentication encoding) with a key that the caller chose; gives 64 bytes."""

MAX_SIGNATURES = 8


@dataclass(frozen=True, slots=True)
class Key:
    """A key that signs: its public half, and how to sign with it. The private half may be in another process."""

    public: bytes
    sign: Signer


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload and who signed it: key id (SHA-256 of the public key, hexadecimal) to signature."""

    payload_type: str
    payload: bytes
    signatures: Mapping[str, bytes]

    def encode(self) -> bytes:
        """The canonical bytes: what travels and is stored."""
        return canonical.encode(
            {
                "payload": fields.to_text(self.payload),
                "payloadType": self.payload_type,
                "signatures": [
                    {"keyid": name, "sig": fields.to_text(signature)}
                    for name, signature in sorted(self.signatures.items())
                ],
            }
        )

    @classmethod
    def decode(cls, data: bytes, *, max_bytes: int) -> Envelope:
        """The envelope whose canonical form is `data`, unverified. Raises TooBig, Malformed."""
        body = fields.members(fields.decode(data, max_bytes=max_bytes), "payload", "payloadType", "signatures")
        signatures: dict[str, bytes] = {}
        for one in fields.several(body["signatures"], MAX_SIGNATURES):
            said = fields.members(one, "keyid", "sig")
            signatures[fields.digest(said["keyid"])] = fields.octets(said["sig"], length=64)
        envelope = cls(fields.text(body["payloadType"]), fields.octets(body["payload"]), signatures)
        if list(signatures) != sorted(signatures) or len(signatures) != len(body["signatures"]):
            raise Malformed("signatures in another order than the canonical one")
        return envelope


def sign(payload_type: str, payload: bytes, key: Key) -> Envelope:
    """`payload`, signed with one key."""
    return Envelope(payload_type, payload, {key_id(key.public): key.sign(pae(payload_type, payload))})


def verify(envelope: Envelope, payload_type: str, keys: Collection[bytes]) -> bytes:
    """The public key, of these, that has signed the payload as this type.

    Raises:
        BadSignature: none has, or the payload is of another type.
    """
    if envelope.payload_type != payload_type:
        raise BadSignature(f"{payload_type} was expected")
    message = pae(payload_type, envelope.payload)
    for key in keys:
        signature = envelope.signatures.get(key_id(key))
        if signature is not None and is_signed(key, message, signature):
            return key
    raise BadSignature(f"no known key has signed this {payload_type.partition('.comity.')[2]}")
