"""What the node knows of the files that records name by digest; the bytes are under the node's own directory."""

from django.db import models


class StoredFile(models.Model):
    """A file by its content. Who may have it follows from the records that name it."""

    digest = models.CharField(max_length=64, primary_key=True)  # SHA-256, hex
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()  # bytes
    stored_at = models.DateTimeField()
