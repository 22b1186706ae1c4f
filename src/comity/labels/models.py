"""One row for each distinct marking: a record points at its label, and two records marked alike point at the same."""

from django.db import models


class InternedLabel(models.Model):
    """A label by its content. `id` is made from the digest (see `queries.label_id`): an id never means two labels.

    Rows are only ever added: what a revision was marked with stays what it was.
    """

    id = models.BigIntegerField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
    body = models.JSONField()
