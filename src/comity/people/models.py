"""Tables of organisations, positions, people, appointments, delegations and mentions."""

from django.db import models

from comity.parties.models import Party
from comity.records.fields import ListField, MultilingualField, PartialDateField, RefField
from comity.records.models import RecordRow


class Organisation(RecordRow):
    """A ministry, an office, a command: inside a party, not a party itself."""

    name = MultilingualField()
    parent = RefField(null=True, blank=True)
    nature = models.CharField(max_length=20)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2
    precedence = models.PositiveIntegerField(null=True, blank=True)  # in protocol order; 1 comes first
    note = MultilingualField(null=True, blank=True)
    sources = ListField(blank=True)


class Position(RecordRow):
    """A post, which outlives its holders."""

    title = MultilingualField()
    organisation = RefField()
    holders = models.CharField(max_length=4, default="one")
    precedence = models.PositiveIntegerField(null=True, blank=True)  # in protocol order; 1 comes first
    counterpart = RefField(null=True, blank=True)
    note = MultilingualField(null=True, blank=True)
    sources = ListField(blank=True)


class Person(RecordRow):
    """A name, under a label of its own. Everything else says the position."""

    name = MultilingualField()
    variants = ListField(blank=True)  # spellings, in either script
    rank = MultilingualField(null=True, blank=True)
    honorific = MultilingualField(null=True, blank=True)
    born = PartialDateField(null=True, blank=True)  # the year, and no more of it
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


class Delegation(RecordRow):
    """Who stands in for a position while its holder is away. The holder stays the holder."""

    position = RefField()
    delegate = RefField(null=True, blank=True)  # the position that stands in
    person = RefField(null=True, blank=True)  # who stands in, where no position says it
    starts = PartialDateField(null=True, blank=True)
    ends = PartialDateField(null=True, blank=True)
    scope = MultilingualField(null=True, blank=True)
    note = MultilingualField(null=True, blank=True)


class Mention(RecordRow):
    """Somebody named in a record who is nobody's person record yet; the name is under the mention's own label."""

    name = MultilingualField()
    variants = ListField(blank=True)
    named_in = RefField()
    described_as = MultilingualField(null=True, blank=True)
    note = MultilingualField(null=True, blank=True)
    sources = ListField(blank=True)


class Identification(RecordRow):
    """What a party says of a mention: that it is a person, may be, or is not. It holds no name itself."""

    mention = RefField()
    person = RefField()
    finding = models.CharField(max_length=12)
    grounds = MultilingualField(null=True, blank=True)
    note = MultilingualField(null=True, blank=True)
    sources = ListField(blank=True)


class RetentionPeriod(models.Model):
    """How long a party keeps records of one kind after they were last needed. A setting, and no record."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=80)  # its code
    months = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "kind"], name="retention_is_once_per_kind")]
