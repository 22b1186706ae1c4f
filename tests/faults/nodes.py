"""Nodes in memory, around the protocol as it is: each has a disk that survives a crash, a feed that it speaks, and what
it heard. Nothing is served that is not on the disk.

The tables of a real node are dictionaries here, and a transaction is the moment in which they become the disk. All that
is judged (headers, chains, keys, statements, owners, vectors) is the product's own code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from comity.federation.protocol import frame, vector
from comity.federation.protocol.channel import ChannelManifest
from comity.federation.protocol.errors import Equivocation, ProtocolError
from comity.federation.protocol.feed import FeedKey, Position
from comity.federation.protocol.frame import Frame
from comity.federation.protocol.statement import Item, Revision, Withdrawal, check_owner
from comity.federation.protocol.tests.peer import Ear, Party, Voice
from comity.kernel.ids import RecordId


@dataclass
class Tables:
    """What a node has stored."""

    ear: Ear
    frames: dict[FeedKey, list[Frame]] = field(default_factory=dict)
    copies: dict[RecordId, Revision] = field(default_factory=dict)  # the newest of each record that came
    withdrawn: set[RecordId] = field(default_factory=set)

    def copied(self) -> Tables:
        """The same, which what happens to these will not change."""
        ear = replace(
            self.ear,
            versions=list(self.ear.versions),
            states=dict(self.ear.states),
            hashes=dict(self.ear.hashes),
            keys=dict(self.ear.keys),
        )
        frames = {feed: list(several) for feed, several in self.frames.items()}
        return Tables(ear, frames, dict(self.copies), set(self.withdrawn))

    @property
    def shown(self) -> dict[RecordId, Revision]:
        """What a reader finds."""
        return {record: copy for record, copy in self.copies.items() if record not in self.withdrawn}


class Node:
    """One party's node."""

    def __init__(self, party: Party, manifest: ChannelManifest) -> None:
        self.party, self.manifest = party, manifest
        self.tables = Tables(Ear(party, [manifest]))
        self.disk = self.tables.copied()
        self.incarnations = 0
        self.refused: list[ProtocolError] = []
        self.begin()

    def begin(self) -> None:
        """Begin a feed: the first one, or another after a restore, for nobody knows what was said in the last."""
        self.incarnations += 1
        self.voice = Voice(self.party, self.manifest, f"{self.incarnations:016x}")
        self._emit(self.voice.announce())

    def say(self, *items: Item) -> Frame:
        """One act: the frame is on the disk when this returns, and could not have been served before."""
        said = self.voice.say(*items)
        self._emit(said)
        return said

    def announce(self) -> None:
        """A new epoch."""
        self._emit(self.voice.announce())

    def _emit(self, said: Frame) -> None:
        self.take([said])
        self.commit()

    def take(self, came: Sequence[Frame]) -> None:
        """Take frames in, one by one, into what is not yet on the disk; what is refused is noted and goes nowhere."""
        for one in came:
            try:
                self._take(one)
            except ProtocolError as error:
                self.refused.append(error)
                if isinstance(error, Equivocation):
                    self._quarantine(one)

    def _take(self, came: Frame) -> None:
        statement = self.tables.ear.hear(came)
        feed = frame.party_of(came.envelope)
        header = frame.parse_header(came.envelope.payload)
        kept = self.tables.frames.setdefault(feed, [])
        if header.seq == len(kept) + 1:
            kept.append(came)
        for item in statement.items if statement is not None else ():
            try:
                self._apply(item, feed)
            except ProtocolError as error:
                self.refused.append(error)

    def _apply(self, item: Item, feed: FeedKey) -> None:
        if isinstance(item, Revision):
            check_owner(item, feed)
            held = self.tables.copies.get(item.record)
            if held is None or held.number < item.number:
                self.tables.copies[item.record] = item
        elif isinstance(item, Withdrawal):
            check_owner(item, feed)
            self.tables.withdrawn.add(item.record)

    def _quarantine(self, came: Frame) -> None:
        feed = frame.party_of(came.envelope)
        state = self.tables.ear.states[feed]
        self.tables.ear.states[feed] = replace(state, quarantined=True)

    def commit(self) -> None:
        """What was taken in is durable."""
        self.disk = self.tables.copied()

    def crash(self) -> None:
        """Begin again from the disk."""
        self.tables = self.disk.copied()

    def restore(self, backup: Tables) -> None:
        """Begin again from an old disk."""
        self.disk = backup.copied()
        self.crash()
        self.begin()

    @property
    def vector(self) -> vector.Vector:
        """How far each feed is on the disk."""
        return {feed: state.at for feed, state in self.disk.ear.states.items() if state.at.seq}

    def serve(self, feed: FeedKey, after: Position) -> list[Frame]:
        """The frames of a feed after a step; any member may serve any feed, for frames verify themselves.

        Whoever asks after another step than the one that is known here has heard another history: it is sent ours.
        """
        kept = self.disk.frames.get(feed, [])
        if 0 < after.seq <= len(kept) and self.disk.ear.hashes[feed, after.seq] != after.head:
            for tables in (self.tables, self.disk):
                tables.ear.states[feed] = replace(tables.ear.states[feed], quarantined=True)
            return kept[after.seq - 1 :]
        return kept[after.seq :]

    @property
    def quarantined(self) -> set[FeedKey]:
        """Feeds of which nothing more is taken."""
        return {feed for feed, state in self.tables.ear.states.items() if state.quarantined}
