"""What people decided about partners that contradicted themselves: who, why, and with what outcome."""

from django.db import models

from comity.audit.models import Witnessed
from comity.federation.models.feeds import Feed
from comity.parties.models import Party


class Outcome(models.TextChoices):
    """What was decided."""

    GOES_ON = "goes_on"  # a stopped feed, with the steps that were taken in
    OTHER = "other"  # a stopped feed, with the steps that it was stopped for
    CUT_BACK = "cut_back"  # a stopped feed, from the last step before either
    GIVEN_UP = "given_up"  # a stopped feed, for good
    ANEW = "anew"  # a partner's log, from the checkpoint that contradicted an earlier one


class Settlement(models.Model):
    """One decision about a stopped feed or a contradicted log; the evidence stays where it is."""

    feed = models.ForeignKey(Feed, null=True, on_delete=models.PROTECT, related_name="settlements")
    witnessed = models.ForeignKey(Witnessed, null=True, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")  # whose person decided
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    reason = models.TextField()
