"""The courier: the loop beside the web workers that lets what was released leave, and fetches what is missing.

Every 50 ms it looks at the outbox and makes frames of what waits; it alone emits. The frames are given to each
confirmed partner that can be called, each on a line of its own (`sync.lines`): on start, every 30 s, and at once where
a partner cannot call us, vectors are compared and what is missing is pulled. A partner that does not answer is left
alone for a while, longer each time. Every pass is bounded: whatever is left waits for the next.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError
from django.db.models import Q, QuerySet

from comity.federation.models import Direction, Hub, Membership, Peer
from comity.federation.protocol.errors import ProtocolError
from comity.federation.release.standing import apply_standing
from comity.federation.release.withdrawal import follow_purges
from comity.federation.sync import again, outbox, receipts
from comity.federation.sync.emit import emit
from comity.federation.sync.lines import Conversation, Crew, Line, Threads
from comity.federation.transport.door import forget_seen
from comity.kernel import clock
from comity.kernel.errors import DomainError
from comity.kernel.ids import PartyId
from comity.parties.keys import KeyMissing
from comity.parties.models import Party

logger = logging.getLogger(__name__)

LOOKS_EVERY = 0.05
RECEIPTS_EVERY = 2.0
LOOKS_AROUND_EVERY = 2.0
"""For partners that were confirmed meanwhile, and copies of what was purged."""
FORGETS_EVERY = 3_600.0
"""Old nonces."""
FRAMES_AT_ONCE = 8
"""Of one outbox in one pass."""
STOPS_WITHIN = 8.0
"""Seconds for conversations to end when the courier is stopped."""

Dial = Callable[[Party, Peer], Conversation]
Others = Callable[[], Mapping[str, Callable[[], Conversation | None]]]
"""What else carries frames, by a name that is no party's and changes when it is to be dialled anew."""


def nobody_else() -> Mapping[str, Callable[[], Conversation | None]]:
    """No other carrier."""
    return {}


@dataclass
class Courier:
    """The loop's state; `step` is one pass of it. `dial` makes a line's other end, `tick` counts seconds.

    `woken` is set when a pass is worth making before the time that `step` said.
    """

    dial: Dial
    others: Others = nobody_else
    now: Callable[[], datetime] = clock.now
    tick: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    crew: Crew | None = None
    lines: dict[str, Line] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    woken: threading.Event = field(default_factory=threading.Event)
    _contacts: Mapping[str, datetime | None] | None = None
    _around_at: float = 0.0
    _receipts_at: float = 0.0
    _forget_at: float = 0.0

    def __post_init__(self) -> None:
        self._crew = self.crew or Threads(self.woken.set)

    def step(self) -> float:
        """One pass; how many seconds may go by until the next."""
        if self._contacts is None:
            again.take_up(self.now())
            self._contacts = _contacts(Peer.objects.all(), Hub.objects.all())
        tick = self.tick()
        if tick >= self._around_at:
            self._around_at = tick + LOOKS_AROUND_EVERY
            self._look_around()
        apply_standing(self.now())  # two short reads where the log has not grown
        said = self._emit(tick)
        for line in list(self.lines.values()):
            line.fresh |= said
            if line.is_due(tick):
                self._crew.hold(line)
            elif line.is_overlong(tick):
                line.with_whom.cut()
        return 0.0 if said else LOOKS_EVERY

    def stop(self) -> None:
        """Say goodbye: conversations end soon, and what they leave undone is done after the next start."""
        for line in self.lines.values():
            line.with_whom.hang_up()
        self._crew.stop(STOPS_WITHIN)

    def _look_around(self) -> None:
        """Partners come and go; purges follow; what need not be remembered is forgotten."""
        at = self.now()
        follow_purges(at)
        if self.tick() >= self._forget_at:
            self._forget_at = self.tick() + FORGETS_EVERY
            forget_seen(at)
        peers = {f"{peer.party_id} {peer.url}": peer for peer in _callable_peers()}
        wanted = {name: _dialled(self.dial, peer) for name, peer in peers.items()}
        wanted.update(self.others())
        for gone in self.lines.keys() - wanted.keys():
            self.lines.pop(gone).with_whom.hang_up()
        for name in wanted.keys() - self.lines.keys():
            if (with_whom := wanted[name]()) is not None:
                self.lines[name] = Line(name, with_whom, self.now, self.tick, self.chance)
        for name, peer in peers.items():
            if name in self.lines:
                self.lines[name].ask(peer.asked_at)

    def _emit(self, tick: float) -> bool:
        waiting = outbox.pairs()
        also: set[tuple[str, str]] = set()
        if tick >= self._receipts_at:
            self._receipts_at = tick + RECEIPTS_EVERY
            also = receipts.pairs_due()
        said = False
        hosted = {party.pk: party for party in Party.objects.filter(hosted=True)} if waiting | also else {}
        for party, channel in sorted(waiting | also):
            if party in hosted and self._may_emit(channel):
                said |= self._emit_from(hosted[party], channel, also=(party, channel) in also)
        return said

    def _emit_from(self, party: Party, channel: str, *, also: bool) -> bool:
        made = 0
        try:
            for _ in range(FRAMES_AT_ONCE):
                frames = emit(party=party, channel=channel, at=self.now(), also=also)
                made, also = made + frames, False
                if not frames:
                    break
        except (DomainError, KeyMissing, ProtocolError, DatabaseError) as error:
            logger.error("Nothing could be said in channel %s: %s", channel[:8], type(error).__name__)  # noqa: TRY400
        return made > 0

    def _may_emit(self, channel: str) -> bool:
        """Whether a partner was heard since the start: a copied disk is told so before it says anything.

        Heard is who was in contact at another moment than the one that was noted before the start: clocks go back.
        Where nobody can be asked (bundles only), nobody is waited for.
        """
        if channel in self.answered:
            return True
        members = Membership.objects.filter(channel_id=channel, party__hosted=False).values("party_id")
        peers = Peer.objects.filter(party_id__in=members, confirmed_at__isnull=False).exclude(direction=Direction.NONE)
        contacts = _contacts(peers, [hub for hub in Hub.objects.all() if channel in hub.carries])
        before = self._contacts or {}
        if not contacts or any(at is not None and at != before.get(party) for party, at in contacts.items()):
            self.answered.add(channel)
            return True
        return False


def _contacts(peers: QuerySet[Peer], hubs: Iterable[Hub]) -> dict[str, datetime | None]:
    """Who can be asked, and when each was in contact last."""
    heard: dict[str, datetime | None] = {hub.url: hub.last_contact_at for hub in hubs}
    return heard | dict(peers.values_list("party_id", "last_contact_at"))


def _dialled(dial: Dial, peer: Peer) -> Callable[[], Conversation | None]:
    """What dials a partner, if a party of this node has to do with it."""

    def now() -> Conversation | None:
        party = _speaker_to(peer)
        return None if party is None else dial(party, peer)

    return now


def _callable_peers() -> list[Peer]:
    rows = Peer.objects.filter(confirmed_at__isnull=False, direction=Direction.BOTH).exclude(url="")
    return list(rows.filter(Q(party__hosted=False)).order_by("pk"))


def _speaker_to(peer: Peer) -> Party | None:
    """The party of this node that speaks to a partner: one that shares a channel with it, else any."""
    hosted = Party.objects.filter(hosted=True).order_by("pk")
    shared = Membership.objects.filter(party_id=PartyId(peer.party_id)).values("channel_id")
    members = Membership.objects.filter(channel_id__in=shared).values("party_id")
    return hosted.filter(pk__in=members).first() or hosted.first()
