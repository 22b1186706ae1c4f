"""The two sides of a stopped feed, and by which of them its own party stands.

A party stands by a history through its newest manifest: a revocation of a key names the last good step of each feed
that the key rightly signed. Nothing else decides, least of all which of the two came first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from comity.federation.models import Feed, Fork, Frame
from comity.federation.protocol import frame as frames
from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.errors import Equivocation, ProtocolError
from comity.federation.protocol.feed import START, FeedKey, Position
from comity.federation.protocol.fields import MAX_HEADER
from comity.federation.protocol.frame import Header
from comity.federation.protocol.ring import Ring
from comity.federation.rings import ring_of
from comity.federation.sharing.domain import Branch
from comity.kernel.ids import PartyId
from comity.parties.manifest import parse
from comity.parties.models import Manifest


@dataclass(frozen=True, slots=True)
class Side:
    """A signed header: its step, its hash, the hash of the step before, when it came, and the envelope as it came."""

    seq: int
    hash: str
    prev: str
    at: datetime
    envelope: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a feed was stopped for. `ours` is None where what came contradicts nothing, and is wrong by itself.

    `branch`: by which its party stands; `good`: the last step here that it stands by, where it is not `UNSAID`.
    """

    feed: Feed
    ours: Side | None
    other: Side
    branch: Branch
    good: Position


def evidence_of(feed: Feed) -> Evidence | None:
    """Both sides of a stopped feed; None where nothing was kept, which is not so for a feed that was stopped here."""
    fork = Fork.objects.filter(feed=feed).order_by("-pk").first()
    if feed.reason == Equivocation.code or fork is None:
        fork = Fork.objects.filter(feed=feed).order_by("seq", "pk").first()
    if fork is None:
        return None
    other = _side(fork)
    ours = _beside(feed, other)
    branch, good = _standing(feed, ours, other)
    return Evidence(feed, ours, other, branch, good)


def _side(row: Fork | Frame) -> Side:
    header = header_of(bytes(row.header))
    return Side(row.seq, row.hash, header.prev, row.at, bytes(row.header))


def header_of(envelope: bytes) -> Header:
    """A header that was verified when it was kept."""
    return frames.parse_header(Envelope.decode(envelope, max_bytes=MAX_HEADER).payload)


def _beside(feed: Feed, other: Side) -> Side | None:
    """The step that is here instead of it, or before which it puts another past."""
    same = Frame.objects.filter(feed=feed, seq=other.seq).first()
    if same is not None and same.hash != other.hash:
        return _side(same)
    before = Frame.objects.filter(feed=feed, seq=other.seq - 1).first()
    return _side(before) if before is not None and before.hash != other.prev else None


def _standing(feed: Feed, ours: Side | None, other: Side) -> tuple[Branch, Position]:
    parting = min(other.seq, ours.seq if ours else other.seq)
    ring = ring_of(PartyId(feed.party_id))
    if ring is None or not ring.revoked:
        return Branch.UNSAID, START
    for step in _named(feed):
        if step.seq < parting:
            continue
        here = Frame.objects.filter(feed=feed, seq=step.seq).values_list("hash", flat=True).first()
        if here == step.head:
            return Branch.OURS, _last_verified(feed, ring)
        if here is not None or step == Position(other.seq, other.hash):
            return Branch.OTHER, _before(feed, parting)
    good = _last_verified(feed, ring)
    stands_by_ours, stands_by_other = good.seq >= parting or ours is None, _verifies(other.envelope, ring)
    if stands_by_other:
        return (Branch.UNSAID, START) if stands_by_ours else (Branch.OTHER, _before(feed, parting))
    return (Branch.OURS if good == feed.at else Branch.NEITHER), good


def _named(feed: Feed) -> Iterator[Position]:
    """The last good steps of this feed that its party's newest manifest names."""
    row = Manifest.objects.filter(party_id=feed.party_id).order_by("-version").first()
    for revoked in parse(bytes(row.data)).revocations if row is not None else ():
        for step in revoked.last:
            if FeedKey(step.channel, PartyId(feed.party_id), step.incarnation) == feed.key:
                yield Position(step.seq, step.head)


def _before(feed: Feed, seq: int) -> Position:
    hash_before = Frame.objects.filter(feed=feed, seq=seq - 1).values_list("hash", flat=True).first()
    return START if hash_before is None else Position(seq - 1, hash_before)


def _last_verified(feed: Feed, ring: Ring) -> Position:
    """The last step here before the first that the party's keys, as they are now, do not stand behind."""
    named = (at.seq for steps in ring.revoked.values() for key, at in steps.items() if key == feed.key)
    known = min(named, default=0)
    known = min(known, feed.seq)
    good = _before(feed, known + 1)
    for row in _rows_after(feed, known):
        if not _verifies(bytes(row.header), ring):
            break
        good = Position(row.seq, row.hash)
    return good


def _rows_after(feed: Feed, seq: int) -> Iterable[Frame]:
    return Frame.objects.filter(feed=feed, seq__gt=seq).order_by("seq").defer("content").iterator(200)


def _verifies(envelope: bytes, ring: Ring) -> bool:
    try:
        frames.verify_header(Envelope.decode(envelope, max_bytes=MAX_HEADER), ring)
    except ProtocolError:
        return False
    return True
