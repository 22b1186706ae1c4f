"""Emission: what was released becomes signed frames of our own feed, one transaction each.

The frame, the step of the feed, what left the outbox and the entry of the log are durable together or not at all, so no
number is ever given to two frames by one database. A database that is older than the feed (restored, or copied) is
told so by partners (`take_in`), and goes on in a new incarnation.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from comity.audit.log import Leaf, append
from comity.federation.channels.queries import Known, channel_in_force
from comity.federation.models import Feed, FeedStatus, Frame
from comity.federation.protocol import frame as frames
from comity.federation.protocol import keyset
from comity.federation.protocol.dsse import Key
from comity.federation.protocol.feed import Position
from comity.federation.protocol.frame import FrameClass, parse_header
from comity.federation.protocol.statement import MAX_ITEMS, Item, Revision, Statement, Withdrawal
from comity.federation.sync import epochs, extras, outbox, receipts
from comity.federation.sync.outbox import Waiting
from comity.kernel import failpoints
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId
from comity.parties.door import SignerRefused
from comity.parties.models import Party
from comity.parties.signing import public_key, sign_for

logger = logging.getLogger(__name__)

Entropy = Callable[[int], bytes]


def emit(*, party: Party, channel: str, at: datetime, also: bool = False, entropy: Entropy = os.urandom) -> int:
    """Say once what waits: at most one frame of items, and before it a keyset if one is due. The number of frames made.

    `also`: say what is no record too, receipts and what `extras` know, though no record waits.

    Raises:
        SignerAway, SignerRefused, KeyMissing: nothing was said.
    """
    known = channel_in_force(channel)
    if known.manifest.closed or party.pk not in known.manifest.members:
        return 0
    with transaction.atomic(durable=True):
        waiting = outbox.gather(PartyId(party.pk), channel)
        speaker = _Speaker(party, known, at, entropy, urgent=any(one.is_urgent for one in waiting))
        items = [one.item for one in waiting]
        if items or also:
            items += _also(speaker, at, MAX_ITEMS - len(items))
        made = speaker.say(items, waiting) if items else 0
        failpoints.reached(failpoints.BEFORE_COMMIT)
    if made:
        failpoints.reached(failpoints.AFTER_COMMIT)
    return made


def _also(speaker: _Speaker, at: datetime, room: int) -> list[Item]:
    """What is no record, as far as the frame has room; what a source says it says whole, or is not asked."""
    items = receipts.due(speaker.feed, at)[: max(0, room)]
    for source in extras.sources():
        if room - len(items) >= extras.MOST_AT_ONCE:
            items += source(speaker.party, speaker.channel, at)
    return items


def own_feed(party: Party, channel: str, *, urgent: bool = False, entropy: Entropy = os.urandom) -> Feed:
    """The feed in which a party of this node speaks in a channel; a new incarnation where none goes on.

    There are two: what is `urgent` has one of its own, and overtakes whatever is on its way in the other.
    """
    own = Feed.objects.select_for_update().filter(channel=channel, party=party, own=True, urgent=urgent)
    feed = own.filter(state=FeedStatus.OPEN).order_by("-pk").first()
    if feed is None:
        incarnation = entropy(8).hex()
        feed = Feed.objects.create(channel=channel, party=party, own=True, urgent=urgent, incarnation=incarnation)
    return feed


class _Speaker:
    """One party speaking in one channel, inside one transaction."""

    def __init__(self, party: Party, known: Known, at: datetime, entropy: Entropy, *, urgent: bool) -> None:
        self.row, self.party, self.at, self.entropy = party, PartyId(party.pk), at, entropy
        self.manifest, self.context = known.manifest, known.data
        self.audience = hashlib.sha256(known.data).hexdigest()
        self.channel = known.row.pk
        self.feed = own_feed(party, self.channel, urgent=urgent, entropy=entropy)
        self.made = 0

    def say(self, items: list[Item], waiting: list[Waiting]) -> int:
        """Say these, under a key that is not due to be changed; how many frames that took."""
        key = self._epoch_key()
        try:
            sealed = self._seal(items, key)
        except SignerRefused:
            if len(items) == 1 and not waiting:
                raise
            return self._say_what_is_signed(items, waiting)
        carries = any(isinstance(item, Revision | Withdrawal) for item in items)
        self._keep(sealed, FrameClass.RECORDS if carries else FrameClass.CONTROL, self.feed.epoch, items)
        outbox.said(waiting, self.feed, self.feed.seq)
        receipts.gave(self.feed, items, self.at)
        return self.made

    def _say_what_is_signed(self, items: list[Item], waiting: list[Waiting]) -> int:
        """Find what the signer refuses by halves, note it, and say the rest: one bad item keeps nobody back."""
        if len(waiting) == 1 and len(items) == 1:
            outbox.said(waiting, self.feed, outbox.NOT_SIGNED)
            about = str(getattr(items[0], "record", ""))
            append([Leaf("release-not-signed", self.party, "", about, {"channel": self.channel})], self.at)
            logger.error("The signer refused an item that was released into channel %s.", self.channel[:8])
            return self.made
        middle = max(1, len(waiting) // 2)
        for some in (waiting[:middle], waiting[middle:]):
            if some:
                self.say([one.item for one in some], some)
        return self.made

    def _epoch_key(self) -> bytes:
        keys = epochs.exchange_keys(self.manifest)
        if not epochs.is_due(self.feed, keys, self.at):
            key = epochs.epoch_key(self.feed, self.feed.epoch)
            if key is not None:
                return key
        key, number = self.entropy(frames.KEY_BYTES), self.feed.epoch + 1
        self._announce(key, number, keys)
        self.feed.epoch, self.feed.epoch_at, self.feed.epoch_seq = number, self.at, self.feed.seq
        self.feed.epoch_for = epochs.readers(keys)
        self.feed.save(update_fields=["epoch", "epoch_at", "epoch_seq", "epoch_for"])
        epochs.remember(self.feed.key, number, key)
        if self.manifest.history:
            self._give_history(keys)
        return key

    def _give_history(self, keys: Mapping[PartyId, bytes]) -> None:
        """Give the keys of earlier epochs to members that came later, where the channel grants them what was said."""
        for number in range(1, self.feed.epoch):
            newcomers = epochs.without(self.feed, number, keys)
            if newcomers and (key := epochs.epoch_key(self.feed, number)) is not None:
                self._announce(key, number, newcomers)

    def _announce(self, key: bytes, epoch: int, keys: Mapping[PartyId, bytes]) -> None:
        made = keyset.wrap(key, feed=self.feed.key, epoch=epoch, audience=self.audience, members=keys)
        sealed = frames.sign_header(
            feed=self.feed.key,
            after=self.feed.at,
            epoch=0,
            salt=self.entropy(frames.SALT_BYTES),
            frame_class=FrameClass.KEYSET,
            content=made.encode(),
            key=self._key(),
        )
        self._keep(sealed, FrameClass.KEYSET, epoch, ())

    def _seal(self, items: Sequence[Item], epoch_key: bytes) -> frames.Frame:
        carries = any(isinstance(item, Revision | Withdrawal) for item in items)
        return frames.seal(
            Statement(self.feed.key, self.feed.seq + 1, self.audience, tuple(items)),
            after=self.feed.at,
            epoch=self.feed.epoch,
            epoch_key=epoch_key,
            salt=self.entropy(frames.SALT_BYTES),
            key=self._key(),
            statement_key=self._key(self.context),
            frame_class=FrameClass.RECORDS if carries else FrameClass.CONTROL,
        )

    def _key(self, context: bytes = b"") -> Key:
        return Key(public_key(self.party, "release"), lambda message: sign_for(self.row, "release", message, context))

    def _keep(self, sealed: frames.Frame, frame_class: FrameClass, epoch: int, items: Sequence[Item]) -> None:
        """Write one step, and the entry of the log that tells of it."""
        header = parse_header(sealed.envelope.payload)
        at = Position(header.seq, header.hash)
        row = Frame.of(self.feed, header, sealed, self.at, applied=True)
        row.epoch = epoch
        row.save(force_insert=True)
        self.feed.seq, self.feed.head = at
        if frame_class is FrameClass.RECORDS:
            self.feed.records_seq = at.seq
        self.feed.save(update_fields=["seq", "head", "records_seq"])
        facts: dict[str, Json] = {
            "channel": self.channel,
            "incarnation": self.feed.incarnation,
            "seq": at.seq,
            "head": at.head,
            "revisions": sum(isinstance(item, Revision) for item in items),
            "withdrawals": sum(isinstance(item, Withdrawal) for item in items),
        }
        append([Leaf("emitted", self.party, "", "", facts)], self.at)
        self.made += 1
