"""The courier: the loop beside the web workers that lets what was released leave, and fetches what is missing.

Every 50 ms it looks at the outbox, makes frames of what waits, and gives them to each confirmed partner that can be
called. On start, every 30 s, and at once where a partner cannot call us, it compares vectors and pulls. A partner that
does not answer is left alone for a while, longer each time. Every pass is bounded: whatever is left waits for the next.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError
from django.db.models import Q
from django.db.models.functions import Coalesce

from comity.federation.models import Direction, Membership, Peer
from comity.federation.protocol.errors import BadSignature, Gap, ProtocolError, UnknownAudience
from comity.federation.release.standing import apply_standing
from comity.federation.release.withdrawal import follow_purges
from comity.federation.sync import outbox, receipts
from comity.federation.sync.emit import emit
from comity.federation.transport.addresses import BadAddress
from comity.federation.transport.client import Unreachable
from comity.federation.transport.door import forget_seen
from comity.federation.transport.link import Link, Refused
from comity.kernel import clock
from comity.kernel.errors import DomainError
from comity.kernel.ids import PartyId
from comity.parties.keys import KeyMissing
from comity.parties.models import Party

logger = logging.getLogger(__name__)

LOOKS_EVERY = 0.05
COMPARES_EVERY = 30.0
ASKS_EVERY = 1.0
"""Of a partner that cannot call us."""
RECEIPTS_EVERY = 2.0
LOOKS_AROUND_EVERY = 2.0
"""For partners that were confirmed meanwhile, and copies of what was purged."""
FORGETS_EVERY = 3_600.0
"""Old nonces."""
OFFERS_EVERY = 1.0
"""What others said and this node took in, to partners that may lack it; what is said here goes at once."""
LONGEST_WAIT = 60.0
MENDED_BY_EXCHANGE = frozenset({UnknownAudience.code, BadSignature.code, Gap.code})
"""Refusals of a feed for which a partner only lacks a manifest, or a step."""
FRAMES_AT_ONCE = 8
"""Of one outbox in one pass."""

Dial = Callable[[Party, Peer], Link]


@dataclass
class _Line:
    """A link, and when it is used next."""

    link: Link
    compare_at: float = 0.0
    wait_until: float = 0.0
    failures: int = 0
    more: bool = True
    offer_at: float = 0.0
    asked_at: datetime | None = None

    def try_again(self, asked_at: datetime) -> None:
        """Wait no longer: a person asked for it."""
        self.asked_at, self.wait_until, self.compare_at = asked_at, 0.0, 0.0


@dataclass
class Courier:
    """The loop's state; `step` is one pass of it. `dial` makes a link, `tick` counts seconds."""

    dial: Dial
    now: Callable[[], datetime] = clock.now
    tick: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    lines: dict[str, _Line] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    _started: datetime | None = None
    _around_at: float = 0.0
    _receipts_at: float = 0.0
    _forget_at: float = 0.0

    def step(self) -> float:
        """One pass; how many seconds may go by until the next."""
        if self._started is None:
            self._started = self.now()
        tick = self.tick()
        if tick >= self._around_at:
            self._around_at = tick + LOOKS_AROUND_EVERY
            self._look_around()
        apply_standing(self.now())  # two short reads where the log has not grown
        said = busy = self._emit(tick)
        for party, line in list(self.lines.items()):
            busy |= self._talk(party, line, said=said)
        return 0.0 if busy else LOOKS_EVERY

    def _look_around(self) -> None:
        """Partners come and go; purges follow; what need not be remembered is forgotten."""
        at = self.now()
        follow_purges(at)
        if self.tick() >= self._forget_at:
            self._forget_at = self.tick() + FORGETS_EVERY
            forget_seen(at)
        peers = {peer.party_id: peer for peer in _callable_peers()}
        for gone in self.lines.keys() - peers.keys():
            del self.lines[gone]
        for name, peer in peers.items():
            line = self.lines.get(name)
            if line is None or (line.link.peer.url, line.link.peer.direction) != (peer.url, peer.direction):
                party = _speaker_to(peer)
                if party is not None:
                    self.lines[name] = _Line(self.dial(party, peer), asked_at=peer.asked_at)
            elif peer.asked_at is not None and peer.asked_at != line.asked_at:
                line.try_again(peer.asked_at)

    def _emit(self, tick: float) -> bool:
        waiting = outbox.pairs()
        also: set[tuple[str, str]] = set()
        if tick >= self._receipts_at:
            self._receipts_at = tick + RECEIPTS_EVERY
            also = receipts.pairs_due()
        busy = False
        hosted = {party.pk: party for party in Party.objects.filter(hosted=True)} if waiting | also else {}
        for party, channel in sorted(waiting | also):
            if party in hosted and self._may_emit(channel):
                busy |= self._emit_from(hosted[party], channel, also=(party, channel) in also)
        return busy

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

        Where nobody can be asked (bundles only), nobody is waited for.
        """
        if channel in self.answered:
            return True
        members = Membership.objects.filter(channel_id=channel, party__hosted=False).values("party_id")
        peers = Peer.objects.filter(party_id__in=members, confirmed_at__isnull=False).exclude(direction=Direction.NONE)
        heard = peers.filter(last_contact_at__gte=self._started)
        if heard.exists() or not peers.exists():
            self.answered.add(channel)
            return True
        return False

    def _talk(self, party: str, line: _Line, *, said: bool) -> bool:
        """Compare if it is time to, and give what the partner lacks; whether more is left. `said`: something is new."""
        tick = self.tick()
        if tick < line.wait_until:
            return False
        try:
            if tick >= line.compare_at or line.more:
                line.more = line.link.exchange()
                Peer.objects.filter(pk=party).update(
                    last_contact_at=self.now(), last_error="", silent_since=None, lacking=line.link.lacking()
                )
                line.compare_at = tick + (COMPARES_EVERY if line.link.is_called else ASKS_EVERY)
                said = True
            busy = line.more
            if said or tick >= line.offer_at:
                left = line.link.push()
                line.offer_at = tick + (0.0 if left else OFFERS_EVERY)
                busy |= left
                if MENDED_BY_EXCHANGE & set(line.link.refused.values()):
                    line.compare_at = min(line.compare_at, tick + ASKS_EVERY)
        except (Unreachable, Refused, BadAddress, ProtocolError, DomainError, KeyMissing) as error:
            self._leave_alone(party, line, error)
            return False
        line.failures = 0
        return busy

    def _leave_alone(self, party: str, line: _Line, error: Exception) -> None:
        """Wait before asking again: twice as long each time, and not at the same moment as others."""
        line.failures += 1
        wait = min(LONGEST_WAIT, 0.25 * 2 ** min(line.failures, 10)) * (0.5 + self.chance())
        line.wait_until = self.tick() + max(wait, getattr(error, "retry_after", 0.0))
        line.compare_at, line.more = 0.0, True
        said = f"{type(error).__name__}: {error}"[:200]
        Peer.objects.filter(pk=party).update(last_error=said, silent_since=Coalesce("silent_since", self.now()))
        logger.warning("Partner %s does not answer: %s", party[:8], error)


def _callable_peers() -> list[Peer]:
    rows = Peer.objects.filter(confirmed_at__isnull=False, direction=Direction.BOTH).exclude(url="")
    return list(rows.filter(Q(party__hosted=False)).order_by("pk"))


def _speaker_to(peer: Peer) -> Party | None:
    """The party of this node that speaks to a partner: one that shares a channel with it, else any."""
    hosted = Party.objects.filter(hosted=True).order_by("pk")
    shared = Membership.objects.filter(party_id=PartyId(peer.party_id)).values("channel_id")
    members = Membership.objects.filter(channel_id__in=shared).values("party_id")
    return hosted.filter(pk__in=members).first() or hosted.first()
