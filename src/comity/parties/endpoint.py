"""Addresses of nodes as manifests carry them: where others reach one, and which keys its certificate may have.

    https://comity.example.org
    https://comity.example.org#sha256=<64 hexadecimal digits>[,<64 more>, …]

The digits are the SHA-256 of a public key (DER, SubjectPublicKeyInfo: RFC 5280, 4.1.2.7), as in RFC 7469. With them the
certificate must carry one of these keys, whoever signed it: the manifest, which the party signed, says whose it is.
Several, so that a new key can be announced before it is used.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

MOST_PINS = 4
_PINS = re.compile(rf"sha256=([0-9a-f]{{64}}(?:,[0-9a-f]{{64}}){{0,{MOST_PINS - 1}}})")


def pins_of(address: str) -> frozenset[bytes]:
    """The SHA-256 of each key that the certificate there may have; none where certificate authorities are asked.

    Raises:
        ValueError: what stands behind the # is nothing of the kind, or there is no TLS to pin.
    """
    parts = urlsplit(address)
    if not parts.fragment:
        return frozenset()
    found = _PINS.fullmatch(parts.fragment)
    if found is None or parts.scheme != "https":
        raise ValueError("only hashes of keys stand behind the # of an https address")
    return frozenset(bytes.fromhex(one) for one in found[1].split(","))
