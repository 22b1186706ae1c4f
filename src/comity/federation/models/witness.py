"""What was said of audit logs in a channel: each checkpoint and each signature once."""

from django.db import models

from comity.audit.models import Witnessed
from comity.federation.models.channels import Channel
from comity.parties.models import Party


class Attested(models.Model):
    """How long the log was when a party of this node last said so in a channel."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    size = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "party"], name="attested_once_in_a_channel")]


class Vouched(models.Model):
    """That a party of this node has said in a channel that it signs a partner's checkpoint."""

    witnessed = models.ForeignKey(Witnessed, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["witnessed", "by", "channel"], name="vouched_once")]
