"""Reads for bundles: who may be given one, what it holds, and what was written and read before."""

from __future__ import annotations

from collections.abc import Iterator

from comity.federation.bundle.domain import NotAPartner, Since
from comity.federation.joining.domain import State
from comity.federation.models import Acknowledged, Bundle, Channel, Feed, Frame, Joining, Membership, Peer, Reported
from comity.federation.protocol import parcel
from comity.federation.protocol.feed import FeedKey
from comity.federation.sync import vectors
from comity.federation.transport import exchange
from comity.federation.transport.exchange import MOST
from comity.kernel import canonical
from comity.kernel.canonical import Json
from comity.kernel.errors import NotFound, require
from comity.kernel.ids import PartyId
from comity.parties.models import Party

_AT_ONCE = 16
_MOST_VERSIONS = 10_000


def check_partner(party: PartyId, other: PartyId) -> None:
    """Return if a person here has compared the fingerprint of `other`. Raises NotAPartner."""
    require(other != party and Peer.objects.filter(party_id=other, confirmed_at__isnull=False).exists(), NotAPartner)


def partners() -> dict[str, PartyId]:
    """Every party whose fingerprint was compared here, by its handle."""
    rows = Party.objects.filter(pk__in=Peer.objects.filter(confirmed_at__isnull=False).values("party_id"))
    return {handle: PartyId(pk) for handle, pk in rows.order_by("handle").values_list("handle", "pk")}


def joined_by(party: PartyId, number: int) -> Joining:
    """The joining of this number, by which a partner came in. Raises NotFound, also for one that was not, or ended."""
    row = Joining.objects.filter(party_id=party, pk=number, state=State.JOINED).first()
    if row is None:
        raise NotFound
    return row


def bundles_with(party: PartyId, other: PartyId) -> list[Bundle]:
    """What a party of this node wrote for a partner, and read from it, the newest first."""
    return list(Bundle.objects.filter(party_id=party, other_id=other).order_by("-at", "-pk")[:50])


def reported_of(party: PartyId, other: PartyId) -> list[Reported]:
    """The slips that people entered for a partner, the newest first, of channels that the party is in too."""
    shared = Membership.objects.filter(party_id=party).values("channel_id")
    rows = Reported.objects.filter(by_id=other, feed__channel__in=shared).select_related("feed")
    return list(rows.order_by("-pk")[:50])


def introduction(party: PartyId) -> tuple[Json, ...]:
    """What a party of this node says of itself, every version, oldest first."""
    return tuple(exchange.parties_after(party, 0, MOST))


def manifests_for(other: PartyId, most: int) -> Iterator[bytes]:
    """Every manifest that a partner may need, in messages of about `most` bytes, each good if those before it were.

    Nobody can be asked what the partner lacks, and they are small: so it is given all of them. A channel comes with
    its owner, who signed it; its members are believed once it is known that they are in it.
    """
    given: set[str] = set()
    for channel in Channel.objects.filter(pk__in=vectors.shared_with(other)).order_by("pk"):
        owner = exchange.parties_after(PartyId(channel.owner_id), 0, _MOST_VERSIONS)
        versions = exchange.versions_after(channel.pk, 0, _MOST_VERSIONS)
        yield from _messages(owner, [], most, beside=versions[:1])
        yield from _messages([], versions[1:], most)
        given.add(channel.owner_id)
    for party in sorted(exchange.parties_for(other).keys() - given):
        yield from _messages(exchange.parties_after(PartyId(party), 0, _MOST_VERSIONS), [], most)


def _messages(
    parties: list[Json], channels: list[Json], most: int, beside: list[Json] | None = None
) -> Iterator[bytes]:
    """Messages as `exchange.take` reads them; `beside` goes with each."""
    waiting = [("parties", one) for one in parties] + [("channels", one) for one in channels]
    at = 0
    while at < len(waiting):
        message: dict[str, list[Json]] = {"parties": [], "channels": list(beside or ())}
        size = 0
        while at < len(waiting) and len(message[waiting[at][0]]) < MOST and (not size or size < most):
            name, one = waiting[at]
            message[name].append(one)
            size += len(canonical.encode(one))
            at += 1
        yield canonical.encode(message)


def frames_for(party: PartyId, other: PartyId, since: Since, most: int) -> Iterator[tuple[FeedKey, int, int, bytes]]:
    """(feed, first step, last step, frames) of everything that a partner lacks, of about `most` bytes each.

    Of the partner's own feeds only the last step, without its content: from it a node that was restored learns that
    it has said more than it knows.
    """
    known = _known(party, other, since)
    for feed, at in sorted(vectors.vector_for(other).items()):
        if feed.party == other:
            _, header, _ = next(_rows(feed, at.seq - 1, at.seq))
            yield feed, at.seq, at.seq, parcel.packed(header, None)
            continue
        parts: list[bytes] = []
        size, first = 0, known.get(feed, 0) + 1
        for seq, header, content in _rows(feed, first - 1, at.seq):
            packed = parcel.packed(header, content)
            if parts and size + len(packed) > most:
                yield feed, first, seq - 1, b"".join(parts)
                parts, size, first = [], 0, seq
            parts.append(packed)
            size += len(packed)
        if parts:
            yield feed, first, at.seq, b"".join(parts)


def frames_between(feed: FeedKey, first: int, last: int, *, content: bool = True) -> bytes:
    """The same frames once more."""
    return b"".join(
        parcel.packed(header, data if content else None) for _, header, data in _rows(feed, first - 1, last)
    )


def _known(party: PartyId, other: PartyId, since: Since) -> dict[FeedKey, int]:
    """The last step of each feed that a bundle need not carry."""
    known: dict[FeedKey, int] = {}
    if since is Since.START:
        return known
    for table in (Acknowledged, Reported):
        for row in table.objects.filter(by_id=other).select_related("feed"):
            known[row.feed.key] = max(row.seq, known.get(row.feed.key, 0))
    if since is Since.WRITTEN:
        for feeds in Bundle.objects.filter(party_id=party, other_id=other, came=False).values_list("feeds", flat=True):
            for *key, last in feeds:
                feed = FeedKey(*key)
                known[feed] = max(last, known.get(feed, 0))
    return known


def _rows(key: FeedKey, after: int, upto: int) -> Iterator[tuple[int, bytes, bytes | None]]:
    """Frames in order, read a few at a time: a feed may be of a million steps."""
    feed = Feed.objects.get(channel=key.channel, party_id=key.party, incarnation=key.incarnation)
    rows = Frame.objects.filter(feed=feed, seq__lte=upto).order_by("seq")
    while some := list(rows.filter(seq__gt=after).values_list("seq", "header", "content")[:_AT_ONCE]):
        for seq, header, content in some:
            yield seq, bytes(header), None if content is None else bytes(content)
        after = some[-1][0]
