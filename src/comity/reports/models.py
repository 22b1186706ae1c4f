"""What an example tells of the texts it was made from. No records: nobody owns these words but the example's authors.

Kept as it was read, one row for each text, because a page shows one text at a time and whole.
"""

from django.db import models

from comity.labels.models import InternedLabel
from comity.records.models import Rows


class StoredReading(models.Model):
    """The account of one directory of data: how sentences are counted, rules and findings."""

    directory = models.CharField(max_length=80, unique=True)
    label = models.ForeignKey(InternedLabel, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)  # of the whole account, texts included
    body = models.JSONField()

    objects = Rows["StoredReading"]()


class StoredReport(models.Model):
    """One text with its sentences. Records cite it by its number, so a number is one text on a node."""

    reading = models.ForeignKey(StoredReading, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=16, unique=True)
    origin = models.CharField(max_length=16, db_default="")  # the lowest number of a text of the same origin
    label = models.ForeignKey(InternedLabel, on_delete=models.PROTECT, related_name="+")
    body = models.JSONField()

    objects = Rows["StoredReport"]()
