"""What came before its turn: chunks of a bundle whose predecessors are on another medium, kept as files of the node.

Only what an index names that a partner has signed is kept, so nobody else can fill the disk; and it is checked again
before it is used.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from comity.federation.protocol.bundle import Index, check_chunk
from comity.federation.protocol.errors import ProtocolError
from comity.kernel import disk

_FOLDER = "bundles"


class Waiting:
    """The chunks of one bundle that wait, by their numbers."""

    def __init__(self, index: Index) -> None:
        self._folder = Path(settings.COMITY_HOME) / _FOLDER / f"{index.sender}-{index.name}"
        self._chunks = list(index.chunks)
        self._kept = {int(one.name) for one in self._folder.glob("[0-9]*")}

    def __contains__(self, number: int) -> bool:
        return number in self._kept

    def keep(self, number: int, data: bytes) -> None:
        """Keep a chunk; it is on the disk when this returns."""
        disk.make_folder(self._folder)
        disk.write(self._file(number), data)
        self._kept.add(number)

    def data(self, number: int) -> bytes | None:
        """A chunk that waits; None for one that does not, or is no longer what it was."""
        if number not in self._kept:
            return None
        data = self._file(number).read_bytes()
        try:
            check_chunk(self._chunks[number - 1], data)
        except ProtocolError:
            return None
        return data

    def forget(self, number: int) -> None:
        """Keep it no longer; with the last one the folder goes."""
        self._file(number).unlink(missing_ok=True)
        self._kept.discard(number)
        if not self._kept:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:06}"
