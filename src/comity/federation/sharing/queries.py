"""Reads of how the exchange goes: the partners of the subject's party, each with what stands between the two.

Partners are the members of channels that the subject's party is in, and whoever it joined with. Of other parties of
this node, and of channels that the subject's party is in none of, nothing is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F

from comity.audit.models import Witnessed
from comity.audit.witnesses import unsettled
from comity.federation.joining.domain import State
from comity.federation.joining.queries import Expiry
from comity.federation.models import Channel, Direction, Feed, FeedStatus, Frame, Joining, Membership, Peer
from comity.federation.sharing.backlog import Backlog, backlogs
from comity.federation.sharing.domain import QUIET, Condition, Facts, condition_of
from comity.federation.transport.pause import PAUSED
from comity.kernel.errors import NotFound
from comity.labels.subject import Subject
from comity.parties import manifest
from comity.parties.manifest import Revocation
from comity.parties.models import Manifest, Party

STANDING_STILL = (FeedStatus.QUARANTINED, FeedStatus.GIVEN_UP)


@dataclass(frozen=True, slots=True)
class Keys:
    """Until when what a party says of itself holds, and which of its keys it has revoked."""

    expiry: Expiry
    revocations: tuple[Revocation, ...]


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner, and how the exchange with it goes.

    `party` is None where nobody here knows more than its id. `unread`: steps of its feeds that this node has and cannot
    read, by the reason. `stopped`: its feeds from which nothing more is taken; `denied`: its checkpoints that
    contradict earlier ones.
    """

    id: str
    party: Party | None
    peer: Peer | None
    keys: Keys | None
    backlog: Backlog
    by_channel: Mapping[str, Backlog]
    feeds: tuple[Feed, ...]
    unread: Counter[str]
    stopped: tuple[Feed, ...]
    denied: tuple[Witnessed, ...]
    silent: bool

    @property
    def paused(self) -> bool:
        """Whether it said that its disk is full, when it was last asked."""
        return self.peer is not None and self.peer.last_error == PAUSED

    @property
    def condition(self) -> Condition:
        """How it is doing, in a word."""
        return condition_of(
            Facts(
                stopped=bool(self.denied) or any(feed.state == FeedStatus.QUARANTINED for feed in self.stopped),
                joined=self.peer is not None and self.peer.confirmed_at is not None,
                paused=self.paused,
                silent=self.silent,
                lacking=self.peer.lacking if self.peer else 0,
                behind=self.backlog.total,
            )
        )


def channels_shared(subject: Subject) -> dict[str, Channel]:
    """The channels that the subject's party is in now, by their ids."""
    mine = Membership.objects.filter(party_id=subject.party, until_version=None).values("channel_id")
    return Channel.objects.in_bulk(list(mine.values_list("channel_id", flat=True)))


def partners_of(subject: Subject, at: datetime, *, only: str = "") -> list[Partner]:
    """Every partner of the subject's party, or one of them; a bounded number of queries however many there are."""
    channels = channels_shared(subject)
    ids = _ids(subject, channels)
    ids = ids & {only} if only else ids
    parties, peers = Party.objects.in_bulk(list(ids)), Peer.objects.in_bulk(list(ids))
    waits = {way: one for way, one in backlogs([subject.party]).items() if way.partner in ids}
    feeds = list(Feed.objects.filter(channel__in=channels, party_id__in=ids, own=False).order_by("pk"))
    unread = _unread(feeds)
    keys = keys_of(ids, at)
    denied = unsettled(ids)
    found = []
    for pk in ids:
        own = tuple(feed for feed in feeds if feed.party_id == pk)
        theirs = {way.channel: one for way, one in waits.items() if way.partner == pk}
        found.append(
            Partner(
                id=pk,
                party=parties.get(pk),
                peer=peers.get(pk),
                keys=keys.get(pk),
                backlog=sum(theirs.values(), Backlog()),
                by_channel=theirs,
                feeds=own,
                unread=sum((unread.get(feed.pk, Counter()) for feed in own), Counter[str]()),
                stopped=tuple(feed for feed in own if feed.state in STANDING_STILL),
                denied=tuple(one for one in denied if one.party == pk),
                silent=_is_silent(peers.get(pk), at),
            )
        )
    order = list(Condition)
    return sorted(found, key=lambda one: (order.index(one.condition), one.party.handle if one.party else one.id))


def partner_of(subject: Subject, party: str, at: datetime) -> Partner:
    """One partner. Raises NotFound for a party that is none of the subject's."""
    found = partners_of(subject, at, only=party)
    if not found:
        raise NotFound
    return found[0]


def denied_to(subject: Subject) -> list[Witnessed]:
    """The checkpoints of the subject's partners that contradict earlier ones; one query where there is none."""
    every = Witnessed.objects.system("whose they are is asked just below").filter(contradicts__isnull=False)
    parties = set(every.filter(settled_at=None, disowned_at=None).values_list("party", flat=True))
    return unsettled(_ids(subject, channels_shared(subject)) & parties) if parties else []


def _ids(subject: Subject, channels: Iterable[str]) -> set[str]:
    members = Membership.objects.filter(channel_id__in=list(channels), until_version=None)
    joined = Joining.objects.filter(party_id=subject.party, state=State.JOINED).values_list("other", flat=True)
    hosted = Party.objects.filter(hosted=True).values_list("pk", flat=True)
    return {*members.values_list("party_id", flat=True), *joined} - set(hosted) - {subject.party, ""}


def _unread(feeds: Iterable[Feed]) -> dict[int, Counter[str]]:
    rows = Frame.objects.filter(feed__in=[feed.pk for feed in feeds], applied=False).order_by()
    found: dict[int, Counter[str]] = {}
    for feed, reason, count in rows.values_list("feed_id", "reason").annotate(Count("pk")):
        found.setdefault(feed, Counter())[reason] = count
    return found


def _is_silent(peer: Peer | None, at: datetime) -> bool:
    """Whether a partner that is reached by the net does not answer, or was not heard for long."""
    if peer is None or peer.confirmed_at is None or peer.direction == Direction.NONE:
        return False
    heard = peer.last_contact_at
    return peer.silent_since is not None or heard is None or at - heard > QUIET


def keys_of(parties: Collection[str], at: datetime) -> dict[str, Keys]:
    """What the newest manifest of each party says of its keys; one query."""
    rows = Manifest.objects.filter(party_id__in=parties, version=F("party__manifest_version"))
    found = {}
    for party, data in rows.values_list("party_id", "data"):
        said = manifest.parse(bytes(data))
        days = max(0, (said.expires - at).days)
        found[party] = Keys(Expiry(said.version, said.expires, days), said.revocations)
    return found


def overtaken(subject: Subject) -> bool:
    """Whether this database was found to be older than what its own party had said."""
    return Feed.objects.filter(own=True, party_id=subject.party, state=FeedStatus.OVERTAKEN).exists()
