"""HPKE (RFC 9180) in the one suite that manifests name: sealing for an exchange key, and opening. No Django.

What is sealed is written as RFC 9180 concatenates it: the encapsulated key, 32 bytes, and then the ciphertext. The
library's public calls take no additional data; `info` binds what has to be bound.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

ENC_BYTES = 32
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class NotOpened(ValueError):
    """It was not sealed for this key, or not for this purpose, or it was changed."""


def seal_for(public: bytes, plain: bytes, info: bytes) -> bytes:
    """`plain` for whoever holds the private half of `public`, and under the same `info`."""
    return _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=info)


def open_with(private: bytes, sealed: bytes, info: bytes) -> bytes:
    """What `seal_for` sealed. Raises NotOpened."""
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=info)
    except (InvalidTag, ValueError) as error:
        raise NotOpened("this key does not open it") from error
