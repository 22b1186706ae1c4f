"""Tables of organisations, positions, people and appointments."""

from django.db import models

from comity.records.fields import ListField, MultilingualField, PartialDateField, RefField
from comity.records.models import RecordRow


class Organisation(RecordRow):
    """A ministry, an office, a command: inside a party, not a party itself."""

    name = MultilingualField()
    parent = RefField(null=True, blank=True)
    nature = models.CharField(max_length=20)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2
    note = MultilingualField(null=True, blank=True)
    sources = ListField(blank=True)


class Position(RecordRow):
    """A post, which outlives its holders."""

    title = MultilingualField()
    organisation = RefField()
    holders = models.CharField(max_length=4, default="one")
    counterpart = RefField(null=True, blank=True)
    note = MultilingualField(null=True, blank=True)
    sources = ListField(blank=True)


class Person(RecordRow):
    """A name, under a label of its own. Everything else says the position."""

    name = MultilingualField()
    variants = ListField(blank=True)  # spellings, in either script
    rank = MultilingualField(null=True, blank=True)
    honorific = MultilingualField(null=True, blank=True)
    note = MultilingualField(null=True, blank=True)
    sources = ListField(blank=True)


class Appointment(RecordRow):
    """A person in a position, for a term or as reported on dates."""

    position = RefField()
    person = RefField()
    status = models.CharField(max_length=12)
    starts = PartialDateField(null=True, blank=True)
    ends = PartialDateField(null=True, blank=True)
    observed = ListField(blank=True)  # partial dates on which a source reports the person in office
    note = MultilingualField(null=True, blank=True)
    sources = ListField(blank=True)
