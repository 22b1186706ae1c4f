"""The tables of the log, written by `log.append` and `checkpoints.sign_checkpoint` alone, and never changed."""

from __future__ import annotations

from django.db import models

from comity.audit.scoped import SystemRows


class Entry(models.Model):
    """One act. `data` is the leaf as canonical JSON; the other columns repeat it for filters and must agree."""

    index = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event = models.TextField()
    party = models.TextField()
    actor = models.TextField()
    about = models.TextField()  # the id of a record, or ""
    data = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)

    objects = SystemRows["Entry"]()

    class Meta:
        ordering = ["index"]
        indexes = [models.Index(fields=["about", "index"], name="audit_entry_about")]


class Head(models.Model):
    """The one row that says how far the log goes. Whoever appends holds its lock."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    frontier = models.BinaryField()

    objects = SystemRows["Head"]()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_is_one")]


class Tile(models.Model):
    """The root of a complete subtree of 256, 65,536 or 16,777,216 entries: what keeps proofs cheap in a long log."""

    level = models.SmallIntegerField()  # 8, 16 or 24
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    objects = SystemRows["Tile"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="audit_tile_once")]


class Checkpoint(models.Model):
    """A party's signature under the size and root of the log: `note` is what was signed."""

    party = models.TextField()
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    note = models.BinaryField()
    signature = models.BinaryField(max_length=64)

    objects = SystemRows["Checkpoint"]()

    class Meta:
        ordering = ["size", "party"]
        constraints = [models.UniqueConstraint(fields=["party", "size"], name="audit_checkpoint_once")]


class Witnessed(models.Model):
    """A partner's checkpoint as it came: linked to the one before, or kept as evidence that it could not be."""

    party = models.TextField()
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()  # when it was signed, as it says
    note = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    received_at = models.DateTimeField()
    finding = models.TextField()  # witnessing.Finding
    contradicts = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)  # when a person accepted that the log begins anew with this one
    disowned_at = models.DateTimeField(null=True)  # when its party said that another signed it, with a stolen key

    objects = SystemRows["Witnessed"]()

    class Meta:
        ordering = ["party", "size", "id"]
        constraints = [models.UniqueConstraint(fields=["party", "size", "root"], name="audit_witnessed_once")]


class Cosignature(models.Model):
    """A partner's signature under a checkpoint of a party of this node: it holds it, and will know it again."""

    party = models.TextField()  # whose checkpoint it is
    witness = models.TextField()
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    text = models.BinaryField()  # what the witness signed: witnessing.cosigned_text
    signature = models.BinaryField(max_length=64)
    received_at = models.DateTimeField()

    objects = SystemRows["Cosignature"]()

    class Meta:
        ordering = ["party", "witness", "size"]
        constraints = [
            models.UniqueConstraint(fields=["party", "witness", "size", "root"], name="audit_cosignature_once")
        ]
