"""The process that serves live updates: plain HTTP/1.1 on a listening socket, one request to a connection."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db import connection

from comity.audit import log
from comity.kernel.clock import now
from comity.shell.live import admission
from comity.shell.live.asking import MOST_BYTES, Asked, NotAsked, comes_from_our_pages, parse
from comity.shell.live.streams import MOST, Full, Stream, Streams

ASKED_WITHIN = 5.0  # seconds for a request to be whole
_REASONS = {204: "No Content", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
            429: "Too Many Requests", 503: "Service Unavailable"}  # fmt: skip
T = TypeVar("T")


def serve(listening: socket.socket, *, port: int) -> None:
    """Serve streams on `listening` until SIGTERM; `port` is that of the node's pages."""
    asyncio.run(_serve(listening, port))


async def _serve(listening: socket.socket, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    live = Live(port)
    server = await asyncio.start_server(live.answer, sock=listening, limit=MOST_BYTES)
    tasks = [asyncio.create_task(one()) for one in (live.streams.watch, live.streams.check, live.streams.breathe)]
    try:
        await stop.wait()
    finally:
        server.close()
        live.streams.end_all()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Live:
    """Answers connections. `port` is that of the node's pages; 0 when they come by a proxy alone."""

    def __init__(self, port: int) -> None:
        self._database = ThreadPoolExecutor(1, thread_name_prefix="database")  # one thread, so one connection
        self._hosts = frozenset(host.lower() for host in settings.ALLOWED_HOSTS)
        self._origins = admission.origins(port)
        self._asking = 0
        self.streams = Streams(log_size=partial(self._ask, log.size), still=self._still)

    async def answer(self, incoming: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        """One connection, from its first byte to its end."""
        self._asking += 1
        try:
            await self._answer(incoming, to)
        except (ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # nobody is left to answer
        finally:
            self._asking -= 1
            to.close()
            with suppress(ConnectionError):
                await to.wait_closed()

    async def _answer(self, incoming: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        try:
            asked = await self._asked(incoming)
        except NotAsked as refusal:
            await _refuse(to, refusal.status, "")
            return
        session = asked.cookies.get(settings.SESSION_COOKIE_NAME, "")
        try:
            account = await self._ask(partial(admission.account_of, session, now()))
        except Exception:  # noqa: BLE001  a database that does not answer
            await _refuse(to, 503, asked.origin)
            return
        if not account:
            await _refuse(to, 204, asked.origin)  # which tells a browser not to come back
            return
        await self._stream(asked, Stream(account, session, asked.after, to), incoming)

    async def _asked(self, incoming: asyncio.StreamReader) -> Asked:
        """What is asked, by a page of this node. Raises NotAsked."""
        if self._asking > 2 * MOST:
            raise NotAsked(503)
        async with asyncio.timeout(ASKED_WITHIN):
            asked = parse(await incoming.readuntil(b"\r\n\r\n"))
        if not comes_from_our_pages(asked, hosts=self._hosts, origins=self._origins):
            raise NotAsked(403)
        return asked

    async def _stream(self, asked: Asked, stream: Stream, incoming: asyncio.StreamReader) -> None:
        try:
            stream.to.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nX-Accel-Buffering: no\r\n"
                + _common(asked.origin)
                + b"\r\n:\n\n"
            )
            self.streams.add(stream)
        except Full:
            stream.to.write(b"event: full\ndata:\n\n")
            await stream.to.drain()
            return
        try:
            await stream.to.drain()
            gone = asyncio.create_task(_until_gone(incoming))
            ended = asyncio.create_task(stream.ended.wait())
            await asyncio.wait({gone, ended}, return_when=asyncio.FIRST_COMPLETED)
            for task in (gone, ended):
                task.cancel()
        finally:
            self.streams.drop(stream)

    async def _ask(self, question: Callable[[], T]) -> T:
        """Ask the database, in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self._database, _asked, question)

    async def _still(self, keys: frozenset[str]) -> Mapping[str, str]:
        at = now()
        return await self._ask(lambda: {key: admission.account_of(key, at) for key in keys})


def _asked(question: Callable[[], T]) -> T:
    """In the database's thread; a connection that failed is not used again."""
    try:
        return question()
    except Exception:
        connection.close()
        raise


async def _until_gone(incoming: asyncio.StreamReader) -> None:
    """Return when the browser closes; whatever it sends more is no request."""
    with suppress(ConnectionError):
        while await incoming.read(1024):
            pass


async def _refuse(to: asyncio.StreamWriter, status: int, origin: str) -> None:
    to.write(
        b"HTTP/1.1 %d %s\r\nContent-Length: 0\r\n" % (status, _REASONS[status].encode()) + _common(origin) + b"\r\n"
    )
    await to.drain()


def _common(origin: str) -> bytes:
    """What every answer says. `origin` is one that was found to be ours, or ""."""
    ours = f"Access-Control-Allow-Origin: {origin}\r\nAccess-Control-Allow-Credentials: true\r\nVary: Origin\r\n"
    always = b"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n"
    return always + (ours.encode("ascii") if origin else b"")
