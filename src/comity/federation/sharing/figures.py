"""Figures of the exchange for an operator's own tools: counts and seconds by the opaque id of a partner.

They say nothing of what a record says, and nobody's name. A few queries however many partners there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F

from comity.federation.models import Feed, FeedStatus, Peer
from comity.federation.sharing.backlog import Backlog, backlogs, unsigned
from comity.parties import manifest
from comity.parties.models import Manifest, Party
from comity.records.models import Held


@dataclass(frozen=True, slots=True)
class Figures:
    """Of every partner of this node, by its id; times in seconds before or after the moment they were asked for."""

    lag: Mapping[str, float]
    backlog: Mapping[str, int]
    held: Mapping[str, int]
    quarantined: Mapping[str, int]
    last_contact: Mapping[str, float]
    silent: Mapping[str, int]
    lacking: Mapping[str, int]
    expires: Mapping[str, float]
    unsigned: int


def figures(at: datetime) -> Figures:
    """What they are at `at`."""
    peers = list(Peer.objects.filter(confirmed_at__isnull=False))
    hosted = list(Party.objects.filter(hosted=True).values_list("pk", flat=True))
    ids = [peer.party_id for peer in peers]
    waits = dict.fromkeys(ids, Backlog())
    for way, one in backlogs(hosted).items():
        waits[way.partner] = waits.get(way.partner, Backlog()) + one
    return Figures(
        lag={party: (at - one.since).total_seconds() if one.since else 0.0 for party, one in waits.items()},
        backlog={party: one.total for party, one in waits.items()},
        held=dict.fromkeys(ids, 0) | _held(),
        quarantined=dict.fromkeys(ids, 0) | _quarantined(),
        last_contact={one.party_id: (at - one.last_contact_at).total_seconds() for one in peers if one.last_contact_at},
        silent={one.party_id: int(one.silent_since is not None) for one in peers},
        lacking={one.party_id: one.lacking for one in peers},
        expires=_expires([*ids, *hosted], at),
        unsigned=unsigned(hosted),
    )


def _held() -> Counter[str]:
    return Counter(dict(Held.objects.values_list("party_id").annotate(Count("pk")).order_by()))


def _quarantined() -> Counter[str]:
    feeds = Feed.objects.filter(state=FeedStatus.QUARANTINED).order_by()
    return Counter(dict(feeds.values_list("party_id").annotate(Count("pk"))))


def _expires(parties: list[str], at: datetime) -> dict[str, float]:
    rows = Manifest.objects.filter(party_id__in=parties, version=F("party__manifest_version"))
    return {
        party: (manifest.parse(bytes(data)).expires - at).total_seconds()
        for party, data in rows.values_list("party_id", "data")
    }
