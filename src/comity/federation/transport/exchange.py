"""What two nodes tell each other besides frames, in one form for question and answer: vectors, and manifests that the
other lacks.

    {"vector": [...], "channels": {id: version}, "parties": {id: version}, "calls": true}
    {"parties": [{"data", "signatures"}, ...], "channels": ["envelope", ...]}

Manifests verify themselves, so it does not matter who brings them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from comity.federation.channels.actions import take_manifest as take_channel
from comity.federation.channels.queries import envelope_of as channel_envelope_of
from comity.federation.joining.addresses import follow_address
from comity.federation.models import ChannelVersion, Membership
from comity.federation.protocol import channel as channels
from comity.federation.protocol import fields, vector
from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.errors import Malformed, ProtocolError
from comity.federation.protocol.feed import FeedKey, Position
from comity.federation.sync import vectors
from comity.federation.witness.keys import put_aside_disowned
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId
from comity.parties import manifest
from comity.parties.actions import HostedHere, take_manifest
from comity.parties.models import Manifest, Party
from comity.parties.queries import envelope_of

logger = logging.getLogger(__name__)

MOST = 200
"""Manifests in one message; the rest is asked for again."""
_MOST_CHANNEL = 512 * 1024


def parties_for(peer: PartyId) -> dict[str, int]:
    """The newest manifest known here of every party that shares a channel with a partner, of both sides besides."""
    shared = Membership.objects.filter(channel_id__in=vectors.shared_with(peer)).values("party_id")
    rows = Party.objects.filter(pk__in=shared) | Party.objects.filter(hosted=True) | Party.objects.filter(pk=peer)
    return dict(rows.values_list("pk", "manifest_version"))


def status(peer: PartyId, *, calls: bool) -> dict[str, Json]:
    """What this node has, as a partner may know it. `calls`: whether this node calls the partner by itself."""
    return {
        "vector": vector.to_json(vectors.vector_for(peer)),
        "channels": vectors.versions_for(peer),
        "parties": parties_for(peer),
        "calls": calls,
    }


def read_status(value: Mapping[str, Any]) -> tuple[dict[FeedKey, Position], dict[str, int], dict[str, int]]:
    """Vector, versions of channels, versions of manifests. Raises Malformed, TooBig."""
    return (
        vector.of_json(value.get("vector")),
        read_versions(value.get("channels")),
        read_versions(value.get("parties")),
    )


def read_versions(value: object) -> dict[str, int]:
    """Versions by id, of parties or of channels. Raises Malformed."""
    if not isinstance(value, Mapping) or len(value) > vector.MAX_FEEDS:
        raise Malformed("versions by id were expected")
    return {fields.party(name): fields.number(version) for name, version in value.items()}


def lacking(peer: PartyId, their_parties: Mapping[str, int], their_channels: Mapping[str, int]) -> dict[str, Json]:
    """The manifests that a partner lacks, oldest first, as many as one message carries."""
    said: list[Json] = []
    for party, version in sorted(parties_for(peer).items()):
        if version > (known := their_parties.get(party, 0)):
            said += parties_after(PartyId(party), known, MOST - len(said))
    told: list[Json] = []
    for channel, version in sorted(vectors.versions_for(peer).items()):
        if version > (known := their_channels.get(channel, 0)):
            told += versions_after(channel, known, MOST - len(told))
    return {"parties": said, "channels": told}


def parties_after(party: PartyId, known: int, most: int) -> list[Json]:
    """The manifests of a party after version `known`, oldest first, as they travel."""
    said: list[Json] = []
    for row in Manifest.objects.filter(party_id=party, version__gt=known).order_by("version")[:most]:
        envelope = envelope_of(row)
        signatures = {name: signature.hex() for name, signature in envelope.signatures.items()}
        said.append({"party": party, "data": fields.to_text(envelope.data), "signatures": signatures})
    return said


def versions_after(channel: str, known: int, most: int) -> list[Json]:
    """The manifests of a channel after version `known`, oldest first, as they travel."""
    later = ChannelVersion.objects.filter(channel_id=channel, version__gt=known).order_by("version")
    return [fields.to_text(channel_envelope_of(one).encode()) for one in later[:most]]


def take(value: Mapping[str, Any], *, sender: PartyId, at: datetime) -> int:
    """Take in manifests that a partner sent; how many were refused. Those of parties come before those of channels.

    A party that nobody here has heard of is taken only with a channel that it is in with us.

    Raises:
        Malformed, TooBig: this is no such message.
    """
    taken, refused = fields.several(value.get("parties"), MOST), 0
    expected = {sender, *_named_in(value)}
    for one in taken:
        party, envelope = _party_envelope(one)
        if party not in expected and not Party.objects.filter(pk=party).exists():
            refused += 1
            continue
        refused += not _taken(lambda party=party, envelope=envelope: _take_party(party, envelope, at))
    for text in fields.several(value.get("channels"), MOST):
        said = Envelope.decode(fields.octets(text), max_bytes=_MOST_CHANNEL)
        refused += not _taken(lambda said=said: take_channel(said.payload, said.signatures, at=at))
    return refused


def _take_party(party: PartyId, envelope: manifest.Envelope, at: datetime) -> None:
    take_manifest(party, envelope, at=at)
    follow_address(party)
    put_aside_disowned(party, at)


def _named_in(value: Mapping[str, Any]) -> Iterable[PartyId]:
    """Parties in channels that are known here or come along, and that a party of this node is in."""
    hosted = set(Party.objects.filter(hosted=True).values_list("pk", flat=True))
    ours = Membership.objects.filter(party_id__in=hosted).values("channel_id")
    yield from map(PartyId, Membership.objects.filter(channel_id__in=ours).values_list("party_id", flat=True))
    for text in fields.several(value.get("channels"), MOST):
        made = channels.parse(Envelope.decode(fields.octets(text), max_bytes=_MOST_CHANNEL).payload)
        if made.members & hosted:
            yield from made.members


def _party_envelope(value: object) -> tuple[PartyId, manifest.Envelope]:
    body = fields.members(value, "party", "data", "signatures")  # type: ignore[arg-type]
    signatures = body["signatures"]
    if not isinstance(signatures, Mapping) or len(signatures) > manifest.MAX_KEYS:
        raise Malformed("signatures by key were expected")
    try:
        read = {fields.digest(name): bytes.fromhex(fields.text(sig)) for name, sig in signatures.items()}
    except ValueError as error:
        raise Malformed("a signature is hexadecimal") from error
    return fields.party(body["party"]), manifest.Envelope(fields.octets(body["data"]), read)


def _taken(act: Any) -> bool:
    try:
        with transaction.atomic():
            act()
    except (ProtocolError, manifest.BadManifest, HostedHere) as error:
        if not isinstance(error, HostedHere):
            logger.warning("A manifest was refused: %s", error)
        return isinstance(error, HostedHere)
    return True
