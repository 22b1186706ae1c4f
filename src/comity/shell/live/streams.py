"""The open streams, and the one look at the log that serves them all.

No database is known here: what is asked of it are two functions, called in a thread of their own, so that a database
that makes one wait makes no stream wait.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

EVERY = 0.05  # seconds between two looks at the log
CHECKED_EVERY = 20.0  # seconds between two looks at who is still signed in
BREATHES_EVERY = 15.0  # seconds after which a stream that has nothing to say says so
MOST, MOST_OF_ONE = 1000, 20  # streams altogether, and of one account
MOST_UNREAD = 65_536  # bytes that a browser may leave unread
_AT_ONCE = 25  # sessions asked for together; the log is looked at in between
AFTER_TROUBLE = 1.0  # seconds until a database that failed is asked again


class Full(Exception):
    """There are as many streams as there may be."""


@dataclass(eq=False, slots=True)
class Stream:
    """One open page: whose, by which session, how far it was told, and the end of its connection."""

    account: str
    session: str
    told: int
    to: asyncio.StreamWriter
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, words: bytes) -> None:
        """Write, and give the stream up when nobody reads it."""
        if self.to.is_closing() or self.to.transport.get_write_buffer_size() > MOST_UNREAD:
            self.ended.set()
            return
        self.to.write(words)

    def tell(self, size: int) -> None:
        """Say that the log goes as far as `size`, if that is news."""
        if size > self.told:
            self.told = size
            self.say(b"id: %d\ndata: %d\n\n" % (size, size))


class Streams:
    """All streams of the process.

    `log_size` says how far the log goes; `still` gives, of session keys, the account that each still belongs to.
    """

    def __init__(
        self,
        *,
        log_size: Callable[[], Awaitable[int]],
        still: Callable[[frozenset[str]], Awaitable[Mapping[str, str]]],
        most: int = MOST,
        most_of_one: int = MOST_OF_ONE,
    ) -> None:
        self._log_size, self._still = log_size, still
        self._most, self._most_of_one = most, most_of_one
        self._open: set[Stream] = set()
        self._of: Counter[str] = Counter()
        self._some = asyncio.Event()  # set while there is a stream
        self.size = 0

    def __len__(self) -> int:
        return len(self._open)

    def add(self, stream: Stream) -> None:
        """Take a stream in.

        Raises:
            Full: there are too many, altogether or of this account.
        """
        if len(self._open) >= self._most or self._of[stream.account] >= self._most_of_one:
            raise Full
        self._open.add(stream)
        self._of[stream.account] += 1
        self._some.set()
        stream.tell(self.size)

    def drop(self, stream: Stream) -> None:
        """Forget a stream."""
        if stream in self._open:
            self._open.remove(stream)
            self._of[stream.account] -= 1
            if not self._open:
                self._some.clear()

    async def watch(self) -> None:
        """Look at the log, and tell everybody; with nobody to tell, rest."""
        while True:
            await self._some.wait()
            try:
                self.size = await self._log_size()
            except Exception:  # whatever a database raises: the streams outlive it
                logger.warning("live updates: the log could not be read", exc_info=True)
                await asyncio.sleep(AFTER_TROUBLE)
                continue
            for stream in tuple(self._open):
                stream.tell(self.size)
            await asyncio.sleep(EVERY)

    async def check(self) -> None:
        """End the streams of those who signed out, or whose session ran out."""
        while True:
            await asyncio.sleep(CHECKED_EVERY)
            with suppress(Exception):  # told of by `watch`, which asks the same database
                await self.check_once()

    async def check_once(self) -> None:
        """Ask of every session whether it is still who it was."""
        asked = sorted({stream.session for stream in self._open})
        for first in range(0, len(asked), _AT_ONCE):
            some = frozenset(asked[first : first + _AT_ONCE])
            still = await self._still(some)
            for stream in tuple(self._open):
                if stream.session in some and still.get(stream.session) != stream.account:
                    stream.say(b"event: over\ndata:\n\n")
                    stream.ended.set()

    async def breathe(self) -> None:
        """Say nothing now and then, so that proxies keep the connection, and a dead one is noticed."""
        while True:
            await asyncio.sleep(BREATHES_EVERY)
            for stream in tuple(self._open):
                stream.say(b":\n\n")

    def end_all(self) -> None:
        """End every stream; browsers come back by themselves."""
        for stream in tuple(self._open):
            stream.ended.set()
