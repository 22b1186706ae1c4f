"""The keys that speak for a party on the wire, from the manifests this node has verified."""

from __future__ import annotations

from comity.federation.protocol.ring import Ring, ring_from
from comity.kernel.ids import PartyId
from comity.parties.manifest import parse
from comity.parties.models import Manifest


def ring_of(party: PartyId) -> Ring | None:
    """The release keys of a party; None for one whose manifest has not come."""
    rows = Manifest.objects.filter(party_id=party).order_by("version").values_list("data", flat=True)
    return ring_from(party, [parse(bytes(data)) for data in rows])
