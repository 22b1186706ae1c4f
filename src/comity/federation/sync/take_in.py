"""Taking in: a frame of another party becomes records, in one transaction.

Frame, step of the feed, records, search rows and entries of the log are durable together or not at all, and what comes
twice changes nothing. Headers are taken in their order only. Where a party proves itself dishonest (two headers at one
step, a signed statement that cannot be) its feed is quarantined, everything is kept, and nothing more is taken from it
until a person has looked. What this node cannot read yet is kept too, and read when its key comes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from comity.audit.log import Leaf, append
from comity.federation.channels.queries import channel_in_force
from comity.federation.models import Channel, ChannelVersion, Feed, FeedStatus, Fork, Frame, Membership
from comity.federation.protocol import channel as channels
from comity.federation.protocol import frame as frames
from comity.federation.protocol.channel import ChannelManifest
from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.errors import (
    BadSignature,
    Equivocation,
    NotAMember,
    OldAudience,
    ProtocolError,
    Revoked,
    TooManyFeeds,
    UnknownAudience,
    UnknownSuite,
    UnknownVersion,
)
from comity.federation.protocol.feed import FeedKey, FeedState, Position, accept
from comity.federation.protocol.fields import MAX_HEADER
from comity.federation.protocol.frame import FrameClass, Header
from comity.federation.protocol.reading import read_keyset, read_statement
from comity.federation.protocol.ring import Ring
from comity.federation.protocol.statement import Checkpoint, Cosignature, Receipt, Revision, Statement, Unknown
from comity.federation.rings import ring_of
from comity.federation.sync import contents, epochs, receipts
from comity.kernel import failpoints
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId
from comity.labels.queries import steady
from comity.parties.models import Party
from comity.records.receive import forget_held

logger = logging.getLogger(__name__)

NO_KEY = "no-key"
"""Why a frame was not applied: its key was not given to a party of this node, or has not come."""
NEWER = "newer"
"""A note on a frame that was applied: it says something besides that this version does not know, and passed by."""
_SAID_ONCE = (Receipt, Checkpoint, Cosignature)
"""Known to every version, and about a moment that has passed: not done again."""
OWN = "own"
"""Why a frame was not applied: a party of this node said it, before this database was what it is."""
MOST_FEEDS = 100
"""Of one party in one channel. Each is in every vector, so one member could else end the exchange for all."""


@dataclass
class TakenIn:
    """What became of a row of frames: how many were new, how many known, and what was refused, by feed."""

    new: int = 0
    known: int = 0
    feeds: dict[FeedKey, Position] = field(default_factory=dict)
    refused: dict[FeedKey, ProtocolError] = field(default_factory=dict)


def take_in_all(came: Iterable[frames.Frame], *, at: datetime) -> TakenIn:
    """Take in frames in their order; after a refusal the rest of that feed is left alone, other feeds go on.

    Raises:
        Malformed, TooBig: these bytes are no frames.
    """
    taken = TakenIn()
    for one in came:
        try:
            key = frames.party_of(one.envelope)
        except UnknownVersion as error:
            if error.feed is None:
                raise
            taken.refused.setdefault(error.feed, error)  # a step of a later version: this feed waits for an update
            continue
        if key in taken.refused:
            continue
        try:
            feed, new = take_in(one, at=at)
        except ProtocolError as error:
            taken.refused[key] = error
            logger.warning(
                "A frame of party %s in channel %s was refused: %s", key.party[:8], key.channel[:8], error.code
            )
            if (known := _feed(key)) is not None:
                taken.feeds[key] = known.at
            continue
        taken.feeds[key] = feed.at
        taken.new += new
        taken.known += not new
    return taken


def take_in(came: frames.Frame, *, at: datetime) -> tuple[Feed, bool]:
    """Take in one frame, durably; the feed as it stands then, and whether the frame was new.

    Raises:
        ProtocolError: what is wrong with it. `Gap` and `UnknownAudience` are mended by what is missing; of the rest
            nothing is taken but evidence.
    """
    claimed = frames.party_of(came.envelope)
    ring = ring_of(claimed.party)
    if ring is None:
        raise BadSignature("its party is not known here")
    header = frames.verify_header(came.envelope, ring)
    if came.content is not None:
        frames.check_content(header, came.content)  # whoever brought it changed it: nothing of its party's doing
    party = Party.objects.get(pk=claimed.party)
    manifest = _manifest_for(claimed, own=party.hosted)
    refusal: ProtocolError | None = None
    with transaction.atomic(durable=True), steady():
        feed, begins = Feed.objects.select_for_update().get_or_create(
            channel=claimed.channel, party=party, incarnation=claimed.incarnation, defaults={"own": party.hosted}
        )
        if begins and Feed.objects.filter(channel=claimed.channel, party=party).count() > MOST_FEEDS:
            raise TooManyFeeds(f"a party has at most {MOST_FEEDS} feeds in a channel")
        if party.hosted:
            new = _own_came_back(feed, header, came, at)
        else:
            new = False
            try:
                with transaction.atomic():
                    new = _Taking(feed, ring, manifest, at).take(header, came)
            except (_Dishonest, Equivocation) as error:
                refusal = error.cause if isinstance(error, _Dishonest) else error
                if header.seq > feed.settled_seq:
                    _quarantine(feed, header, came, refusal, at)
        failpoints.reached(failpoints.BEFORE_COMMIT)
    failpoints.reached(failpoints.AFTER_COMMIT)
    if refusal is not None:
        raise refusal
    return feed, new


def read_again(frame: int, *, at: datetime) -> bool:
    """Read once more what a frame (by pk) says, in one transaction; whether less of it is held back than before.

    What it says that cannot be is left as it is: it came under another version, and nobody lied.
    """
    with transaction.atomic(durable=True), steady():
        feed = Feed.objects.select_for_update().get(frames=frame)
        row, ring = Frame.objects.get(pk=frame), ring_of(PartyId(feed.party_id))
        if ring is None or feed.own or feed.state == FeedStatus.QUARANTINED:
            return False
        before = (row.held, row.reason)
        try:
            with transaction.atomic():
                _Taking(feed, ring, _manifest_for(feed.key, own=False), at).again(row)
        except ProtocolError as error:
            logger.warning("A frame of party %s is not read yet: %s", feed.party_id[:8], error.code)
            return False
        row.refresh_from_db()
        return (row.held, row.reason) != before


def _feed(key: FeedKey) -> Feed | None:
    return Feed.objects.filter(channel=key.channel, party_id=key.party, incarnation=key.incarnation).first()


def _manifest_for(feed: FeedKey, *, own: bool) -> ChannelManifest:
    """The channel's manifest in force, if a party of this node is or was in it, and the feed's may speak there."""
    try:
        manifest = channel_in_force(feed.channel).manifest
    except Channel.DoesNotExist:
        raise UnknownAudience("this channel has not come") from None
    if not Membership.objects.filter(channel_id=feed.channel, party__hosted=True).exists():
        raise NotAMember("no party of this node is in the channel")
    if not own and feed.party not in manifest.members and manifest.end_of(feed) is None:
        raise NotAMember("its party is not in the channel")
    return manifest


class _Dishonest(Exception):
    """A party signed what cannot be; `cause` says what."""

    def __init__(self, cause: ProtocolError) -> None:
        super().__init__(cause)
        self.cause = cause


class _Taking:
    """Taking in steps of one feed, inside one transaction."""

    def __init__(self, feed: Feed, ring: Ring, manifest: ChannelManifest, at: datetime) -> None:
        self.feed, self.ring, self.manifest, self.at = feed, ring, manifest, at

    def take(self, header: Header, came: frames.Frame) -> bool:
        """Take a verified step in its order; False if nothing of it is new."""
        ends = self.manifest.end_of(self.feed.key)
        if ends is not None and self.feed.seq > ends.seq:
            Feed.objects.filter(pk=self.feed.pk).update(state=FeedStatus.REVOKED, reason=Revoked.code)
        stopped = self.feed.state in {FeedStatus.QUARANTINED, FeedStatus.GIVEN_UP}
        state = FeedState(self.feed.key, self.feed.at, stopped, ends)
        accepted = accept(state, [header], self._hash_at)
        if not accepted.new:
            return self._fill(header, came)
        row = self._keep(header, came)
        if came.content is None:
            row.save()
        else:
            self._read(row, header, came.content)
        self._advance(header)
        return True

    def _hash_at(self, seq: int) -> str | None:
        return Frame.objects.filter(feed=self.feed, seq=seq).values_list("hash", flat=True).first()

    def _keep(self, header: Header, came: frames.Frame) -> Frame:
        reason = "" if came.content is not None else NO_KEY
        return Frame.of(self.feed, header, came, self.at, applied=False, reason=reason)

    def _advance(self, header: Header) -> None:
        self.feed.seq, self.feed.head = header.seq, header.hash
        if header.frame_class is FrameClass.RECORDS:
            self.feed.records_seq = header.seq
        self.feed.save(update_fields=["seq", "head", "records_seq", "audience"])
        facts: dict[str, Json] = {
            "channel": self.feed.channel,
            "incarnation": self.feed.incarnation,
            "seq": header.seq,
            "head": header.hash,
        }
        append([Leaf("taken-in", str(self.feed.party_id), "", "", facts)], self.at)

    def _fill(self, header: Header, came: frames.Frame) -> bool:
        """A step that is known: its content may be new."""
        row = Frame.objects.filter(feed=self.feed, seq=header.seq, content=None, applied=False).first()
        if row is None or came.content is None:
            return False
        row.content = came.content
        self._read(row, header, came.content)
        self.feed.save(update_fields=["audience"])
        return True

    def _read(self, row: Frame, header: Header, content: bytes) -> None:
        """Read the content of a step, if this node can, and do what it says; `row` is written either way."""
        try:
            if header.frame_class is FrameClass.KEYSET:
                self._take_keyset(row, header, content)
            else:
                row.save()
                self._apply(row, header, content)
        except UnknownAudience:
            raise
        except UnknownSuite as error:
            row.reason = error.code
            row.save()
        except ProtocolError as error:
            raise _Dishonest(error) from error

    def _take_keyset(self, row: Frame, header: Header, content: bytes) -> None:
        made = read_keyset(header, content, self._audience)
        epochs.check_promise(self.feed, made)
        row.epoch, row.applied, row.reason = made.epoch, True, ""
        row.save()
        if epochs.epoch_key(self.feed, made.epoch) is None:
            return
        waiting = Frame.objects.filter(feed=self.feed, epoch=made.epoch, applied=False, content__isnull=False)
        for pk in list(waiting.exclude(pk=row.pk).order_by("seq").values_list("pk", flat=True)):
            late = Frame.objects.get(pk=pk)
            header = frames.parse_header(Envelope.decode(bytes(late.header), max_bytes=MAX_HEADER).payload)
            self._apply(late, header, bytes(late.content or b""))

    def _apply(self, row: Frame, header: Header, content: bytes) -> None:
        key = epochs.epoch_key(self.feed, header.epoch)
        if key is None:
            Frame.objects.filter(pk=row.pk).update(reason=NO_KEY)
            return
        statement, manifest = read_statement(header, content, epoch_key=key, ring=self.ring, audiences=self._audience)
        if header.seq > self.feed.seq:
            if manifest.version < self.feed.audience:
                raise OldAudience(f"version {manifest.version} of the channel, after version {self.feed.audience}")
            self.feed.audience = manifest.version
        self._do(row, header, statement, manifest)

    def _do(self, row: Frame, header: Header, statement: Statement, manifest: ChannelManifest) -> None:
        held = contents.apply(statement, manifest, step=header.hash, at=self.at)
        newer = NEWER if any(isinstance(item, Unknown) for item in statement.items) else ""
        Frame.objects.filter(pk=row.pk).update(
            applied=True, reason=newer, held=[[str(one), code] for one, code in held]
        )

    def again(self, row: Frame) -> None:
        """Read a step once more, in a version that may know more; what it said otherwise was done and stays."""
        header = frames.parse_header(Envelope.decode(bytes(row.header), max_bytes=MAX_HEADER).payload)
        content = bytes(row.content or b"")
        if header.frame_class is FrameClass.KEYSET:
            self._take_keyset(row, header, content)
            return
        key = epochs.epoch_key(self.feed, header.epoch)
        if key is None:
            return
        statement, manifest = read_statement(header, content, epoch_key=key, ring=self.ring, audiences=self._audience)
        items = tuple(item for item in statement.items if not isinstance(item, _SAID_ONCE))
        before = row.held
        self._do(row, header, replace(statement, items=items), manifest)
        row.refresh_from_db(fields=["held"])
        held = {record for record, _ in row.held}
        forget_held(one.data for one in items if isinstance(one, Revision) and str(one.record) not in held)
        if row.held != before:
            receipts.say_again(self.feed)

    def _audience(self, audience: str) -> ChannelManifest | None:
        """The version of the channel that has this hash, the newest first: mostly it is that one."""
        if channels.audience_hash(self.manifest) == audience:
            return self.manifest
        for data in ChannelVersion.objects.filter(channel_id=self.feed.channel).values_list("data", flat=True):
            version = channels.parse(bytes(data))
            if channels.audience_hash(version) == audience:
                return version
        return None


def _quarantine(feed: Feed, header: Header, came: frames.Frame, why: ProtocolError, at: datetime) -> None:
    """Take nothing more from a feed; keep what it said beside what it said before, and put it on the log."""
    Fork.objects.get_or_create(
        feed=feed,
        hash=header.hash,
        defaults={"seq": header.seq, "header": came.envelope.encode(), "content": came.content, "at": at},
    )
    Feed.objects.filter(pk=feed.pk).update(state=FeedStatus.QUARANTINED, reason=why.code)
    facts: dict[str, Json] = {
        "channel": feed.channel,
        "incarnation": feed.incarnation,
        "seq": header.seq,
        "head": header.hash,
        "reason": why.code,
    }
    append([Leaf("feed-quarantined", str(feed.party_id), "", "", facts)], at)


def _own_came_back(feed: Feed, header: Header, came: frames.Frame, at: datetime) -> bool:
    """A partner has more of our own feed than this database: it was restored, or copied, and must not go on there.

    What was said is kept for those who have not heard it; the party goes on in a new incarnation.
    """
    known = Frame.objects.filter(feed=feed, seq=header.seq).values_list("hash", flat=True).first()
    if known == header.hash:
        return False
    if feed.state == FeedStatus.OPEN or not feed.seq:
        Feed.objects.filter(channel=feed.channel, party=feed.party, own=True, state=FeedStatus.OPEN).update(
            state=FeedStatus.OVERTAKEN
        )
        facts: dict[str, Json] = {
            "channel": feed.channel,
            "incarnation": feed.incarnation,
            "seq": header.seq,
            "head": header.hash,
        }
        append([Leaf("feed-overtaken", str(feed.party_id), "", "", facts)], at)
        logger.warning("A partner has more of our feed in channel %s: it goes on anew.", feed.channel[:8])
        feed.state = FeedStatus.OVERTAKEN
    if header.seq == feed.seq + 1 and header.prev == feed.head:
        Frame.of(feed, header, came, at, applied=False, reason=OWN).save(force_insert=True)
        feed.seq, feed.head = header.seq, header.hash
        feed.save(update_fields=["seq", "head", "state"])
        return True
    return False
