"""What waits is said before a bundle is written, so that the bundle has it; also where no courier runs."""

from __future__ import annotations

from datetime import datetime

from comity.federation.models import Direction, Membership, Peer
from comity.federation.release.standing import apply_standing
from comity.federation.release.withdrawal import follow_purges
from comity.federation.sync import vectors
from comity.federation.sync.emit import emit
from comity.kernel.ids import PartyId
from comity.parties.models import Party


def say_what_waits(*, party: PartyId, other: PartyId, at: datetime) -> int:
    """Make frames of what was released to channels shared with a partner, and of receipts; how many.

    Where a partner can be asked over a network, the courier speaks alone: a copied disk must be told so before it says
    anything.

    Raises:
        SignerAway, SignerRefused, KeyMissing: as `emit`.
    """
    follow_purges(at)
    apply_standing(at)
    speaker = Party.objects.get(pk=party)
    made = 0
    for channel in vectors.shared_with(other):
        if not _may_be_asked(channel):
            also = True
            while count := emit(party=speaker, channel=channel, at=at, also=also):
                made, also = made + count, False
    return made


def _may_be_asked(channel: str) -> bool:
    members = Membership.objects.filter(channel_id=channel, party__hosted=False).values("party_id")
    peers = Peer.objects.filter(party_id__in=members, confirmed_at__isnull=False)
    return peers.exclude(direction=Direction.NONE).exists()
