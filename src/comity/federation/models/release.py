"""Releases: what was decided and by whom, what is to leave because of it, and what was taken back."""

from django.db import models

from comity.federation.models.channels import Channel
from comity.federation.models.feeds import Feed
from comity.parties.models import Party
from comity.records.models import Record


class Mode(models.TextChoices):
    """What becomes of the copies of a withdrawn record: no longer shown, or destroyed."""

    HIDE = "hide"
    PURGE = "purge"


class State(models.TextChoices):
    """How far a decision to release is."""

    WAITING_SECOND = "waiting_second"  # for another release officer, a legal adviser, or both
    RELEASED = "released"
    REFUSED = "refused"


class StandingRule(models.Model):
    """A release officer's word that new revisions of some kinds, up to a ceiling, go into a channel for a period."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    kinds = models.JSONField()  # full names, sorted
    ceiling = models.JSONField()  # policy → name of the classification
    signed_by = models.CharField(max_length=80)
    signed_at = models.DateTimeField()
    begins = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    looked_to = models.BigIntegerField()  # every revision up to this index of the log has been looked at


class Release(models.Model):
    """One decision. `seen_hash` binds it to the revisions and the audience that whoever decided was shown."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=80)
    second = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    seen_hash = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    reviewer = models.CharField(max_length=80, blank=True)  # the legal adviser who reviewed what names a person
    state = models.CharField(max_length=16, choices=State.choices)
    standing = models.ForeignKey(StandingRule, null=True, on_delete=models.PROTECT, related_name="+")
    chosen = models.JSONField(default=list)  # [record id, revision number]: what was decided on


class Released(models.Model):
    """That a revision is to leave, or has left: in the order of its key, the outbox of a party in a channel."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="contents")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    feed = models.ForeignKey(  # in which it left, and the step there
        Feed, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    emitted_seq = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "record", "revision"], name="revision_is_released_once")
        ]
        indexes = [
            models.Index(
                fields=["party", "channel", "id"],
                name="released_outbox",
                condition=models.Q(emitted_seq__isnull=True),
            ),
            models.Index(
                fields=["party", "channel", "emitted_seq"],
                name="released_left",
                condition=models.Q(emitted_seq__isnull=False),
            ),
        ]


class Withdrawal(models.Model):
    """That the owner takes a record back from a channel; for good, and whichever revision of it was released."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=8, choices=Mode.choices)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    feed = models.ForeignKey(  # in which it left, and the step there
        Feed, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    emitted_seq = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "record", "mode"], name="withdrawal_is_said_once")]
        indexes = [
            models.Index(
                fields=["party", "channel", "id"],
                name="withdrawal_outbox",
                condition=models.Q(emitted_seq__isnull=True),
            )
        ]


class Arrived(models.Model):
    """That a record of another party came to this node in a channel; the newest revision that did."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "record"], name="arrival_is_once")]


class Withheld(models.Model):
    """That the owner of a copy here has withdrawn it from a channel; also before the copy has come."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=8, choices=Mode.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "record"], name="withheld_is_once")]
