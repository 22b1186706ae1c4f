"""Feeds and their frames, as `sync` writes them and nothing else does. No key of an epoch is ever stored here."""

from datetime import datetime
from typing import Self

from django.db import models

from comity.federation.protocol.feed import FeedKey, Position
from comity.federation.protocol.frame import Frame as ProtocolFrame
from comity.federation.protocol.frame import Header
from comity.kernel.ids import PartyId
from comity.parties.models import Party


class FeedStatus(models.TextChoices):
    """Whether a feed goes on."""

    OPEN = "open"
    QUARANTINED = "quarantined"  # its party said two things, or something that cannot be: a person must look
    REVOKED = "revoked"  # ended by its party or by the channel
    GIVEN_UP = "given_up"  # stopped for good: a person looked, and its party does not say which of two is its own
    OVERTAKEN = "overtaken"  # our own, and a partner knows more of it than we: this database is older than the feed


class Feed(models.Model):
    """What one party says in one channel, and how far this node has it. `head`: hash of the last header, or ""."""

    channel = models.CharField(max_length=52)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    incarnation = models.CharField(max_length=16)
    own = models.BooleanField(default=False)  # this node speaks it
    urgent = models.BooleanField(default=False)  # of our own: what must wait behind no record, which is withdrawals
    seq = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, choices=FeedStatus.choices, default=FeedStatus.OPEN)
    reason = models.CharField(max_length=40, blank=True)  # the code of a ProtocolError
    audience = models.PositiveIntegerField(default=0)  # version of the channel for which it last spoke: never an older
    records_seq = models.BigIntegerField(default=0)  # the last step that carries records: what a receipt is due for
    settled_seq = models.BigIntegerField(default=0)  # after a person settled a quarantine: nothing up to it is news
    epoch = models.PositiveIntegerField(default=0)  # of our own feeds: the one in use, since when, and for whom
    epoch_at = models.DateTimeField(null=True)
    epoch_seq = models.BigIntegerField(default=0)
    epoch_for = models.CharField(max_length=64, blank=True)  # hash of the members and their exchange keys

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "party", "incarnation"], name="feed_is_unique")]

    @property
    def key(self) -> FeedKey:
        """Which feed it is, everywhere."""
        return FeedKey(self.channel, PartyId(self.party_id), self.incarnation)

    @property
    def at(self) -> Position:
        """How far it is known here."""
        return Position(self.seq, self.head)


class Frame(models.Model):
    """One step: the header's envelope as it came, and its content until that is destroyed.

    `applied` is false for what this node cannot read (said before it was a member, or in a way that it does not know)
    and for what it refused; `reason` says which.
    """

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="frames")
    seq = models.BigIntegerField()
    header = models.BinaryField()
    hash = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    digest = models.CharField(max_length=64)
    frame_class = models.CharField(max_length=8)
    epoch = models.PositiveIntegerField()  # the one it is in; of a keyset the one whose key it gives
    at = models.DateTimeField()
    applied = models.BooleanField(default=True)
    reason = models.CharField(max_length=40, blank=True)
    held = models.JSONField(default=list)  # [record id, code]: items that were not applied, and why

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "seq"], name="frame_is_unique")]
        indexes = [
            models.Index(fields=["feed", "epoch"], name="frame_keysets", condition=models.Q(frame_class="keyset")),
            models.Index(fields=["feed", "epoch", "seq"], name="frame_unread", condition=models.Q(applied=False)),
        ]

    @classmethod
    def of(
        cls, feed: Feed, header: Header, came: ProtocolFrame, at: datetime, *, applied: bool, reason: str = ""
    ) -> Self:
        """The row of a step, not yet saved: its header as it was read, and the frame that it came or leaves in."""
        return cls(
            feed=feed,
            seq=header.seq,
            header=came.envelope.encode(),
            hash=header.hash,
            content=came.content,
            digest=header.digest,
            frame_class=header.frame_class,
            epoch=header.epoch,
            at=at,
            applied=applied,
            reason=reason,
        )


class Fork(models.Model):
    """A header for which a feed was stopped, or that was given up for another: kept as proof, also once settled."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="forks")
    seq = models.BigIntegerField()
    header = models.BinaryField()
    hash = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "hash"], name="fork_is_kept_once")]


class Acknowledged(models.Model):
    """That a party said it has a feed up to `seq`: partners of ours, and we of theirs. `held`: what it holds back."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="acknowledged")
    by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    held = models.JSONField(default=list)  # [record id, code], the newest
    changed = models.BooleanField(default=False)  # ours: what was held has been applied since, which is to be said
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "by"], name="acknowledged_once")]
