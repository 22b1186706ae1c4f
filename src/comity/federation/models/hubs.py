"""The hubs that this node uses: its operator's word, not a partner's."""

from django.db import models


class Hub(models.Model):
    """A hub by its address. `authority`: certificates (PEM) that may vouch for it, instead of the machine's."""

    url = models.CharField(max_length=500, unique=True)
    authority = models.TextField(blank=True)
    since = models.DateTimeField()
    carries = models.JSONField(
        default=list
    )  # the channels of ours that another member uses it for, by what it last said
    last_contact_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
