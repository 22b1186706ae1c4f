"""A node's way to a hub: questions from a thread that waits for the answer. All of asyncio on this side is in here."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error, MaxPayloadError, NoRespondersError

from comity.federation.hub import nkeys, wire
from comity.federation.hub.address import Place
from comity.federation.hub.connection import CONNECTS_WITHIN, connect
from comity.federation.transport.client import Unreachable

ANSWERS_WITHIN = 20.0


class Line:
    """A connection that is made when it is needed, kept while it lasts, and used by one thread."""

    def __init__(self, place: Place, seed: bytes) -> None:
        self.place, self.seed = place, seed
        self.key = nkeys.public_of(seed)
        self._told: Callable[[], None] = lambda: None
        self._asking: Future[bytes] | None = None
        self._closed = False
        self._client: Client | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hub", daemon=True)
        self._thread.start()

    def ask(self, verb: str, body: bytes) -> bytes:
        """Ask the hub something.

        Raises:
            Unreachable: no answer came.
            wire.HubRefused, Malformed: as they say.
        """
        return wire.read(self._wait(self._ask(verb, body)))

    def listen(self, told: Callable[[], None]) -> None:
        """Call this, from the thread of the connection, when the hub says that there is something new."""
        self._told = told

    def cut(self) -> None:
        """End the question that is being asked, from another thread: it raises Unreachable."""
        if (asking := self._asking) is not None:
            asking.cancel()

    def close(self) -> None:
        """Let the connection and the thread go, for good; from another thread."""
        if self._closed:
            return
        self._closed = True
        self.cut()
        with suppress(Exception):  # what goes wrong in a goodbye is nobody's business
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(CONNECTS_WITHIN)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CONNECTS_WITHIN)
        if not self._thread.is_alive():
            self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, bytes]) -> bytes:
        if self._closed:
            work.close()
            raise Unreachable("this line was closed")
        asking = self._asking = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return asking.result(ANSWERS_WITHIN + 10)
        except CancelledError as error:
            raise Unreachable("the question was cut off") from error
        except NoRespondersError as error:
            raise Unreachable("nothing answers at the hub") from error
        except MaxPayloadError as error:
            raise Unreachable("the hub takes no message of this size") from error
        except (Error, OSError, TimeoutError) as error:
            raise Unreachable(str(error)[:200] or type(error).__name__) from error

    async def _ask(self, verb: str, body: bytes) -> bytes:
        client = await self._connected()
        try:
            answer = await client.request(wire.asking(verb, self.key), body, timeout=ANSWERS_WITHIN)
        except NoRespondersError:
            raise
        except (Error, OSError, TimeoutError):
            await self._close()
            raise
        return answer.data

    async def _connected(self) -> Client:
        if self._client is not None and not self._client.is_connected:
            await self._close()
        if self._client is None:
            client = await connect(self.place, self.seed)
            await client.subscribe(wire.hint(self.key), cb=self._hear)
            self._client = client
        return self._client

    async def _hear(self, _message: Msg) -> None:
        self._told()

    async def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()
