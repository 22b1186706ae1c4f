"""Lines to partners: when each is used next, and the threads that use them, so that a slow partner holds up no other.

At most `MOST_AT_ONCE` conversations are held at a time, one with each partner, and each is bounded in time and bytes:
whoever waits for a thread waits for the end of a conversation, in the order in which they came to wait. A thread has a
database connection of its own. Whatever a conversation leaves undone, the next one sees.
"""

from __future__ import annotations

import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import DatabaseError, close_old_connections, connections

from comity.federation.protocol.errors import BadSignature, Gap, ProtocolError, UnknownAudience
from comity.federation.transport.addresses import BadAddress
from comity.federation.transport.client import Unreachable
from comity.federation.transport.link import Refused
from comity.kernel.errors import DomainError
from comity.parties.keys import KeyMissing

logger = logging.getLogger(__name__)

COMPARES_EVERY = 30.0
ASKS_EVERY = 1.0
"""Of a partner that cannot call us."""
OFFERS_EVERY = 1.0
"""What others said and this node took in, to partners that may lack it; what is said here goes at once."""
LONGEST_WAIT = 60.0
CUT_AFTER = 90.0
"""Seconds of one conversation: nobody who is honest comes near, and whoever sends a byte now and then ends here."""
MOST_AT_ONCE = 16
"""Conversations, each of which has at most one body of frames in memory."""
MENDED_BY_EXCHANGE = frozenset({UnknownAudience.code, BadSignature.code, Gap.code})
"""Refusals of a feed for which a partner only lacks a manifest, or a step."""

FAILURES = (Unreachable, Refused, BadAddress, ProtocolError, DomainError, KeyMissing, DatabaseError)


class Conversation(Protocol):
    """Somebody to exchange with: a partner (`transport.link.Link`), or what carries for several."""

    @property
    def is_called(self) -> bool:
        """Whether the other side calls us too, so that it need not be asked often."""

    @property
    def refused(self) -> Mapping[Any, str]:
        """Feeds that the other side would not take, and why; until the next exchange."""

    def exchange(self) -> bool:
        """Say who has how much and fetch what is missing; whether more is left. Raises one of `FAILURES`."""

    def push(self) -> bool:
        """Give what the other side lacks; whether more is left. Raises one of `FAILURES`."""

    def note(self, at: datetime, error: str) -> None:
        """Keep for people to see that the other side answered, or with an `error` that it did not."""

    def cut(self) -> None:
        """End the question that is being asked, from another thread: it raises Unreachable."""

    def hang_up(self) -> None:
        """End what is being said, soon, from another thread; afterwards everything raises Unreachable."""


@dataclass
class Line:
    """A conversation, and when it is held next. The loop sets `fresh`; the rest belongs to whoever made it `busy`."""

    name: str
    with_whom: Conversation
    now: Callable[[], datetime]
    tick: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    busy: bool = False
    fresh: bool = False
    """Something was said here that is to be given at once."""
    _asked_at: datetime | None = None
    _began: float = 0.0
    _compare_at: float = 0.0
    _offer_at: float = 0.0
    _wait_until: float = 0.0
    _failures: int = 0
    _more: bool = True

    def is_due(self, tick: float) -> bool:
        """Whether it is to be used now."""
        if self.busy or tick < self._wait_until:
            return False
        return self._more or self.fresh or tick >= min(self._compare_at, self._offer_at)

    def is_overlong(self, tick: float) -> bool:
        """Whether a conversation goes on that should have ended long ago."""
        return self.busy and tick > self._began + CUT_AFTER

    def ask(self, asked_at: datetime | None) -> None:
        """Wait no longer if a person asked for it, at this moment, since it was last heard of."""
        if asked_at != self._asked_at:
            self._asked_at, self._wait_until, self._compare_at = asked_at, 0.0, 0.0

    def begin(self) -> None:
        """It is somebody's from now on, who sets `busy` to false at the end."""
        self.busy, self._began = True, self.tick()

    def talk(self) -> None:
        """One conversation: compare if it is time to, and give what the other side lacks."""
        self._began = tick = self.tick()
        fresh = self.fresh
        if fresh:
            self.fresh = False  # before anything is read, so that what is said from now on sets it again
        try:
            left = False
            if tick >= self._compare_at or self._more:
                left = self.with_whom.exchange()
                self.with_whom.note(self.now(), "")
                self._compare_at = tick + (COMPARES_EVERY if self.with_whom.is_called else ASKS_EVERY)
                fresh = True
            if fresh or tick >= self._offer_at:
                to_give = self.with_whom.push()
                self._offer_at = tick + (0.0 if to_give else OFFERS_EVERY)
                if MENDED_BY_EXCHANGE & set(self.with_whom.refused.values()):
                    self._compare_at = min(self._compare_at, tick + ASKS_EVERY)
            self._more = left
        except FAILURES as error:
            self.leave_alone(error)
        else:
            self._failures = 0

    def leave_alone(self, error: Exception) -> None:
        """Wait before asking again: twice as long each time, and not at the same moment as others."""
        self._failures += 1
        wait = min(LONGEST_WAIT, 0.25 * 2 ** min(self._failures, 10)) * (0.5 + self.chance())
        self._wait_until = self.tick() + max(wait, getattr(error, "retry_after", 0.0))
        self._compare_at, self._more = 0.0, True
        logger.warning("Partner %s does not answer: %s", self.name[:8], error)
        self.with_whom.note(self.now(), f"{type(error).__name__}: {error}"[:200])


class Crew(Protocol):
    """Who holds the conversations."""

    def hold(self, line: Line) -> None:
        """Hold one on this line, which is busy until it has ended; perhaps later."""

    def stop(self, within: float) -> None:
        """Take no more on, and return when those that go on have ended, or after so many seconds."""


class Inline:
    """Each conversation at once, by whoever asks for it: for one who has time, as a test has."""

    def hold(self, line: Line) -> None:
        """As `Crew`."""
        line.talk()

    def stop(self, within: float) -> None:
        """As `Crew`: nothing goes on."""


@dataclass
class Threads:
    """At most so many threads, started as they are needed. `ended` is called after each conversation."""

    ended: Callable[[], None]
    most: int = MOST_AT_ONCE
    _waiting: queue.SimpleQueue[Line | None] = field(default_factory=queue.SimpleQueue)
    _threads: list[threading.Thread] = field(default_factory=list)
    _held: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hold(self, line: Line) -> None:
        """As `Crew`; the line waits its turn where all threads are taken."""
        line.begin()
        with self._lock:
            self._held += 1
            if self._held > len(self._threads) < self.most:
                thread = threading.Thread(target=self._work, name=f"line-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
        self._waiting.put(line)

    def stop(self, within: float) -> None:
        """As `Crew`. What does not end in time ends with the process: a conversation can be cut anywhere."""
        until = time.monotonic() + within
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        try:
            while (line := self._waiting.get()) is not None:
                self._hold(line)
        finally:
            connections.close_all()

    def _hold(self, line: Line) -> None:
        try:
            line.talk()
        except Exception as error:
            logger.exception("A conversation with partner %s failed.", line.name[:8])
            line.leave_alone(error)
        finally:
            close_old_connections()
            with self._lock:
                self._held -= 1
            line.busy = False
            self.ended()
