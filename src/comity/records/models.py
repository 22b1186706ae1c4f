"""Records: what has an owner, a label and revisions. Every domain's tables hang on these."""

from typing import Any, NoReturn, Self, TypeVar

from django.db import models

from comity.kernel.ids import PartyId, RecordId
from comity.labels.models import InternedLabel
from comity.labels.queries import readable_label_ids
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records.sheets import models as _drafts  # noqa: F401  (where Django looks for tables)


class Unscoped(RuntimeError):
    """Somebody read records without saying for whom."""


M = TypeVar("M", bound=models.Model)


class RowsQuerySet(models.QuerySet[M]):
    """Rows that have a label, once it has been said who reads them."""

    def visible_to(self, subject: Subject) -> Self:
        """Only what `subject` may read."""
        return self.filter(label_id__in=readable_label_ids(subject))


class Rows(models.Manager[M]):
    """The only door to labelled rows: for a subject, or for the system with its reason."""

    def get_queryset(self) -> NoReturn:
        raise Unscoped(f"{self.model.__name__}: say visible_to(subject), or system(reason)")

    def visible_to(self, subject: Subject) -> RowsQuerySet[M]:
        """Only what `subject` may read."""
        return RowsQuerySet[M](self.model, using=self._db).visible_to(subject)

    def system(self, reason: str) -> RowsQuerySet[M]:
        """Every row, for the node itself; `reason` says why to whoever reads the code."""
        if not reason:
            raise Unscoped(f"{self.model.__name__}: a system read states its reason")
        return RowsQuerySet[M](self.model, using=self._db)


class Record(models.Model):
    """Anything that has an owner, a label and revisions. `revision` 0 is a stub that only its owner can fill."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    uuid = models.UUIDField()
    kind = models.CharField(max_length=80, blank=True)
    label = models.ForeignKey(InternedLabel, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    log_index = models.BigIntegerField(null=True)  # of the latest revision: the order of commits
    purged = models.BooleanField(default=False)
    withheld = models.BooleanField(default=False)  # a copy that its owner took back: see `withhold`

    objects = Rows["Record"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "uuid"], name="record_id_is_unique")]
        indexes = [
            models.Index(fields=["label", "log_index"], name="record_by_label"),
            models.Index(fields=["kind", "label", "log_index"], name="record_by_kind"),
            models.Index(fields=["id"], name="record_purged", condition=models.Q(purged=True)),
        ]

    @property
    def rid(self) -> RecordId:
        """The id that means this record on every node."""
        return RecordId(PartyId(self.party_id), self.uuid)

    @property
    def slug(self) -> str:
        """The id as it stands in addresses of this node."""
        return self.rid.slug


class Revision(models.Model):
    """One immutable state of a record. `body` is the whole signed envelope; the other columns index it.

    commitment = SHA-256(salt ‖ body). Purge deletes salt and body and keeps the commitment.
    """

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    log_index = models.BigIntegerField(unique=True)
    label = models.ForeignKey(InternedLabel, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    commitment = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=32, null=True)
    body = models.BinaryField(null=True)

    objects = Rows["Revision"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "number"], name="revision_number_is_unique")]


class Held(models.Model):
    """A revision that came and could not be applied yet; nothing received is dropped."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    message = models.TextField()  # why: a message id, and below it what fills it
    facts = models.JSONField(default=dict)
    salt = models.BinaryField()
    body = models.BinaryField()
    digest = models.CharField(max_length=64, unique=True)


class Handle(models.Model):
    """What a data file calls a record, so that importing the same file twice changes nothing."""

    directory = models.CharField(max_length=80)
    key = models.CharField(max_length=160)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)  # of the entry as it was applied

    class Meta:
        constraints = [models.UniqueConstraint(fields=["directory", "key"], name="handle_is_unique")]


class RecordRow(models.Model):
    """A domain's table row: the latest revision of one record, in columns."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.PROTECT, related_name="+")
    label = models.ForeignKey(InternedLabel, on_delete=models.PROTECT, related_name="+")
    beyond = models.JSONField(default=dict)  # fields a newer version wrote; kept, and written back

    # A manager of an abstract class is copied to each subclass and bound to it.
    objects: Rows[Any] = Rows()

    class Meta:
        abstract = True
