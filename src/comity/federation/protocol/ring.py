"""The keys that speak for a party on the wire, and which of them speak no longer.

A revocation never names a time, since a thief can write any time: it names, for each feed, the last good step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from comity.federation.protocol.errors import Revoked
from comity.federation.protocol.feed import FeedKey, Position
from comity.kernel.ids import PartyId


@dataclass(frozen=True, slots=True)
class Ring:
    """The release keys of one party.

    `keys`: of every version of its manifest: what they signed stays signed. `current`: of the newest version; these
    alone sign requests. `revoked`: for each revoked key the last step of each feed that it rightly signed; of a feed
    that is not named, none.
    """

    keys: frozenset[bytes]
    current: frozenset[bytes]
    revoked: Mapping[bytes, Mapping[FeedKey, Position]] = field(default_factory=dict)

    def check(self, key: bytes, feed: FeedKey, at: Position) -> None:
        """Refuse a step that a revoked key signed beyond what is said to be good. Raises Revoked."""
        if key not in self.revoked:
            return
        last = self.revoked[key].get(feed)
        if last is None or at.seq > last.seq or (at.seq == last.seq and at.head != last.head):
            raise Revoked("signed with a key that was revoked before this step")


Rings = Callable[[PartyId], Ring | None]
"""Finds the ring of a party; None for a party that is not known."""
