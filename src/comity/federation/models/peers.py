"""The nodes that this one exchanges with, and the requests of theirs that it has seen."""

from django.db import models

from comity.parties.models import Party


class Direction(models.TextChoices):
    """Who can begin a conversation."""

    BOTH = "both"
    OUTBOUND_ONLY = "outbound_only"  # it asks us; nothing can be sent to it
    NONE = "none"  # only by bundle or hub


class Peer(models.Model):
    """The node at which a party is reached. Its row is made by joining; `url` is nobody's word but the party's."""

    party = models.OneToOneField(Party, primary_key=True, on_delete=models.PROTECT, related_name="+")
    url = models.URLField(max_length=500, blank=True)
    direction = models.CharField(max_length=16, choices=Direction.choices, default=Direction.BOTH)
    confirmed_at = models.DateTimeField(null=True)  # by a person here, who compared the fingerprint
    last_contact_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    silent_since = models.DateTimeField(null=True)  # when it first did not answer, since it last did
    lacking = models.BigIntegerField(default=0)  # steps that it had and this node had not, when they last compared
    asked_at = models.DateTimeField(null=True)  # when a person asked that it be tried again at once


class SeenRequest(models.Model):
    """The nonce of a request that was answered: the same request is not answered again."""

    sender = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    nonce = models.BinaryField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "nonce"], name="request_is_seen_once")]
        indexes = [models.Index(fields=["at"], name="seen_request_at")]
