"""What waits between a file and the records it makes: a draft that only its author sees, and gone afterwards."""

from django.db import models

from comity.labels.models import InternedLabel
from comity.parties.models import Party


class State(models.TextChoices):
    """How far an import is."""

    READ = "read"  # its columns are to be chosen
    CHECKING = "checking"
    CHECKED = "checked"  # its author is to look at it and to decide
    APPLYING = "applying"
    APPLIED = "applied"


class Sheet(models.Model):
    """One uploaded file on its way. `columns` says what each column is: {"target", "order"}, by place."""

    uuid = models.UUIDField(unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    account = models.CharField(max_length=80)
    kind = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    at = models.DateTimeField()
    until = models.DateTimeField()  # when it is deleted, whatever became of it
    state = models.CharField(max_length=10, default=State.READ)
    encoding = models.CharField(max_length=20, blank=True)  # that somebody must confirm
    noticed = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    first_heading = models.PositiveIntegerField(default=1)
    headings = models.PositiveIntegerField(default=1)  # how many rows they take
    columns = models.JSONField(default=list)
    label = models.ForeignKey(InternedLabel, null=True, on_delete=models.PROTECT, related_name="+")
    counts = models.JSONField(default=dict)  # "new", "changed", "unchanged", "bad"; when applied, what became of them
    problems = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    holder = models.CharField(max_length=32, blank=True)  # who is at work on it
    beat = models.DateTimeField(null=True)  # when that worker was last heard of

    class Meta:
        indexes = [models.Index(fields=["party", "account"], name="sheet_by_author")]


class SheetPart(models.Model):
    """Some rows of a file as they were read: a JSON list of lists of texts."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    cells = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="sheet_part_is_unique")]


class SheetUnit(models.Model):
    """What at most 500 rows would write, in the order in which it is applied: a JSON list of plans."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="units")
    number = models.PositiveIntegerField()
    plans = models.BinaryField()
    applied = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="sheet_unit_is_unique")]


class SheetColumns(models.Model):
    """What a party made of a row of headings the last time; headings only as a digest."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=80)
    signature = models.CharField(max_length=64)
    columns = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "kind", "signature"], name="sheet_columns_are_remembered_once")
        ]
