"""Reads of parties: who they are here, and the manifest that stands behind each."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.parties import manifest
from comity.parties.manifest import Envelope
from comity.parties.models import Manifest, Party


def names() -> dict[PartyId, Text]:
    """What every party this node knows calls itself."""
    return {PartyId(pk): Text.of(name) for pk, name in Party.objects.values_list("pk", "name")}


def introduced() -> QuerySet[Party]:
    """The parties of which more than the id is known here, by handle."""
    return Party.objects.exclude(manifest_version=0).order_by("handle")


def manifest_in_force(party: PartyId, *, at: datetime) -> manifest.Manifest:
    """The party's manifest at `at`, verified from its first version on. Raises manifest.BadManifest."""
    return manifest.verify_history(party, history_of(party), at=at)


def newest(party: PartyId) -> manifest.Manifest:
    """The newest manifest of a party that this node has verified, in force or not. Raises Manifest.DoesNotExist."""
    return manifest.parse(bytes(Manifest.objects.filter(party_id=party).latest("version").data))


def history_of(party: PartyId) -> list[Envelope]:
    """Every manifest of a party, oldest first: what another node needs to verify the newest."""
    return [envelope_of(row) for row in Manifest.objects.filter(party_id=party).order_by("version")]


def envelope_of(row: Manifest) -> Envelope:
    """A stored manifest as it was signed; signatures that are not hexadecimal count for nothing."""
    signatures = {key: _from_hex(signature) for key, signature in dict(row.signatures).items()}
    return Envelope(bytes(row.data), signatures)


def _from_hex(text: object) -> bytes:
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        return b""
