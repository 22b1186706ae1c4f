"""Channels as this node knows them: the signed manifests are what counts, the other columns index the newest."""

from django.db import models

from comity.parties.models import Party


class Channel(models.Model):
    """A named audience. Its id is the hash of its first manifest, so that two channels never share one."""

    id = models.CharField(max_length=52, primary_key=True)
    owner = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    nonce = models.CharField(max_length=32)  # with the owner, the same in every version
    name = models.JSONField()  # kernel Text
    version = models.PositiveIntegerField(default=1)
    closed = models.BooleanField(default=False)
    first_at = models.DateTimeField()  # when this node had it first

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "nonce"], name="channel_nonce_is_its_own")]


class ChannelVersion(models.Model):
    """One version of a channel's manifest, as the bytes that its owner's release key has signed."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    data = models.BinaryField()
    signatures = models.JSONField()  # key id → hexadecimal
    at = models.DateTimeField()  # when this node had it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "version"], name="channel_version_is_unique")]


class Membership(models.Model):
    """That a party is in a channel, from one version of its manifest until another; null while it is."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="memberships")
    # A member may be a party whose manifest has not come here.
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    since_version = models.PositiveIntegerField()
    until_version = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "party", "since_version"], name="membership_begins_once")
        ]
