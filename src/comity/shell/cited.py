"""Texts that records cite as their sources: which of them a reader can open on this node, and where.

Whoever keeps such texts registers a finder from `AppConfig.ready`; without one, sources are words and no links.
"""

import re
from collections.abc import Callable, Mapping

from comity.labels.subject import Subject

Finder = Callable[[Subject], Mapping[str, str]]
"""The addresses of the pages that `subject` may open, by the number of the text."""

_SENTENCE = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}")
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Ask `finder` too; registering it again changes nothing."""
    if finder not in _finders:
        _finders.append(finder)


def places(subject: Subject) -> Callable[[object, object], str]:
    """A function from a text's number and a sentence's to the place on the page about it; "" where there is none.

    It is asked with whatever a record says of its sources, which may be anything.
    """
    found = {number: address for finder in _finders for number, address in finder(subject).items()}

    def place(report: object, sentence: object) -> str:
        address = found.get(report, "") if isinstance(report, str) else ""
        exact = address and isinstance(sentence, str) and _SENTENCE.fullmatch(sentence)
        return f"{address}#s{sentence}" if exact else address

    return place
