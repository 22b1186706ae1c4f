"""The process beside the message server: takes questions, lets the warden answer, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

from comity.federation.hub import wire
from comity.federation.hub.address import Place
from comity.federation.hub.connection import connect
from comity.federation.hub.store import SYNCS_BY_ITSELF
from comity.federation.hub.stream import Streams
from comity.federation.hub.warden import Members, Warden
from comity.federation.hub.wire import ASKED, VERBS

logger = logging.getLogger(__name__)
_TRIES_AGAIN = 0.5


async def serve(
    place: Place, seed: bytes, members: Members, *, store: Path, most_bytes: int, days: int, stop: asyncio.Event
) -> None:
    """Answer until `stop` is set; the message server may come and go. `store`: where it keeps its files."""
    while not stop.is_set():
        try:
            client = await connect(place, seed)
        except (Error, OSError, TimeoutError):
            await _pause(stop)
            continue
        try:
            await _serve(client, members, store=store, most_bytes=most_bytes, days=days, stop=stop)
        except (Error, OSError, TimeoutError) as error:
            logger.warning("The message server went away: %s", type(error).__name__)
            await _pause(stop)
        finally:
            await client.close()


async def _serve(
    client: Client, members: Members, *, store: Path, most_bytes: int, days: int, stop: asyncio.Event
) -> None:
    version = client.connected_server_version
    blocks = None if (version.major, version.minor) >= SYNCS_BY_ITSELF else store
    streams = Streams(client, blocks=blocks)
    await streams.prepare(most_bytes=most_bytes, days=days)

    async def tell(key: str) -> None:
        await client.publish(wire.hint(key), b"")

    warden = Warden(streams, members, tell=tell)
    await warden.load()
    one_by_one = asyncio.Lock()  # what is kept follows what was kept before

    async def asked(message: Msg) -> None:
        answer = await _answer(warden, message, one_by_one)
        if answer is not None:
            await message.respond(answer)

    for verb in VERBS:
        await client.subscribe(f"{ASKED}.{verb}.*", cb=asked)
    await client.flush()
    logger.warning("The hub answers. Papers of %d feeds, %d notices.", len(warden.feeds), len(warden.notices))
    while not stop.is_set() and client.is_connected:
        await _pause(stop)


async def _answer(warden: Warden, message: Msg, one_by_one: asyncio.Lock) -> bytes | None:
    """What is said to a question; nothing to one whose answer should go anywhere but to the asker itself.

    The warden may publish everywhere, so an address for the answer that somebody else reads, or that is a name in the
    store, would make it the hand of whoever asks.
    """
    *_, verb, key = message.subject.split(".")
    if not message.reply.startswith(wire.inbox(key) + "."):
        return None
    try:
        async with one_by_one:
            return await warden.answer(verb, key, message.data)
    except Exception:
        logger.exception("A question could not be answered.")
        return wire.refused("failed", 5)


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), _TRIES_AGAIN)
    except TimeoutError:
        return
