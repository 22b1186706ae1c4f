"""What is wrong with a log, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """The first thing that is wrong.

    Attributes:
        index: the entry, or the size of the log where a checkpoint is wrong.
        message: an English message, marked for translation.
        facts: what fills it.
    """

    index: int
    message: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The message with its facts, in English."""
        return self.message % self.facts if self.facts else self.message

    def __str__(self) -> str:
        return f"{self.index}: {self.reason}"
