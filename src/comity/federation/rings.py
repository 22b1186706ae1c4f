"""The keys that speak for a party on the wire, from the manifests this node has verified."""

from __future__ import annotations

from comity.federation.protocol.feed import FeedKey, Position
from comity.federation.protocol.ring import Ring
from comity.kernel.ids import PartyId
from comity.parties.manifest import Purpose, parse
from comity.parties.models import Manifest


def ring_of(party: PartyId) -> Ring | None:
    """The release keys of a party; None for one whose manifest has not come."""
    rows = Manifest.objects.filter(party_id=party).order_by("version").values_list("data", flat=True)
    manifests = [parse(bytes(data)) for data in rows]
    if not manifests:
        return None
    versions = [frozenset(manifest.keys[Purpose.RELEASE]) for manifest in manifests]
    revoked = {
        one.key: {FeedKey(step.channel, party, step.incarnation): Position(step.seq, step.head) for step in one.last}
        for one in manifests[-1].revocations
    }
    return Ring(keys=frozenset[bytes]().union(*versions), current=versions[-1], revoked=revoked)
