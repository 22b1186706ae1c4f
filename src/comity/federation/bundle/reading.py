"""Reading a bundle: chunk by chunk, each what it should be before anything of it is used, each frame as if it had come
over a network.

There is nothing to take up again after a cut but the feeds themselves: what they have is stepped over. A chunk that is
spoiled is named and passed by; what would follow on it waits in the node's directory (`waiting`) until it comes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from comity.federation.bundle import queries
from comity.federation.bundle.domain import ForSomebodyElse, NewerBundle, NotABundleFile, Paused, SpoiledIndex
from comity.federation.bundle.waiting import Waiting
from comity.federation.joining.domain import MAY_JOIN
from comity.federation.models import Bundle, Feed
from comity.federation.protocol import bundle as bundles
from comity.federation.protocol import fields, parcel
from comity.federation.protocol.bundle import Chunk, Index
from comity.federation.protocol.errors import Malformed, ProtocolError, UnknownVersion
from comity.federation.protocol.feed import FeedKey
from comity.federation.rings import ring_of
from comity.federation.sync.take_in import take_in_all
from comity.federation.transport import exchange
from comity.federation.transport.pause import is_full
from comity.kernel.errors import require
from comity.kernel.ids import PartyId
from comity.labels.subject import Subject, require_role
from comity.parties.models import Party
from comity.records.work import act

logger = logging.getLogger(__name__)


@dataclass
class Report:
    """What came of reading one part. Chunks are counted over the whole bundle, from 1, and parts too.

    `spoiled`: chunks whose bytes are not what the index says, or are not there. `waiting`: parts from which something
    is kept until what comes before it is here. `missing`: parts that hold what is not here. `refused`: codes of
    `protocol.errors`, by feed.
    """

    index: Index
    part: int
    new: int = 0
    known: int = 0
    spoiled: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    refused: dict[FeedKey, str] = field(default_factory=dict)
    unfit_manifests: int = 0

    @property
    def complete(self) -> bool:
        """Whether everything that the bundle holds is here."""
        return not (self.missing or self.waiting or self.refused)


def read(
    stream: BinaryIO, *, actor: Subject, at: datetime, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> Report:
    """Take in one part of a bundle from a file that can be sought in.

    Raises:
        RoleMissing: the actor is neither administrator nor release officer.
        NotABundleFile, SpoiledIndex, NewerBundle: as they say.
        ForSomebodyElse: it is addressed to another party than the actor's.
        NotAPartner: nobody here has joined with its sender.
        Paused: the disk is nearly full; what was read before stays.
    """
    require_role(actor, *MAY_JOIN)
    index, part = _opened(stream, actor.party, at)
    reading = _Reading(Report(index, part), at)
    for done, (number, chunk) in enumerate(reading.chunks(), 1):
        require(not is_full(), Paused)
        reading.take(number, chunk, stream)
        progress(done, len(index.parts[part - 1]))
    return _noted(reading.finish(), actor, at)


def _opened(stream: BinaryIO, party: PartyId, at: datetime) -> tuple[Index, int]:
    try:
        opening = bundles.read_opening(stream.read)
        require(opening.index.recipient == party, ForSomebodyElse)
        queries.check_partner(party, opening.index.sender)
        said = {"parties": list(opening.index.manifests), "channels": []}
        exchange.take(said, sender=opening.index.sender, at=at)
        return bundles.verify(opening, ring_of), opening.part
    except UnknownVersion as error:
        raise NewerBundle from error
    except bundles.NotABundle as error:
        raise NotABundleFile from error
    except ProtocolError as error:
        raise SpoiledIndex from error


class _Reading:
    """One part, as far as it is read."""

    def __init__(self, report: Report, at: datetime) -> None:
        self.report, self.at = report, at
        self.index = report.index
        self.waiting = Waiting(self.index)
        self.hosted = frozenset(Party.objects.filter(hosted=True).values_list("pk", flat=True))
        channels = {chunk.feed.channel for chunk in self.index.chunks if chunk.feed is not None}
        self.steps = {feed.key: feed.seq for feed in Feed.objects.filter(channel__in=sorted(channels))}

    def chunks(self) -> list[tuple[int, Chunk]]:
        """The chunks of this part, with their numbers in the bundle."""
        before = sum(len(some) for some in self.index.parts[: self.report.part - 1])
        return list(enumerate(self.index.parts[self.report.part - 1], before + 1))

    def take(self, number: int, chunk: Chunk, stream: BinaryIO) -> None:
        """Take in the next chunk of the file, or step over what is here already."""
        if self._is_here(chunk) or self.waiting.data(number) is not None:
            stream.seek(chunk.length, 1)
            return
        data = stream.read(chunk.length)
        try:
            bundles.check_chunk(chunk, data)
        except ProtocolError:
            self.report.spoiled.append(number)
            return
        if self._follows_on_nothing(chunk):
            self.waiting.keep(number, data)
            return
        self._use(chunk, data)

    def finish(self) -> Report:
        """Use what waited and can be used now; say what is still missing."""
        for number, chunk in enumerate(self.index.chunks, 1):
            if number in self.waiting and not self._follows_on_nothing(chunk):
                data = self.waiting.data(number)
                if data is not None and not self._is_here(chunk):
                    self._use(chunk, data)
                self.waiting.forget(number)
        number = 0
        for part, some in enumerate(self.index.parts, 1):
            for chunk in some:
                number += 1
                if self._is_here(chunk) or chunk.feed is None or not self._is_theirs(chunk):
                    continue
                if number in self.waiting:
                    lacking = self.report.waiting
                elif chunk.feed in self.report.refused:
                    continue
                else:
                    lacking = self.report.missing
                lacking += [part] if part not in lacking else []
        return self.report

    def _use(self, chunk: Chunk, data: bytes) -> None:
        try:
            if chunk.feed is None:
                self.report.unfit_manifests += self._take_manifests(data)
                return
            taken = take_in_all(parcel.unpack(data), at=self.at)
        except ProtocolError as error:  # signed by the partner, and yet no frames
            logger.warning("A chunk of a bundle was refused: %s", error.code)
            self.report.refused[chunk.feed or _NO_FEED] = error.code
            return
        self.report.new += taken.new
        self.report.known += taken.known
        self.report.refused |= {key: refusal.code for key, refusal in taken.refused.items()}
        self.steps |= {key: at.seq for key, at in taken.feeds.items()}

    def _take_manifests(self, data: bytes) -> int:
        value = fields.decode(data, max_bytes=bundles.MAX_CHUNK)
        if not isinstance(value, Mapping):
            raise Malformed("manifests are an object")
        return exchange.take(value, sender=self.index.sender, at=self.at)

    def _is_here(self, chunk: Chunk) -> bool:
        """Whether its frames are; of our own feeds a partner knows no more than we, or it is news."""
        return chunk.feed is not None and self._is_theirs(chunk) and self.steps.get(chunk.feed, 0) >= chunk.last

    def _follows_on_nothing(self, chunk: Chunk) -> bool:
        return chunk.feed is not None and self._is_theirs(chunk) and self.steps.get(chunk.feed, 0) + 1 < chunk.first

    def _is_theirs(self, chunk: Chunk) -> bool:
        return chunk.feed is not None and chunk.feed.party not in self.hosted


_NO_FEED = FeedKey("", PartyId(""), "")


def _noted(report: Report, actor: Subject, at: datetime) -> Report:
    """Note what was read and by whom; frames have their own entries of the log."""
    index = report.index
    ends = {chunk.feed: chunk.last for chunk in index.chunks if chunk.feed is not None}
    found = {
        "part": report.part,
        "new": report.new,
        "spoiled": report.spoiled,
        "waiting": report.waiting,
        "missing": report.missing,
        "refused": sorted(set(report.refused.values())),
    }
    with act(actor, at) as work:
        Bundle.objects.update_or_create(
            party_id=actor.party,
            came=True,
            name=index.name,
            defaults={
                "other_id": index.sender,
                "written_at": index.at,
                "parts": len(index.parts),
                "feeds": [[*feed, last] for feed, last in sorted(ends.items())],
                "found": found,
                "at": at,
                "by": actor.account,
            },
        )
        facts = {"part": report.part, "frames": report.new, "spoiled": len(report.spoiled)}
        work.note("bundle-read", None, other=index.sender, bundle=index.name, **facts)
    return report
