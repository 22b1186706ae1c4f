"""Where a partner is reached: what the newest of its own manifests says, and nobody else."""

from __future__ import annotations

from comity.federation.models import Peer
from comity.federation.models.peers import Direction
from comity.kernel.ids import PartyId
from comity.parties.queries import newest


def follow_address(party: PartyId) -> None:
    """Reach a partner where its newest manifest says, if it is one; inside the transaction that took the manifest."""
    peer = Peer.objects.filter(party_id=party).first()
    if peer is None:
        return
    url = next(iter(newest(party).endpoints), "")
    if url != peer.url:
        unreached = Direction.OUTBOUND_ONLY if peer.direction == Direction.BOTH else peer.direction
        Peer.objects.filter(pk=party).update(url=url, direction=Direction.BOTH if url else unreached)
