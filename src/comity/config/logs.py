"""What the processes of a node tell of themselves: lines for people or for machines, without the content of records.

The message of an exception is left out: a database says in it what it was asked to store. Its type and where it was
raised stay.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any


class Line(logging.Formatter):
    """A line for people; an exception as its type and the places it came by."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei: Any) -> str:  # noqa: N802 the name is the standard library's
        """The types of an exception and of what caused it, and where they were raised."""
        return "\n".join(_told(ei[1]))


class JsonLine(Line):
    """One JSON object a line: moment, level, logger, message, process; of an exception what `Line` tells."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if record.exc_info and record.exc_info[1]:
            said["exception"] = _told(record.exc_info[1])
        return json.dumps(said, ensure_ascii=False)


def _told(error: BaseException | None) -> list[str]:
    told = []
    while error is not None:
        told.append(f"{type(error).__module__}.{type(error).__qualname__}")
        told += [
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if error is not None:
            told.append("because of")
    return told
