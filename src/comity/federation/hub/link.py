"""What a node does with a hub: gives it frames, fetches what is missing here, and believes nothing of it unverified.

A hub is used for the channels in which another member uses it too; it is told of no other. Which frames are missing
follows from feeds and steps: in which order the hub has or gives them does not matter.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from comity.federation.hub import register, wire
from comity.federation.hub.notices import post, read
from comity.federation.hub.wire import BODY_BYTES, NOBODY_WANTS, HubRefused
from comity.federation.models import Channel, Hub, Membership
from comity.federation.protocol import fields, parcel, vector
from comity.federation.protocol.errors import BadSignature, Malformed
from comity.federation.protocol.feed import START, FeedKey, Position
from comity.federation.sync import vectors
from comity.federation.sync.take_in import take_in_all
from comity.federation.transport import exchange
from comity.federation.transport.link import Refused
from comity.federation.transport.pause import is_full
from comity.kernel import canonical, clock
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId
from comity.parties.models import Party
from comity.parties.queries import history_of

logger = logging.getLogger(__name__)
LASTS = 5.0
"""Seconds of fetching, and of giving, in one conversation; a question that was asked is waited for beyond."""


class Asked(Protocol):
    """Who carries questions to a hub: `line.Line`, or a test."""

    def ask(self, verb: str, body: bytes) -> bytes:
        """One question and its answer. Raises Unreachable, HubRefused, Malformed."""

    def listen(self, told: Callable[[], None]) -> None:
        """Call this, from whichever thread, when the hub says that there is something new."""

    def cut(self) -> None:
        """End the question that is being asked, from another thread."""

    def close(self) -> None:
        """Let the connection go, for good, from another thread."""


def hubs_in_use() -> dict[str, Hub]:
    """The hubs that this node uses, by a name that changes when one is to be dialled anew."""
    return {f"hub {hub.url} {hub.authority}": hub for hub in Hub.objects.order_by("url")}


def note(hub: Hub, *, at: datetime | None = None, error: str = "") -> None:
    """Keep for people to see when the hub answered last, and what is wrong."""
    heard: dict[str, Any] = {} if at is None else {"last_contact_at": at}
    Hub.objects.filter(pk=hub.pk).update(last_error=error[:200], **heard)


class HubLink:
    """Conversations of this node, for all its parties, with one hub; one thread at a time holds them."""

    def __init__(
        self,
        hub: Hub,
        line: Asked,
        *,
        now: Callable[[], datetime] = clock.now,
        tick: Callable[[], float] = time.monotonic,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.hub, self.line, self.now, self.tick, self.entropy = hub, line, now, tick, entropy
        self.refused: dict[FeedKey, str] = {}
        self.is_called = True  # it says when there is something new; and is asked every half minute
        self.theirs: dict[FeedKey, Position] = {}
        self.wanted: dict[FeedKey, int] = {}
        self.channels: list[str] = []
        self._news = threading.Event()
        self._known: dict[str, int] = {}  # the newest manifest of each party that the hub has, as far as it said

    def hear(self, told: Callable[[], None]) -> None:
        """The hub says that there is something new: compare now, or again when what goes on has ended."""
        self._news.set()
        told()

    def note(self, at: datetime, error: str) -> None:
        """Keep for people to see when the hub answered last, and what is wrong."""
        note(self.hub, at=None if error else at, error=error)

    def cut(self) -> None:
        """End the question that is being asked, from another thread."""
        self.line.cut()

    def hang_up(self) -> None:
        """End the conversation soon, from another thread, for good."""
        self.line.close()

    def exchange(self) -> bool:
        """Compare, give and take manifests, fetch what is missing here; whether more is left to fetch.

        Raises:
            Unreachable, Refused, ProtocolError: the conversation ended there.
        """
        self._news.clear()
        if BadSignature.code in self.refused.values():  # a hub that lost manifests
            self._known.clear()
        self.refused.clear()
        said = self._object("state", {})
        members = {PartyId(one): version for one, version in exchange.read_versions(said.get("members")).items()}
        self._read_feeds(said.get("feeds"))
        notices = _notices(said.get("notices"))
        self._take_notices(notices)
        self.channels = _carried(set(members))
        Hub.objects.filter(pk=self.hub.pk).exclude(carries=self.channels).update(carries=self.channels)
        self._give_and_take(members)
        for notice in post(self.channels, members=set(members), posted=notices, entropy=self.entropy):
            self._ask("notice", notice.encode())
        return self._fetch_all() or self._news.is_set()

    def push(self) -> bool:
        """Give the hub what it lacks, as far as is known; whether more is left. Raises as `exchange` does."""
        until = self.tick() + LASTS
        for key, at in vectors.vector_of(self.channels).items():
            after = min(self.theirs.get(key, START).seq, self.wanted.get(key, NOBODY_WANTS))
            while after < at.seq and key not in self.refused:
                if self.tick() > until:
                    return True
                body, last = vectors.frames_after(key, after, most=BODY_BYTES)
                if not body:
                    break
                self._give(key, body, last)
                after = last
        return False

    def _give(self, key: FeedKey, body: bytes, last: int) -> None:
        answer = _parsed(self._ask("give", body))
        known = vector.of_json(answer.get("feeds"))
        if key in known:
            self.theirs[key] = known[key]
        for one in fields.several(answer.get("refused", []), vector.MAX_FEEDS):
            if list(one[:3]) == list(key):
                self.refused[key] = fields.text(one[3])
        if last >= self.theirs.get(key, START).seq:
            self.wanted.pop(key, None)

    def _fetch_all(self) -> bool:
        """Fetch our own feeds first, which tell whether we may go on; whether more is left."""
        mine, own = vectors.vector_of(self.channels), set(vectors.own_ahead(self.theirs))
        until, paused = self.tick() + LASTS, is_full()
        for key, theirs in sorted(self.theirs.items(), key=lambda one: (one[0] not in own, one)):
            ours = mine.get(key, START)
            parted = theirs.seq == ours.seq and theirs.head not in ("", ours.head)  # another history: the proof of it
            if key.channel not in self.channels or not (parted or theirs.seq > ours.seq):
                continue
            after = theirs.seq - 1 if parted else ours.seq
            if (paused and key not in own) or not self._fetch(key, after, theirs.seq, until):
                return not paused
        return False

    def _fetch(self, key: FeedKey, after: int, last: int, until: float) -> bool:
        """Fetch a feed from this step on, as far as it goes; False if the time for it is over."""
        while after < last:
            if self.tick() > until:
                return False
            body = self._ask("fetch", canonical.encode({"feed": list(key), "after": after, "bytes": BODY_BYTES}))
            if not body:
                return True
            taken = take_in_all(parcel.unpack(body), at=self.now())
            for feed, error in taken.refused.items():
                logger.warning("The hub gave a frame of party %s that is none: %s", feed.party[:8], error.code)
            before, after = after, taken.feeds.get(key, START).seq
            if after <= before or key in taken.refused:
                return True
        return True

    def _read_feeds(self, said: Any) -> None:
        self.theirs, self.wanted = {}, {}
        for one in fields.several(said, vector.MAX_FEEDS):
            if len(parts := fields.several(one, 6)) != 6:
                raise Malformed("a feed, a step, its hash and what is wanted were expected")
            key = wire.feed_of(list(parts[:3]))
            self.theirs[key] = Position(fields.number(parts[3]), fields.digest(parts[4], empty=True))
            if fields.number(parts[5]) != NOBODY_WANTS:
                self.wanted[key] = fields.number(parts[5])

    def _take_notices(self, notices: Mapping[tuple[str, PartyId], int]) -> None:
        """Take in the manifests of channels that are newer than those known here, with the parties they name."""
        known = dict(Channel.objects.filter(pk__in={channel for channel, _ in notices}).values_list("pk", "version"))
        for (channel, party), version in notices.items():
            if version <= known.get(channel, 0):
                continue
            asked = canonical.encode({"channel": channel, "party": party})
            history, members = read(self._ask("notices", asked), channel=channel, party=party)
            history = history[known.get(channel, 0) :][: exchange.MOST]
            if not history:
                continue
            told: list[Json] = [fields.to_text(one.encode()) for one in history]
            have = dict(Party.objects.filter(pk__in=members).values_list("pk", "manifest_version"))
            came = self._object(
                "manifests", {"parties": [], "have": {one: have.get(one, 0) for one in sorted(members)}}
            )
            parties = fields.several(came.get("parties"), exchange.MOST)
            exchange.take({"parties": parties, "channels": told}, sender=party, at=self.now())
            known = dict(Channel.objects.filter(pk__in={one for one, _ in notices}).values_list("pk", "version"))

    def _give_and_take(self, members: Mapping[PartyId, int]) -> None:
        """Manifests of the parties in the channels that the hub carries, and of ours, both ways."""
        rows = Party.objects.filter(pk__in=_members_of(self.channels)) | Party.objects.filter(hosted=True)
        mine: dict[str, int] = dict(rows.values_list("pk", "manifest_version"))
        self._known |= {str(party): version for party, version in members.items()}
        give = {party: version for party, version in mine.items() if version > self._known.get(party, 0)}
        if not give and all(self._known.get(party, 0) <= version for party, version in mine.items()):
            return
        said: list[Json] = []
        for party in sorted(give):
            for one in history_of(PartyId(party))[self._known.get(party, 0) :][: exchange.MOST - len(said)]:
                said.append(register.to_json(PartyId(party), one))
                self._known[party] = self._known.get(party, 0) + 1
        came = self._object("manifests", {"parties": said, "have": dict(mine)})
        parties = fields.several(came.get("parties"), exchange.MOST)
        if parties:
            exchange.take({"parties": parties, "channels": []}, sender=next(iter(_hosted())), at=self.now())

    def _object(self, verb: str, value: Mapping[str, Json]) -> Mapping[str, Any]:
        return _parsed(self._ask(verb, canonical.encode(value)))

    def _ask(self, verb: str, body: bytes) -> bytes:
        try:
            return self.line.ask(verb, body)
        except HubRefused as error:
            raise Refused(429, error.code, error.retry_after) from error


def _parsed(body: bytes) -> Mapping[str, Any]:
    return fields.mapping(fields.decode(body, max_bytes=wire.MOST_BYTES))


def _notices(said: Any) -> dict[tuple[str, PartyId], int]:
    found: dict[tuple[str, PartyId], int] = {}
    for one in fields.several(said, vector.MAX_FEEDS):
        if len(parts := fields.several(one, 3)) != 3:
            raise Malformed("a channel, a party and a version were expected")
        found[fields.channel(parts[0]), fields.party(parts[1])] = fields.number(parts[2], least=1)
    return found


def _hosted() -> Iterator[PartyId]:
    yield from map(PartyId, Party.objects.filter(hosted=True).order_by("pk").values_list("pk", flat=True))


def _carried(members: set[PartyId]) -> list[str]:
    """The channels of ours in which another member uses the hub."""
    ours = Membership.objects.filter(party__hosted=True).values("channel_id")
    others = Membership.objects.filter(channel_id__in=ours, party_id__in=members).exclude(party__hosted=True)
    return sorted(set(others.values_list("channel_id", flat=True)))


def _members_of(channels: list[str]) -> set[str]:
    return set(Membership.objects.filter(channel_id__in=channels).values_list("party_id", flat=True))
