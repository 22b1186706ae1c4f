"""The hub's store on JetStream: one stream for frames, one for papers; of each name the last message counts.

What was put is on the disk when `put` returns. Servers from 2.10 on are told to write so; an older one writes to its
file before it acknowledges, and this process, which runs on the same machine, then waits for that file's fsync.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from nats.aio.client import Client
from nats.errors import Error
from nats.js.api import DiscardPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from comity.federation.hub.store import FRAMES, PAPERS, PAPERS_AT_LEAST, Full
from comity.federation.hub.wire import MOST_BYTES
from comity.kernel import disk

_STREAMS = {FRAMES: "FRAMES", PAPERS: "PAPERS"}
_READS_WITHIN = 5.0


class Streams:
    """`blocks`: the directory of the message server's files, where this process must sync them; None where not."""

    def __init__(self, client: Client, *, blocks: Path | None) -> None:
        self.js = client.jetstream(timeout=10)
        self.blocks = blocks

    async def prepare(self, *, most_bytes: int, days: int) -> None:
        """Make the streams, or set their limits: frames go, the oldest first, beyond these bytes and days."""
        limits = {FRAMES: (most_bytes, days * 86_400.0), PAPERS: (max(most_bytes // 4, PAPERS_AT_LEAST), 0.0)}
        for what, (size, age) in limits.items():
            config = StreamConfig(
                name=_STREAMS[what],
                subjects=[f"{what}.>"],
                storage=StorageType.FILE,
                max_msgs_per_subject=1,
                max_bytes=size,
                max_age=age,
                max_msg_size=MOST_BYTES,
                discard=DiscardPolicy.OLD if what == FRAMES else DiscardPolicy.NEW,
                num_replicas=1,
            )
            try:
                await self.js.stream_info(_STREAMS[what])
                await self.js.update_stream(config)
            except NotFoundError:
                await self.js.add_stream(config)

    async def put(self, many: Mapping[str, bytes]) -> None:
        """Publish all, wait for every acknowledgement, and where it must be for the disk."""
        try:
            await asyncio.gather(*(self.js.publish(name, data) for name, data in many.items()))
            if many and self.blocks is not None:
                await asyncio.to_thread(self._sync, self.blocks, {name.partition(".")[0] for name in many})
        except (Error, OSError, TimeoutError) as error:
            raise Full from error

    @staticmethod
    def _sync(blocks: Path, streams: set[str]) -> None:
        for what in streams:
            files = sorted(blocks.glob(f"jetstream/*/streams/{_STREAMS[what]}/msgs/*.blk"), key=_age)
            if not files:
                raise OSError("the message server keeps its files elsewhere")
            for file in files[-2:]:  # a batch may end one file and begin the next
                disk.sync(file)

    async def get(self, names: list[str]) -> list[bytes | None]:
        """The last message of each name."""
        return list(await asyncio.gather(*map(self._one, names)))

    async def _one(self, name: str) -> bytes | None:
        try:
            return (await self.js.get_last_msg(_STREAMS[name.partition(".")[0]], name)).data
        except NotFoundError:
            return None
        except (Error, TimeoutError) as error:
            raise Full from error

    async def papers(self) -> AsyncIterator[tuple[str, bytes]]:
        """Every paper, oldest first."""
        left = (await self.js.stream_info(_STREAMS[PAPERS])).state.messages
        if not left:
            return
        reading = await self.js.subscribe(f"{PAPERS}.>", ordered_consumer=True)
        try:
            while left:
                message = await reading.next_msg(timeout=_READS_WITHIN)
                left = message.metadata.num_pending
                yield message.subject, message.data or b""
        finally:
            await reading.unsubscribe()


def _age(file: Path) -> tuple[int, int]:
    return file.stat().st_mtime_ns, int(file.stem)
