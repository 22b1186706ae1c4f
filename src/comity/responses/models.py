"""Tables of what one party says about a record of any party."""

from django.db import models

from comity.records.fields import ListField, MultilingualField, RefField
from comity.records.models import RecordRow


class Concurrence(RecordRow):
    """A ministry's word on a record: who gives it, on what authority, by which letter, on what conditions."""

    about = RefField()
    read_revision = models.PositiveIntegerField(null=True, blank=True)  # of what it is about: what its author read
    read_commitment = models.CharField(max_length=64, blank=True)  # in hex
    position = models.CharField(max_length=20)
    view = models.CharField(max_length=10)
    authority = MultilingualField(null=True, blank=True)
    signatory = RefField(null=True, blank=True)
    letter_number = models.CharField(max_length=80, blank=True)
    letter_date = models.DateField(null=True, blank=True)
    scan = models.CharField(max_length=64, blank=True)  # SHA-256 of the letter's scan, kept under files
    conditions = MultilingualField(null=True, blank=True)
    reason = MultilingualField(null=True, blank=True)
    note = MultilingualField(null=True, blank=True)
    sources = ListField(blank=True)


class Verification(RecordRow):
    """A party's finding on a measurement that another party reported."""

    about = RefField()
    finding = models.CharField(max_length=16)
    mode = models.CharField(max_length=12)
    method = MultilingualField(null=True, blank=True)
    verified_on = models.DateField()
    note = MultilingualField(null=True, blank=True)
    sources = ListField(blank=True)


class Proposal(RecordRow):
    """What a party proposes that another change in a record of its own."""

    about = RefField()
    read_revision = models.PositiveIntegerField(null=True, blank=True)  # what it was made against
    read_commitment = models.CharField(max_length=64, blank=True)  # in hex
    changes = ListField(blank=True)  # [{"field", "value"}], values as the body holds them; without a value: emptied
    reason = MultilingualField(null=True, blank=True)
    state = models.CharField(max_length=10, default="open")


class Reply(RecordRow):
    """The owner's answer to a proposal."""

    about = RefField()
    decision = models.CharField(max_length=10)
    made_revision = models.PositiveIntegerField(null=True, blank=True)  # of the owner's record
    reason = MultilingualField(null=True, blank=True)


class Question(RecordRow):
    """What a party asks about a record, its own or another's."""

    about = RefField()
    words = MultilingualField()
    office = RefField(null=True, blank=True)
    state = models.CharField(max_length=10, default="open")


class Answer(RecordRow):
    """What a party says to a question."""

    about = RefField()
    words = MultilingualField()
    office = RefField(null=True, blank=True)
