"""Bundles that were written and read here, and what people say came of them."""

from django.db import models

from comity.federation.models.feeds import Feed
from comity.parties.models import Party


class Bundle(models.Model):
    """A bundle that a person wrote for a partner, or read from one.

    `feeds`: how far it goes, [channel, party, incarnation, last step]. Of one that came, `found` is what its reading
    came to last: see `bundle.reading.Report`.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")  # ours
    other = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    came = models.BooleanField()
    name = models.CharField(max_length=32)
    written_at = models.DateTimeField()
    parts = models.PositiveIntegerField()
    feeds = models.JSONField(default=list)
    found = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "came", "name"], name="bundle_is_noted_once")]


class Reported(models.Model):
    """A person here entered a return slip: that a partner has a feed up to `seq`, and how many records it holds back.

    It is that person's word, and no receipt of the partner's: nothing but bundles is shortened by it.
    """

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")  # the partner it is about
    seq = models.BigIntegerField()
    held = models.PositiveIntegerField()
    entered_by = models.CharField(max_length=80)
    at = models.DateTimeField()
