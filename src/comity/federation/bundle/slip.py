"""The return slip: how far a node has what a partner's bundles brought, in lines that a person can type.

    FEED STEP HELD WORDS      3f9a0c11d2e4b5a6 120 0 anchor lemon ribbon stone

Feed is the incarnation, held is how many records are held back, and the four words stand for all of it with the hash of
the step, so that the sender's node knows a line that was mistyped, or is about another history. They are no signature:
whoever carries the medium can make them. So a slip counts as the word of the person who enters it. No Django.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from comity.federation.protocol.feed import FeedKey, Position
from comity.kernel import canonical
from comity.kernel.ids import PartyId
from comity.parties.fingerprint import LANGUAGES, list_of

WORDS = 4
_LINE = re.compile(r"(?P<feed>[0-9a-f]{16})\s+(?P<step>\d{1,15})\s+(?P<held>\d{1,9})\s+(?P<words>\S+(\s+\S+){3})\s*")


@dataclass(frozen=True, slots=True)
class Line:
    """That a party has a feed up to a step, all but `held` records."""

    feed: FeedKey
    at: Position
    held: int

    def words(self, by: PartyId, language: str) -> tuple[str, ...]:
        """The check words, as the party `by` says it."""
        said = canonical.encode(["comity return slip", by, *self.feed, *self.at, self.held])
        listed = list_of(language if language in LANGUAGES else "en")
        return tuple(listed[byte] for byte in hashlib.sha256(said).digest()[:WORDS])

    @property
    def figures(self) -> str:
        """How the line begins."""
        return f"{self.feed.incarnation} {self.at.seq} {self.held}"

    def text(self, by: PartyId, language: str) -> str:
        """The line as it is written."""
        return f"{self.figures} {' '.join(self.words(by, language))}"

    def is_said(self, entered: Entered, by: PartyId) -> bool:
        """Whether somebody entered just this line, in either language."""
        lists = [[word.casefold() for word in self.words(by, language)] for language in LANGUAGES]
        return entered.words in lists


@dataclass(frozen=True, slots=True)
class Entered:
    """A line as somebody entered it."""

    line: str
    incarnation: str
    step: int
    held: int
    words: list[str]


def read(text: str) -> list[Entered]:
    """The lines of a slip, wherever they stand in a text; digits may be Arabic ones, and capitals do not matter."""
    return [
        Entered(line.strip(), found["feed"], int(found["step"]), int(found["held"]), found["words"].split())
        for line in text.splitlines()
        if (found := _LINE.fullmatch(line.strip().casefold())) is not None
    ]
