"""Reads of joining: how far a party of this node is with whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comity.federation.joining.actions import introduced
from comity.federation.joining.domain import NotNow, State
from comity.federation.models import Joining, Peer
from comity.kernel.errors import NotFound
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.parties.models import Party
from comity.parties.queries import newest


def joinings_of(party: PartyId) -> list[Joining]:
    """Every one of a party, the newest first."""
    return list(Joining.objects.filter(party_id=party).order_by("-pk"))


def joining_of(party: PartyId, number: int) -> Joining:
    """One of a party. Raises NotFound, also for another party's."""
    row = Joining.objects.filter(party_id=party, pk=number).first()
    if row is None:
        raise NotFound
    return row


def peer_of(row: Joining) -> Peer | None:
    """The node that was joined; None before, and after it ended."""
    return Peer.objects.filter(party_id=row.other).first() if row.state == State.JOINED else None


def heard_at(row: Joining, peer: Peer | None) -> datetime | None:
    """When the other node was heard last since we confirmed it; None: its people may not have confirmed us yet."""
    if peer is None or peer.last_contact_at is None or row.confirmed_at is None:
        return None
    return peer.last_contact_at if peer.last_contact_at >= row.confirmed_at else None


def name_of(row: Joining, language: str = "en") -> str:
    """What the other party calls itself, verified or, before anybody compared, as its file says; "" for nobody yet."""
    known = Party.objects.filter(pk=row.other).first()
    if known is not None:
        return Text.of(known.name).in_(language)[0]
    try:
        return introduced(row).newest.name.in_(language)[0]
    except NotNow:
        return ""


@dataclass(frozen=True, slots=True)
class Expiry:
    """A party's newest manifest, and how many days it still holds; `soon`: somebody should renew it."""

    version: int
    expires: datetime
    days: int

    @property
    def soon(self) -> bool:
        """Whether it is time to say so."""
        return self.days < WARN_DAYS[0]

    @property
    def is_pressing(self) -> bool:
        """Whether it is almost too late."""
        return self.days < WARN_DAYS[-1]


WARN_DAYS = (60, 30, 7)
"""Days before a manifest runs out on which people are told, each time more urgently."""


def expiry_of(party: PartyId, at: datetime) -> Expiry:
    """When the newest manifest of a party runs out."""
    said = newest(party)
    return Expiry(said.version, said.expires, max(0, (said.expires - at).days))
