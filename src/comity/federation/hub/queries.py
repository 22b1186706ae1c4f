"""Reads of the hubs that a node uses, as its people may see them."""

from __future__ import annotations

from comity.federation.channels.queries import channels_of
from comity.federation.models import Hub
from comity.labels.subject import Subject


def hubs_for(subject: Subject) -> list[tuple[Hub, int]]:
    """The hubs, each with how many channels of the reader's own party it carries: of others' nothing is told."""
    mine = {known.row.pk for known in channels_of(subject, also_closed=False)}
    return [(hub, len(mine & set(hub.carries))) for hub in Hub.objects.order_by("url")]
