"""What a hub knows of each feed without reading any: how far it goes, who reads it, what somebody lacks. No I/O.

Who reads a feed, its own party says: keysets name the members to whom they give a key, in the open. Whom a later epoch
names no more is given nothing from that keyset on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from comity.federation.hub.wire import NOBODY_WANTS
from comity.federation.protocol.feed import START, FeedKey, Position
from comity.federation.protocol.keyset import Keyset
from comity.kernel.ids import PartyId


@dataclass
class Known:
    """A feed as it lies at the hub. `until`: how far a party that was dropped is still given it."""

    key: FeedKey
    at: Position = START
    wanted: int = NOBODY_WANTS
    epoch: int = 0
    readers: set[PartyId] = field(default_factory=set)
    until: dict[PartyId, int] = field(default_factory=dict)
    keysets: dict[int, tuple[int, frozenset[PartyId]]] = field(default_factory=dict)

    def announce(self, seq: int, made: Keyset) -> None:
        """Note whom the keyset at this step names, in whichever order keysets come."""
        self.keysets[seq] = (made.epoch, frozenset(made.wraps))
        newest = max(self.keysets)
        if seq == newest:
            self._follow(seq, *self.keysets[seq])
            return
        self.epoch, self.readers, self.until = 0, set(), {}
        for step in sorted(self.keysets):
            self._follow(step, *self.keysets[step])

    def _follow(self, seq: int, epoch: int, named: frozenset[PartyId]) -> None:
        if epoch > self.epoch:
            self.epoch = epoch
            self.until |= dict.fromkeys(self.readers - named, seq - 1)
            self.readers = set(named)
        else:  # a key of before, for those who came later
            self.readers |= named
        for party in named:
            self.until.pop(party, None)

    def reach(self, parties: Iterable[PartyId]) -> int:
        """The last step that any of these is given; 0 where none is."""
        reaches = (
            self.at.seq
            if party == self.key.party or party in self.readers
            else min(self.at.seq, self.until.get(party, 0))
            for party in parties
        )
        return max(reaches, default=0)


def frame_name(key: FeedKey, seq: int) -> str:
    """Under which name a step is kept."""
    return ".".join(("frame", *key, str(seq)))


def keyset_name(key: FeedKey, seq: int) -> str:
    """Under which name a step that is a keyset is kept besides."""
    return ".".join(("paper", "keyset", *key, str(seq)))


def head_name(key: FeedKey) -> str:
    """Under which name it is kept how far a feed goes."""
    return ".".join(("paper", "head", *key))
