"""What a party takes along, as lines of JSON: `[what, {…}]`, bytes in base64. Never sent anywhere: a file beside keys.

The lines stand in the order in which they are read: `about` first, then parties and manifests, labels, rows, revisions
in the order of the log, and what was purged.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from comity.config.node import ADOPTING

FOLDER = ADOPTING
LINES, TOKEN = "parcel.jsonl", "token"


class Parcel:
    """Writes the lines, and puts nothing between them and the disk that stays."""

    def __init__(self, folder: Path) -> None:
        self._stream = (folder / LINES).open("x", encoding="utf-8")

    def put(self, what: str, **facts: Any) -> None:
        """One line."""
        self._stream.write(json.dumps([what, facts], ensure_ascii=False, separators=(",", ":")) + "\n")

    def close(self) -> None:
        """No more comes."""
        self._stream.close()


def lines(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines in their order."""
    with (folder / LINES).open(encoding="utf-8") as stream:
        for line in stream:
            what, facts = json.loads(line)
            yield what, facts


def text_of(data: bytes | memoryview | None) -> str | None:
    """Bytes as a line holds them; None stays None."""
    return None if data is None else base64.b64encode(bytes(data)).decode("ascii")


def bytes_of(text: str | None) -> bytes | None:
    """The bytes that `text_of` wrote."""
    return None if text is None else base64.b64decode(text)
