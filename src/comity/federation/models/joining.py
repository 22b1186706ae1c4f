"""How far each party of this node is with each of those it invited, or was invited by."""

from django.db import models

from comity.parties.models import Party


class Joining(models.Model):
    """One invitation and what became of it, on one side. `state` moves as `joining.domain.GRAPH` says, and only so."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")  # ours
    other = models.CharField(max_length=52, blank=True)  # theirs, once it is known who they are
    inviting = models.BooleanField()  # the invitation is ours
    state = models.CharField(max_length=10)
    invitation = models.CharField(max_length=64)  # SHA-256 of what was signed
    token_hash = models.CharField(max_length=64)
    expires = models.DateTimeField()
    purpose = models.CharField(max_length=200, blank=True)  # whom it is meant for, in our words
    ours = models.BinaryField(default=b"")  # the file to hand over: invitation, answer, or leaving
    theirs = models.BinaryField(default=b"")  # the file that came
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    compared_by = models.CharField(max_length=80, blank=True)
    compared_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=80, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "invitation"], name="invitation_is_opened_once")]
