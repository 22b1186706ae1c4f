"""Receipts: who has taken in what. They travel batched in the receiver's own feed, and are not receipted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from comity.federation.models import Acknowledged, Feed, Frame, Membership
from comity.federation.protocol.feed import FeedKey
from comity.federation.protocol.statement import HeldBack, Item, Receipt
from comity.kernel.ids import PartyId, RecordId

MOST_HELD = 64
"""Of records held back in one receipt; more are said with later ones."""


def due(own: Feed, at: datetime) -> list[Item]:  # noqa: ARG001  (all sources of items are asked alike)
    """A receipt for each feed of the channel of which the party has more than it said; and once more for the same step
    where it holds less back than it said, with all that it still does.
    """
    rows = Acknowledged.objects.filter(feed__channel=own.channel, by=own.party)
    given = {feed: (seq, changed) for feed, seq, changed in rows.values_list("feed_id", "seq", "changed")}
    found: list[Item] = []
    for feed in Feed.objects.filter(channel=own.channel, own=False).exclude(party=own.party).order_by("pk"):
        seq, changed = given.get(feed.pk, (0, False))
        if changed:
            found.append(Receipt(feed.key, seq, _held(feed, 0, seq)))
        if feed.records_seq > seq:
            found.append(Receipt(feed.key, feed.seq, _held(feed, seq, feed.seq)))
    return found


def pairs_due() -> set[tuple[str, str]]:
    """Every (party of this node, channel) that has receipts to give."""
    changed = Acknowledged.objects.filter(changed=True, by__hosted=True, feed__own=False)
    found: set[tuple[str, str]] = set(changed.values_list("by_id", "feed__channel"))
    for feed in Feed.objects.filter(own=False, records_seq__gt=0):
        members = Membership.objects.filter(channel_id=feed.channel, party__hosted=True, until_version=None)
        given = Acknowledged.objects.filter(feed=feed, seq__gte=feed.records_seq).values("by_id")
        found |= {
            (party, feed.channel) for party in members.exclude(party_id__in=given).values_list("party_id", flat=True)
        }
    return found


def say_again(feed: Feed) -> None:
    """Let every party of this node that gave a receipt for this feed say what it still holds back of it."""
    Acknowledged.objects.filter(feed=feed, by__hosted=True).update(changed=True)


def _held(feed: Feed, after: int, upto: int) -> tuple[HeldBack, ...]:
    rows = Frame.objects.filter(feed=feed, seq__gt=after, seq__lte=upto).exclude(held=[]).order_by("seq")
    every = [
        HeldBack(RecordId.parse(record), code) for held in rows.values_list("held", flat=True) for record, code in held
    ]
    return tuple(every[:MOST_HELD])


def gave(own: Feed, items: Iterable[Item], at: datetime) -> None:
    """Note which receipts a party of this node gave; inside the transaction of the frame that says them."""
    for item in items:
        if isinstance(item, Receipt):
            _note(item, PartyId(own.party_id), at)


def take(item: Receipt, by: PartyId, channel: str, at: datetime) -> None:
    """Note what a partner says it has, of a feed in the channel in which it says so; less than before is no news."""
    if item.feed.channel == channel and item.feed.party != by:
        _note(item, by, at)


def _note(item: Receipt, by: PartyId, at: datetime) -> None:
    feed = _feed(item.feed)
    if feed is None:
        return
    held = [[str(one.record), one.reason] for one in item.held]
    row, created = Acknowledged.objects.get_or_create(
        feed=feed, by_id=by, defaults={"seq": item.seq, "held": held, "at": at}
    )
    if created or item.seq < row.seq:
        return
    kept = [one for one in row.held if one not in held] if item.seq > row.seq else []
    Acknowledged.objects.filter(pk=row.pk).update(seq=item.seq, at=at, held=(kept + held)[-MOST_HELD:], changed=False)


def _feed(key: FeedKey) -> Feed | None:
    return Feed.objects.filter(channel=key.channel, party_id=key.party, incarnation=key.incarnation).first()
