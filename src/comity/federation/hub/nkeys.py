"""Keys with which a node proves to a message server who it is: Ed25519, in the spelling that NATS calls nkeys.

A key is base32 of a prefix that says what it is for, the 32 bytes, and a CRC-16. It is no key of a party: what it
signs are the nonces of a server, and whoever steals it can withhold and fetch ciphertext in the node's name, no more.
Source: the NATS documentation on NKeys (prefix bytes, CRC-16/XMODEM little end first).
"""

from __future__ import annotations

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_USER = 20 << 3  # written as U
_SEED = 18 << 3  # written as S


class NotAKey(ValueError):
    """Not a key of a user, or with a slip of the pen in it."""


def public_of(seed: bytes) -> str:
    """The public key, 56 letters that begin with U, of a private one of 32 bytes."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return _written(bytes([_USER]) + public)


def checked(key: str) -> str:
    """`key`, if it is a user's public key. Raises NotAKey."""
    raw = _read(key)
    if len(raw) != 33 or raw[0] != _USER:
        raise NotAKey("not the public key of a node")
    return key


def seed_to_text(seed: bytes) -> str:
    """A private key as it stands in a file: 58 letters that begin with SU."""
    return _written(bytes([_SEED | _USER >> 5, (_USER & 31) << 3]) + seed)


def seed_of_text(text: str) -> bytes:
    """Read what `seed_to_text` wrote. Raises NotAKey."""
    raw = _read(text.strip())
    if len(raw) != 34 or (raw[0], raw[1]) != (_SEED | _USER >> 5, (_USER & 31) << 3):
        raise NotAKey("not the private key of a node")
    return raw[2:]


def answer_to(nonce: str, seed: bytes) -> bytes:
    """The signature of a server's nonce, as it wants it: base64."""
    return base64.b64encode(Ed25519PrivateKey.from_private_bytes(seed).sign(nonce.encode()))


def _written(raw: bytes) -> str:
    checksum = binascii.crc_hqx(raw, 0).to_bytes(2, "little")
    return base64.b32encode(raw + checksum).decode().rstrip("=")


def _read(text: str) -> bytes:
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError) as error:
        raise NotAKey("not base32") from error
    if len(raw) < 3 or binascii.crc_hqx(raw[:-2], 0).to_bytes(2, "little") != raw[-2:] or _written(raw[:-2]) != text:
        raise NotAKey("not written as it should be")
    return raw[:-2]
