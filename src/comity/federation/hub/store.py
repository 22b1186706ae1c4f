"""Where a hub keeps what it was given: bytes under names, of which the last written counts.

One in memory stands beside, for tests.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

FRAMES, PAPERS = "frame", "paper"
"""How names begin: frames come and go with the room there is; papers (keysets, heads, manifests, notices) stay."""

PAPERS_AT_LEAST = 64 * 1024 * 1024
"""Bytes of papers for which there is room, however little is kept of frames."""
SYNCS_BY_ITSELF = (2, 10)
"""The first version of the message server that can be told to write synchronously (`sync_interval: always`)."""


class Full(Exception):
    """There is no room for it, or the disk failed: nothing was acknowledged."""


class Store(Protocol):
    """Bytes under names of tokens with dots between."""

    async def put(self, many: Mapping[str, bytes]) -> None:
        """Keep these, in this order; durable when it returns. Raises Full."""

    async def get(self, names: list[str]) -> list[bytes | None]:
        """What stands under each name; None where nothing does."""

    def papers(self) -> AsyncIterator[tuple[str, bytes]]:
        """Every paper."""


class Memory:
    """A store that forgets when it ends."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.is_full = False

    async def put(self, many: Mapping[str, bytes]) -> None:
        """Keep these."""
        if self.is_full:
            raise Full
        self.kept.update(many)

    async def get(self, names: list[str]) -> list[bytes | None]:
        """What stands under each."""
        return [self.kept.get(name) for name in names]

    async def papers(self) -> AsyncIterator[tuple[str, bytes]]:
        """Every paper."""
        for name, data in list(self.kept.items()):
            if name.startswith(PAPERS + "."):
                yield name, data
