"""Grading of sources and what they say: the Admiralty code (AJP-2.1). No Django.

A grade is an assessment, not a marking: it says nothing about who may read. F and 6 mean *cannot be judged*, which is
not the worst grade but the absence of one, so grades are not ordered here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Self

from comity.kernel.errors import DomainError
from comity.kernel.text import N_


class BadGrade(DomainError):
    """Not a letter A to F and a number 1 to 6."""

    message = N_("“%(grade)s” is not a grade: write a letter from A to F and a number from 1 to 6, such as B2.")


class Reliability(StrEnum):
    """How far the source has been right before."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class Credibility(IntEnum):
    """How likely the information is, whoever brings it."""

    CONFIRMED = 1
    PROBABLE = 2
    POSSIBLE = 3
    DOUBTFUL = 4
    IMPROBABLE = 5
    CANNOT_BE_JUDGED = 6


RELIABILITY_WORDS = MappingProxyType(
    {
        Reliability.A: N_("completely reliable"),
        Reliability.B: N_("usually reliable"),
        Reliability.C: N_("fairly reliable"),
        Reliability.D: N_("not usually reliable"),
        Reliability.E: N_("unreliable"),
        Reliability.F: N_("reliability cannot be judged"),
    }
)
CREDIBILITY_WORDS = MappingProxyType(
    {
        Credibility.CONFIRMED: N_("confirmed by other sources"),
        Credibility.PROBABLE: N_("probably true"),
        Credibility.POSSIBLE: N_("possibly true"),
        Credibility.DOUBTFUL: N_("doubtful"),
        Credibility.IMPROBABLE: N_("improbable"),
        Credibility.CANNOT_BE_JUDGED: N_("truth cannot be judged"),
    }
)

_FORM = re.compile(r"([A-Fa-f])[\s-]?([0-9])")


@dataclass(frozen=True, slots=True)
class Grade:
    """One assessment of a source and of what it said."""

    reliability: Reliability
    credibility: Credibility

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "B2", "b 2" or "B-2", Arabic digits included. Raises BadGrade."""
        plain = "".join(str(unicodedata.digit(mark, mark)) for mark in text.strip())
        if not (found := _FORM.fullmatch(plain)) or not 1 <= int(found[2]) <= 6:
            raise BadGrade(grade=text)
        return cls(Reliability(found[1].upper()), Credibility(int(found[2])))

    def __str__(self) -> str:
        return f"{self.reliability.value}{self.credibility.value}"

    @property
    def source_judged(self) -> bool:
        """Whether the source's reliability could be judged at all."""
        return self.reliability is not Reliability.F

    @property
    def information_judged(self) -> bool:
        """Whether the information's credibility could be judged at all."""
        return self.credibility is not Credibility.CANNOT_BE_JUDGED

    def words(self) -> tuple[str, str]:
        """Message ids, to be translated: of the source, and of the information."""
        return RELIABILITY_WORDS[self.reliability], CREDIBILITY_WORDS[self.credibility]
