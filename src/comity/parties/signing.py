"""Signing for a party that this node hosts, and verifying what any party signed.

Each purpose has a key of its own, so that a signature given for one can never be shown as given for another.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from comity.kernel.ids import PartyId
from comity.parties import keys
from comity.parties.manifest import Purpose, is_signed, parse
from comity.parties.models import Manifest, Party


class BadSignature(Exception):
    """Nobody who may sign for the party has signed this."""


def sign(party: PartyId, purpose: Purpose, message: bytes, home: Path) -> bytes:
    """The party's Ed25519 signature, 64 bytes. Raises keys.KeyMissing when this node cannot sign for it."""
    if purpose is Purpose.EXCHANGE:
        raise ValueError("the exchange key opens what was sealed for a party; it signs nothing")
    return Ed25519PrivateKey.from_private_bytes(keys.read(home, party, purpose)).sign(message)


def sign_for(party: Party, purpose: str, message: bytes) -> bytes:
    """`sign` with the key that lies in this node's own directory."""
    return sign(PartyId(party.pk), Purpose(purpose), message, Path(settings.COMITY_HOME))


def verify_with(party: Party, purpose: str, message: bytes, signature: bytes) -> None:
    """Return if one of the party's keys for `purpose`, of any version of its manifest, has signed `message`.

    Older versions count because what they signed stays signed; of a compromised key one names what it signed.

    Raises:
        BadSignature: none has.
    """
    for data in Manifest.objects.filter(party=party).order_by("-version").values_list("data", flat=True):
        if any(is_signed(key, message, signature) for key in parse(bytes(data)).keys[Purpose(purpose)]):
            return
    raise BadSignature(f"not signed by the {purpose} key of {party.handle}")


def public_key(party: PartyId, purpose: str) -> bytes:
    """The 32 public bytes of the party's first key for `purpose`, by its newest manifest.

    Raises:
        BadSignature: no manifest of the party is known here, so nothing can be its.
    """
    newest = Manifest.objects.filter(party_id=party).order_by("-version").values_list("data", flat=True).first()
    if newest is None:
        raise BadSignature(f"no manifest of {party[:8]} is known")
    return parse(bytes(newest)).keys[Purpose(purpose)][0]
