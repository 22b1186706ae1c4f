"""What was released and is not everywhere yet: how much, and since when; in a few queries however many partners there
are.

Withdrawals count as what was released does: a copy that is to go and is still there is a backlog too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Min

from comity.federation.models import FeedStatus, Membership, Release, Released, Withdrawal
from comity.federation.sync.outbox import NOT_SIGNED
from comity.parties.models import Party


class Way(NamedTuple):
    """From a party of this node, in a channel, to a partner."""

    party: str
    channel: str
    partner: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """What has not left, and what left and is not acknowledged; `since`: when the oldest of it was decided."""

    waiting: int = 0
    unacknowledged: int = 0
    since: datetime | None = None

    @property
    def total(self) -> int:
        return self.waiting + self.unacknowledged

    def __add__(self, other: Backlog) -> Backlog:
        since = min((at for at in (self.since, other.since) if at is not None), default=None)
        return Backlog(self.waiting + other.waiting, self.unacknowledged + other.unacknowledged, since)


def backlogs(parties: Collection[str]) -> dict[Way, Backlog]:
    """The backlog of these parties of this node on each way; ways without one are left out. Six queries."""
    found: dict[Way, Backlog] = {}
    for table in (Released, Withdrawal):
        rows = [*_waiting(table, parties), *_left(table, parties)]
        times = _times(table, {oldest for _, _, _, oldest in rows})
        for way, waiting, left, oldest in rows:
            found[way] = found.get(way, Backlog()) + Backlog(waiting, left, times.get(oldest))
    return found


def unsigned(parties: Collection[str]) -> int:
    """How many records were released and will not leave, because the signer refused them."""
    return Released.objects.filter(party_id__in=parties, emitted_seq=NOT_SIGNED).count()


_Row = tuple[Way, int, int, int]


def _waiting(table: type[Released] | type[Withdrawal], parties: Collection[str]) -> Iterator[_Row]:
    """What has not left, for each partner in its channel."""
    rows = table.objects.filter(party_id__in=parties, emitted_seq=None).values_list("party_id", "channel_id")
    counted = list(rows.annotate(Count("pk"), Min("pk")).order_by())
    members: dict[str, list[str]] = {}
    if counted:
        channels = {channel for _, channel, _, _ in counted}
        for channel, partner in _members(channels):
            members.setdefault(channel, []).append(partner)
    for party, channel, count, oldest in counted:
        for partner in members.get(channel, ()):
            yield Way(party, channel, partner), count, 0, oldest


def _members(channels: Collection[str]) -> Iterator[tuple[str, str]]:
    """(channel, partner) of every member that is not of this node, of parties that nobody here knows too."""
    rows = Membership.objects.filter(channel_id__in=channels, until_version=None)
    hosted = Party.objects.filter(hosted=True).values("pk")  # a join would lose the parties that nobody here knows
    yield from rows.exclude(party_id__in=hosted).values_list("channel_id", "party_id")


def _left(table: type[Released] | type[Withdrawal], parties: Collection[str]) -> list[_Row]:
    """What left in the feed that is open, and the partner has not said that it has."""
    if not parties:
        return []
    places = ", ".join(["%s"] * len(parties))
    with connection.cursor() as cursor:
        cursor.execute(  # names of our own tables, and as many places as there are parties
            "SELECT said.party_id, said.channel_id, member.party_id, COUNT(*), MIN(said.id)"  # noqa: S608
            " FROM federation_feed feed"
            " JOIN federation_membership member ON member.channel_id = feed.channel AND member.until_version IS NULL"
            " LEFT JOIN parties_party partner ON partner.id = member.party_id"
            " LEFT JOIN federation_acknowledged known ON known.feed_id = feed.id AND known.by_id = member.party_id"
            f" JOIN {table._meta.db_table} said ON said.party_id = feed.party_id AND said.channel_id = feed.channel"
            " AND said.emitted_seq > COALESCE(known.seq, 0) AND said.emitted_seq <= feed.seq"
            f" WHERE feed.own AND feed.state = %s AND feed.party_id IN ({places})"
            " AND (partner.id IS NULL OR NOT partner.hosted)"
            " GROUP BY said.party_id, said.channel_id, member.party_id",
            [FeedStatus.OPEN, *parties],
        )
        rows: list[tuple[Any, ...]] = list(cursor.fetchall())
    return [(Way(party, channel, partner), 0, count, oldest) for party, channel, partner, count, oldest in rows]


def _times(table: type[Released] | type[Withdrawal], oldest: Collection[int]) -> dict[int, datetime]:
    """When each of these was decided."""
    if not oldest:
        return {}
    if table is Withdrawal:
        return dict(Withdrawal.objects.filter(pk__in=oldest).values_list("pk", "at"))
    releases = dict(Released.objects.filter(pk__in=oldest).values_list("pk", "release_id"))
    times = dict(Release.objects.filter(pk__in=releases.values()).values_list("pk", "at"))
    return {pk: times[release] for pk, release in releases.items()}
