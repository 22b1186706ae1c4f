"""Signing for a party that this node hosts, opening what was sealed for it, and verifying what any party signed.

Each purpose has a key of its own, so that a signature given for one can never be shown as given for another. This is
the one door to private keys: where the node's signer runs it alone uses them (`door`), else the key file is read here.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from comity.kernel.ids import PartyId
from comity.parties import door, keys, sealing
from comity.parties.manifest import LogEnd, Purpose, is_signed, parse
from comity.parties.models import Manifest, Party


class BadSignature(Exception):
    """Nobody who may sign for the party has signed this."""


def sign(party: PartyId, purpose: Purpose, message: bytes, home: Path, *, public: bytes, context: bytes = b"") -> bytes:
    """The Ed25519 signature, 64 bytes, of the party's key `public`; `context` is what the signer needs to judge it.

    Raises:
        keys.KeyMissing: this node cannot sign with that key.
        door.SignerAway, door.SignerRefused: as they say.
    """
    if purpose is Purpose.EXCHANGE:
        raise ValueError("the exchange key opens what was sealed for a party; it signs nothing")
    signature = door.ask_to_sign(home, party, purpose, public, message, context)
    if signature is None:
        return Ed25519PrivateKey.from_private_bytes(keys.read(home, party, purpose, public)).sign(message)
    return signature


def sign_for(party: Party, purpose: str, message: bytes, context: bytes = b"") -> bytes:
    """`sign` with the key of this node's own directory that the party's newest manifest names."""
    public = public_key(PartyId(party.pk), purpose)
    home = Path(settings.COMITY_HOME)
    return sign(PartyId(party.pk), Purpose(purpose), message, home, public=public, context=context)


def open_sealed(party: Party, enc: bytes, ciphertext: bytes, info: bytes) -> bytes:
    """What was sealed (HPKE, RFC 9180) for one of the party's exchange keys, of any version of its manifest.

    Raises:
        sealing.NotOpened: none of those that lie here opens it.
        door.SignerAway: as it says.
    """
    home = Path(settings.COMITY_HOME)
    for public in _every_key(party, Purpose.EXCHANGE):
        try:
            opened = door.ask_to_open(home, PartyId(party.pk), public, enc + ciphertext, info)
            if opened is None:
                private = keys.read(home, PartyId(party.pk), Purpose.EXCHANGE, public)
                opened = sealing.open_with(private, enc + ciphertext, info)
        except (keys.KeyMissing, sealing.NotOpened):
            continue
        return opened
    raise sealing.NotOpened("no exchange key on this node opens it")


def _every_key(party: Party, purpose: Purpose) -> list[bytes]:
    """The party's public keys for `purpose`, the newest manifest's first, each once."""
    datas = Manifest.objects.filter(party=party).order_by("-version").values_list("data", flat=True)
    return list(dict.fromkeys(key for data in datas for key in parse(bytes(data)).keys[purpose]))


def verify_with(party: Party, purpose: str, message: bytes, signature: bytes) -> None:
    """Return if one of the party's keys for `purpose`, of any version of its manifest, has signed `message`.

    Older versions count because what they signed stays signed; of a compromised key one names what it signed.

    Raises:
        BadSignature: none has.
    """
    if not any(is_signed(key, message, signature) for key in _every_key(party, Purpose(purpose))):
        raise BadSignature(f"not signed by the {purpose} key of {party.handle}")


def audit_keys(party: PartyId) -> dict[bytes, LogEnd | None]:
    """Every audit key of a party, of any version of its manifest; where it revoked one, up to which log it is good.

    Empty for a party of which no manifest is known here.
    """
    rows = Manifest.objects.filter(party_id=party).order_by("version").values_list("data", flat=True)
    manifests = [parse(bytes(data)) for data in rows]
    ends = {one.key: one.log for one in manifests[-1].revocations} if manifests else {}
    return {key: ends.get(key) for said in manifests for key in said.keys[Purpose.AUDIT]}


def public_key(party: PartyId, purpose: str) -> bytes:
    """The 32 public bytes of the party's first key for `purpose`, by its newest manifest.

    Raises:
        BadSignature: no manifest of the party is known here, so nothing can be its.
    """
    newest = Manifest.objects.filter(party_id=party).order_by("-version").values_list("data", flat=True).first()
    if newest is None:
        raise BadSignature(f"no manifest of {party[:8]} is known")
    return parse(bytes(newest)).keys[Purpose(purpose)][0]
