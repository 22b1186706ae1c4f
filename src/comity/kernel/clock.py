"""The one place that reads the clock, and the one spelling of a moment.

Wall-clock time is shown to people; it never orders anything (the log does).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

_TEXT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def to_text(at: datetime) -> str:
    """RFC 3339 in UTC with six digits of a second and `Z`: equal moments are equal texts, and texts sort as moments do.

    Raises ValueError for a time without a zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone names no moment")
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"  # instead of +00:00


def from_text(text: str) -> datetime:
    """The moment that `to_text` wrote; raises ValueError for any other spelling."""
    if not _TEXT.fullmatch(text):
        raise ValueError(f"not a moment in canonical form: {text[:60]!r}")
    return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)
