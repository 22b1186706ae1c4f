"""The sovereign participants this node knows, and the manifests that say which keys are theirs."""

from django.db import models


class Party(models.Model):
    """A sovereign participant. Its id is the hash of its first manifest; its names are labels on that id."""

    id = models.CharField(max_length=52, primary_key=True)
    handle = models.SlugField(max_length=40, unique=True)  # what this node calls it, in files and sign-ins
    name = models.JSONField()  # kernel Text
    nature = models.CharField(max_length=12)  # mission, host, member, organisation
    hosted = models.BooleanField(default=False)  # whether its keys are on this node
    manifest_version = models.PositiveIntegerField(default=1)  # 0: a record named its id, and nothing else has come

    def __str__(self) -> str:
        return self.handle


class Manifest(models.Model):
    """One version of a party's manifest, as the bytes that were signed."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    data = models.BinaryField()
    signatures = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "version"], name="manifest_version_is_unique")]
