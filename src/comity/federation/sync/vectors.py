"""Who has how much: the vector of this node as a partner may see it, and frames for who has less.

A partner is told of the feeds of channels that it is or was in, and of no others. Frames are given in their order, and
never more bytes at once than were asked for; contents that were destroyed go as headers alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from comity.federation.models import Channel, Feed, Frame, Membership
from comity.federation.protocol import parcel
from comity.federation.protocol.feed import START, FeedKey, Position
from comity.kernel.ids import PartyId
from comity.parties.models import Party

MOST_BYTES = 6 * 1024 * 1024
"""Of frames in one body; a single frame may be larger than what was asked for, and never than this."""
_AT_ONCE = 16


def shared_with(party: PartyId) -> list[str]:
    """The channels in which the party is, or was."""
    return sorted(set(Membership.objects.filter(party_id=party).values_list("channel_id", flat=True)))


def vector_for(party: PartyId) -> dict[FeedKey, Position]:
    """How far this node has each feed of the channels that it shares with a partner."""
    return vector_of(shared_with(party))


def vector_of(channels: Sequence[str]) -> dict[FeedKey, Position]:
    """How far this node has each feed of these channels."""
    feeds = Feed.objects.filter(channel__in=channels, seq__gt=0)
    return {
        FeedKey(channel, PartyId(owner), incarnation): Position(seq, head)
        for channel, owner, incarnation, seq, head in feeds.values_list(
            "channel", "party_id", "incarnation", "seq", "head"
        )
    }


def lacking(party: PartyId, theirs: Mapping[FeedKey, Position]) -> int:
    """How many steps a partner has, of feeds of channels that it shares, and this node has not."""
    shared, ours = set(shared_with(party)), vector_for(party)
    return sum(max(0, at.seq - ours.get(key, START).seq) for key, at in theirs.items() if key.channel in shared)


def versions_for(party: PartyId) -> dict[str, int]:
    """The newest version known here of each channel that is shared with a partner."""
    return dict(Channel.objects.filter(pk__in=shared_with(party)).values_list("pk", "version"))


def may_see(party: PartyId, feed: FeedKey) -> bool:
    """Whether a partner is given frames of this feed."""
    return Membership.objects.filter(channel_id=feed.channel, party_id=party).exists()


def own_ahead(theirs: Mapping[FeedKey, Position]) -> list[FeedKey]:
    """Feeds of parties of this node of which a partner has more: this database is older than they are."""
    ours = {
        FeedKey(channel, PartyId(owner), incarnation): seq
        for channel, owner, incarnation, seq in Feed.objects.filter(party__hosted=True).values_list(
            "channel", "party_id", "incarnation", "seq"
        )
    }
    hosted = set(Party.objects.filter(hosted=True).values_list("pk", flat=True))
    return [key for key, at in theirs.items() if key.party in hosted and at.seq > ours.get(key, 0)]


def parted(behind: Mapping[FeedKey, Position]) -> list[FeedKey]:
    """Of feeds of which a partner has less, those whose last step, as it has it, is another than the one known here."""
    found = []
    for key, theirs in behind.items():
        rows = Frame.objects.filter(
            feed__channel=key.channel, feed__party_id=key.party, feed__incarnation=key.incarnation, seq=theirs.seq
        )
        ours = rows.values_list("hash", flat=True).first()
        if ours is not None and ours != theirs.head:
            found.append(key)
    return found


def frames_after(feed: FeedKey, after: int, *, most: int = MOST_BYTES) -> tuple[bytes, int]:
    """A body of frames (`protocol.parcel`) after this step, of at most so many bytes, and the last step in it."""
    parts: list[bytes] = []
    size, last = 0, after
    for seq, header, content in _rows(feed, after):
        part = parcel.packed(header, content)
        if parts and size + len(part) > most:
            break
        parts.append(part)
        size, last = size + len(part), seq
    return b"".join(parts), last


def _rows(key: FeedKey, after: int) -> Iterator[tuple[int, bytes, bytes | None]]:
    """Rows in order, read a few at a time: a feed may be of a million steps."""
    rows = Frame.objects.filter(
        feed__channel=key.channel, feed__party_id=key.party, feed__incarnation=key.incarnation
    ).order_by("seq")
    while some := list(rows.filter(seq__gt=after).values_list("seq", "header", "content")[:_AT_ONCE]):
        for seq, header, content in some:
            yield seq, bytes(header), None if content is None else bytes(content)
        after = some[-1][0]
