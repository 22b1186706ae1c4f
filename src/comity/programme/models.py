"""Tables of the programme: what the host wants, what is done towards it, and how it is measured."""

from django.db import models

from comity.records.fields import (
    ListField,
    MultilingualField,
    PartialDateField,
    QuantityField,
    RefField,
    RefsField,
)
from comity.records.models import RecordRow


class Remarked(RecordRow):
    """What every record of the programme may carry: a remark or a doubt, and the reports that it comes from."""

    note = MultilingualField(null=True, blank=True)
    sources = ListField(blank=True)

    class Meta:
        abstract = True


class Mandate(Remarked):
    """On what ground the mission is there: the host's request, its scope, its term."""

    title = MultilingualField()
    purpose = MultilingualField()
    clauses = ListField(blank=True)  # [{"key", "text"}]
    areas = ListField(blank=True)  # codes of priority areas
    institutions = RefsField(blank=True)
    begins = PartialDateField(null=True, blank=True)
    review = PartialDateField(null=True, blank=True)
    ends = PartialDateField(null=True, blank=True)


class Objective(Remarked):
    """What the host wants, or what somebody proposes that it want."""

    mandate = RefField()
    parent = RefField(null=True, blank=True)
    statement = MultilingualField()
    outcome = MultilingualField(null=True, blank=True)
    area = models.CharField(max_length=40)
    institution = RefField(null=True, blank=True)
    starts = PartialDateField(null=True, blank=True)
    ends = PartialDateField(null=True, blank=True)
    stage = models.CharField(max_length=12, default="draft")
    continues = RefField(null=True, blank=True)


class Initiative(Remarked):
    """What a party does towards objectives, and on which clause of the mandate it stands."""

    mandate = RefField()
    clause = models.CharField(max_length=40)
    title = MultilingualField()
    description = MultilingualField(null=True, blank=True)
    objectives = RefsField(blank=True)
    status = models.CharField(max_length=12)
    status_reason = MultilingualField(null=True, blank=True)
    planned_start = PartialDateField(null=True, blank=True)
    planned_end = PartialDateField(null=True, blank=True)
    actual_start = PartialDateField(null=True, blank=True)
    actual_end = PartialDateField(null=True, blank=True)
    nations = ListField(blank=True)  # ISO 3166-1 alpha-2
    taken_over_from = RefField(null=True, blank=True)
    taken_over_on = PartialDateField(null=True, blank=True)


class Result(Remarked):
    """A change that is to be seen: output, outcome or impact (IATI result types)."""

    objective = RefField()
    level = models.CharField(max_length=8)
    statement = MultilingualField()
    initiative = RefField(null=True, blank=True)
    do_no_harm = MultilingualField(null=True, blank=True)


class Milestone(Remarked):
    """Done or not, with evidence."""

    about = RefField()
    title = MultilingualField()
    due = PartialDateField(null=True, blank=True)
    done_on = PartialDateField(null=True, blank=True)
    state = models.CharField(max_length=8, default="planned")
    evidence = MultilingualField(null=True, blank=True)


class Indicator(Remarked):
    """How a result is measured."""

    result = RefField()
    title = MultilingualField()
    measure = models.CharField(max_length=12)
    nature = models.CharField(max_length=14)
    direction = models.CharField(max_length=10)
    unit = MultilingualField(null=True, blank=True)
    additive = models.BooleanField(default=False)
    distinct_people = models.BooleanField(default=False)
    dimensions = ListField(blank=True)  # [{"key", "name", "options": [{"key", "name"}]}]
    levels = ListField(blank=True)  # of an ordinal measure, lowest first
    method = MultilingualField(null=True, blank=True)
    frequency = models.CharField(max_length=12)
    reporter = models.ForeignKey("parties.Party", on_delete=models.PROTECT, related_name="+")
    verifier = models.ForeignKey("parties.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    critical = models.BooleanField(default=False)
    weight = QuantityField(null=True, blank=True)
    straight_line = models.BooleanField(default=False)


class Figure(Remarked):
    """An amount for a period (a date is a period of one day) and a place."""

    indicator = RefField()
    period_start = models.DateField()
    period_end = models.DateField()
    place = models.CharField(max_length=20, blank=True)  # P-code
    value = QuantityField(null=True, blank=True)
    numerator = QuantityField(null=True, blank=True)
    denominator = QuantityField(null=True, blank=True)
    level = models.IntegerField(null=True, blank=True)
    narrative = MultilingualField(null=True, blank=True)

    class Meta:
        abstract = True


class Baseline(Figure):
    """Where the indicator stood before."""

    method = MultilingualField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["indicator", "period_end"], name="baseline_by_indicator")]


class Target(Figure):
    """Where the indicator is to stand, and by when."""

    class Meta:
        indexes = [models.Index(fields=["indicator", "period_end"], name="target_by_indicator")]


class Measurement(Figure):
    """What was found. Append-only: a correction is a new measurement that supersedes."""

    judgement = models.CharField(max_length=8, blank=True)  # of a qualitative measure
    cells = ListField(blank=True)  # [{"options": {dimension: option}, "value" | "numerator" and "denominator"}]
    source = MultilingualField(null=True, blank=True)
    grade = models.CharField(max_length=2, blank=True)  # Admiralty code
    method = MultilingualField(null=True, blank=True)
    sample_size = models.PositiveIntegerField(null=True, blank=True)
    margin = QuantityField(null=True, blank=True)
    collected_on = models.DateField(null=True, blank=True)
    supersedes = RefField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["indicator", "label", "period_end"], name="measurement_by_indicator"),
            models.Index(fields=["label", "period_end", "record"], name="measurement_by_label"),
        ]


class Claim(Remarked):
    """An impact that somebody states, without a measurement: claimed, not measured."""

    about = RefField(null=True, blank=True)
    statement = MultilingualField()
    claimed_by = MultilingualField(null=True, blank=True)
    claimed_on = PartialDateField(null=True, blank=True)


class Risk(Remarked):
    """What may go wrong, for a result, an objective or an initiative."""

    about = RefField()
    statement = MultilingualField()
    likelihood = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 to 5
    effect = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 to 5
    signs = MultilingualField(null=True, blank=True)
    response = MultilingualField(null=True, blank=True)
    owner_position = RefField(null=True, blank=True)
    review = PartialDateField(null=True, blank=True)
    state = models.CharField(max_length=8, default="open")


class Assumption(Remarked):
    """What must hold for a result to follow."""

    about = RefField()
    statement = MultilingualField()
    signs = MultilingualField(null=True, blank=True)
    owner_position = RefField(null=True, blank=True)
    review = PartialDateField(null=True, blank=True)
    state = models.CharField(max_length=8, default="unknown")
