"""The keys that speak for a party on the wire, and which of them speak no longer.

A revocation never names a time, since a thief can write any time: it names, for each feed, the last good step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from comity.federation.protocol.errors import Revoked
from comity.federation.protocol.feed import FeedKey, Position
from comity.kernel.ids import PartyId
from comity.parties.manifest import Manifest, Purpose


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


def ring_from(party: PartyId, manifests: Sequence[Manifest]) -> Ring | None:
    """The release keys that these verified manifests of a party name, oldest first; None where there is none."""
    if not manifests:
        return None
    versions = [frozenset(manifest.keys[Purpose.RELEASE]) for manifest in manifests]
    revoked = {
        one.key: {FeedKey(step.channel, party, step.incarnation): Position(step.seq, step.head) for step in one.last}
        for one in manifests[-1].revocations
    }
    return Ring(keys=frozenset[bytes]().union(*versions), current=versions[-1], revoked=revoked)


Rings = Callable[[PartyId], Ring | None]
"""Finds the ring of a party; None for a party that is not known."""
