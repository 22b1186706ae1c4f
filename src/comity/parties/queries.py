"""Reads of parties: who they are here, and the manifest that stands behind each."""

from __future__ import annotations

from datetime import datetime

from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.parties import manifest
from comity.parties.manifest import Envelope
from comity.parties.models import Manifest, Party


def names() -> dict[PartyId, Text]:
    """What every party this node knows calls itself."""
    return {PartyId(pk): Text.of(name) for pk, name in Party.objects.values_list("pk", "name")}


def manifest_in_force(party: PartyId, *, at: datetime) -> manifest.Manifest:
    """The party's manifest at `at`, verified from its first version on. Raises manifest.BadManifest."""
    rows = Manifest.objects.filter(party_id=party).order_by("version")
    history = [envelope_of(row) for row in rows]
    return manifest.verify_history(party, history, at=at)


def envelope_of(row: Manifest) -> Envelope:
    """A stored manifest as it was signed; signatures that are not hexadecimal count for nothing."""
    signatures = {key: _from_hex(signature) for key, signature in dict(row.signatures).items()}
    return Envelope(bytes(row.data), signatures)


def _from_hex(text: object) -> bytes:
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        return b""
