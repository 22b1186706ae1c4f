"""Texts that records cite as their sources: which of them a reader can open on this node, and where.

Whoever keeps such texts registers a finder from `AppConfig.ready`; without one, sources are words and no links.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from comity.labels.subject import Subject


@dataclass(frozen=True, slots=True)
class Text:
    """A text that a reader can open: the address of its page, and a name that texts of one origin share."""

    address: str
    origin: str


Finder = Callable[[Subject], Mapping[str, Text]]
"""The texts that `subject` may open, by their numbers."""

_SENTENCE = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}")
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Ask `finder` too; registering it again changes nothing."""
    if finder not in _finders:
        _finders.append(finder)


class Places:
    """Where texts can be read. It is asked with whatever a record says of its sources, which may be anything."""

    def __init__(self, texts: Mapping[str, Text]) -> None:
        self._texts = texts

    def __call__(self, report: object, sentence: object) -> str:
        """The place of a sentence on the page about its text, or that page; "" where there is none."""
        text = self._texts.get(report) if isinstance(report, str) else None
        exact = isinstance(sentence, str) and _SENTENCE.fullmatch(sentence)
        return (f"{text.address}#s{sentence}" if exact else text.address) if text else ""

    def counted(self, sources: object) -> tuple[int, int]:
        """How many texts a record cites, and how many origins these have at most; only of texts that are known here."""
        rows = sources if isinstance(sources, list) else []
        cited = {row["report"] for row in rows if isinstance(row, Mapping) and isinstance(row.get("report"), str)}
        known = [self._texts[number] for number in cited if number in self._texts]
        return len(known), len({text.origin for text in known})


def places(subject: Subject) -> Places:
    """Where the texts are that `subject` may open."""
    return Places({number: text for finder in _finders for number, text in finder(subject).items()})
