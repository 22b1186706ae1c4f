"""Tables of what one party says about a record of any party."""

from django.db import models

from comity.records.fields import ListField, MultilingualField, RefField
from comity.records.models import RecordRow


class Concurrence(RecordRow):
    """A ministry's word on a record: who gives it, on what authority, by which letter, on what conditions."""

    about = RefField()
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
