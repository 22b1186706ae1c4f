"""What is really signed: DSSE's pre-authentication encoding (Dead Simple Signing Envelope, protocol version 1)."""


def pae(payload_type: str, payload: bytes) -> bytes:
    """The bytes to sign: type and length of the payload are part of them, so no payload passes for another type's."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
