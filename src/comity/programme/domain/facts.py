"""What the rules of this package reason about: plain, frozen, without a database.

Ids are strings as the caller names records (their address slug, say); they are handed back in derivations and
never looked into. `log_index` is the place in the log: the log is the clock, so "later" means a higher index.
Dates are inclusive at both ends. Quantities are exact; nothing here is a float.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Self

from comity.kernel.dates import PartialDate
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.programme.domain.vocabulary import (
    Direction,
    Frequency,
    InitiativeStatus,
    Judgement,
    Measure,
    Nature,
    ResultLevel,
    Stage,
)
from comity.responses.domain import Finding, Mode, Position, View


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `start` to `end`, both included; equal for a single date."""

    start: date
    end: date

    @classmethod
    def on(cls, day: date) -> Self:
        """The period of one day."""
        return cls(day, day)

    @property
    def days(self) -> int:
        """Length in days; 1 for a single date."""
        return (self.end - self.start).days + 1

    def overlaps(self, other: "Period") -> bool:
        """Whether at least one day belongs to both."""
        return self.start <= other.end and other.start <= self.end

    def contains(self, other: "Period") -> bool:
        """Whether every day of `other` belongs to this period."""
        return self.start <= other.start and other.end <= self.end

    def without(self, others: Iterable["Period"]) -> tuple["Period", ...]:
        """The parts of this period that none of `others` covers, in order."""
        gaps, next_day = [], self.start
        for other in sorted(others):
            if other.end < next_day or other.start > self.end:
                continue
            if other.start > next_day:
                gaps.append(Period(next_day, other.start - timedelta(days=1)))
            if other.end >= self.end:
                return tuple(gaps)
            next_day = other.end + timedelta(days=1)
        if next_day <= self.end:
            gaps.append(Period(next_day, self.end))
        return tuple(gaps)

    def __str__(self) -> str:
        return f"{self.start}" if self.start == self.end else f"{self.start} – {self.end}"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place as a fact of a sentence, so that a page can write its name; the code "" is the whole."""

    code: str

    def __str__(self) -> str:
        return self.code or "the whole"


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure: a value, or numerator and denominator, or a level (1 is the first), or words with a judgement."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    level: int | None = None
    narrative: Text | None = None
    judgement: Judgement | None = None

    def quantity(self, measure: Measure) -> Fraction | None:
        """The exact number to compare and calculate with; `None` where there is none, never 0 instead.

        A unit is its value; a percentage is in points (80 for 80 %), from numerator and denominator where both are
        given, and has no value over a denominator of 0; an ordinal is its level. Categories and words have none.
        """
        if measure is Measure.UNIT:
            return None if self.value is None else Fraction(self.value)
        if measure is Measure.PERCENTAGE:
            if self.numerator is not None and self.denominator is not None:
                return Fraction(self.numerator) * 100 / Fraction(self.denominator) if self.denominator else None
            return None if self.value is None else Fraction(self.value)
        if measure is Measure.ORDINAL:
            return None if self.level is None else Fraction(self.level)
        return None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was given."""
        return self == Amount()


@dataclass(frozen=True, slots=True)
class Cell:
    """One part of a breakdown: an option for every dimension, and its own amount."""

    options: tuple[tuple[str, str], ...]
    amount: Amount

    @classmethod
    def of(cls, options: dict[str, str], amount: Amount) -> Self:
        """A cell from dimension → option; the order in which they were given does not matter."""
        return cls(tuple(sorted(options.items())), amount)


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to break figures down; its options say "unknown" explicitly."""

    key: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BaselineFact:
    """Where an indicator stood before."""

    id: str
    author: PartyId
    period: Period
    amount: Amount
    place: str = ""


@dataclass(frozen=True, slots=True)
class TargetFact:
    """Where an indicator should stand at the end of `period`, or what a flow should reach during it."""

    id: str
    author: PartyId
    period: Period
    amount: Amount
    place: str = ""

    @property
    def due(self) -> date:
        """The day it falls due."""
        return self.period.end


@dataclass(frozen=True, slots=True)
class VerificationFact:
    """What one party found when it checked a measurement; a code that this version does not know stays its text."""

    id: str
    about: str
    author: PartyId
    finding: Finding | str
    mode: Mode | str
    verified_on: date
    log_index: int = 0


@dataclass(frozen=True, slots=True)
class MeasurementFact:
    """What one party measured; never changed, only superseded. `place` is a P-code, "" for the whole."""

    id: str
    indicator: str
    author: PartyId
    period: Period
    amount: Amount
    place: str = ""
    cells: tuple[Cell, ...] = ()
    supersedes: str | None = None
    collected_on: date | None = None
    grade: str = ""
    sample_size: int | None = None
    margin: Decimal | None = None
    verifications: tuple[VerificationFact, ...] = ()
    log_index: int = 0


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """An indicator with everything recorded under it that the reader may see.

    `reporter` is the party whose series decides. `unknown` holds the codes in its description that this version does
    not know: its figures are shown and not judged. `copy` is true where the reporter's records reach this node from
    elsewhere: there, absence means *not shared with us*.
    """

    id: str
    owner: PartyId
    reporter: PartyId
    measure: Measure
    nature: Nature = Nature.STOCK
    direction: Direction = Direction.ASCENDING
    frequency: Frequency = Frequency.QUARTERLY
    additive: bool = True
    distinct_people: bool = False
    straight_line: bool = False
    critical: bool = False
    weight: Decimal | None = None
    levels: int = 0
    dimensions: tuple[Dimension, ...] = ()
    verifier: PartyId | None = None
    level: ResultLevel | None = None
    title: Text | None = None
    baselines: tuple[BaselineFact, ...] = ()
    targets: tuple[TargetFact, ...] = ()
    measurements: tuple[MeasurementFact, ...] = ()
    copy: bool = False
    unknown: tuple[str, ...] = ()

    def at(self, place: str) -> "IndicatorFacts":
        """The same indicator, with the records of one place only."""
        return replace(
            self,
            baselines=tuple(b for b in self.baselines if b.place == place),
            targets=tuple(t for t in self.targets if t.place == place),
            measurements=tuple(m for m in self.measurements if m.place == place),
        )


@dataclass(frozen=True, slots=True)
class ConcurrenceFact:
    """A party's word on another's record; a code that this version does not know stays its text.

    `log_index` is where the word itself was last changed: a remark added later gives it no new weight.
    `signatory_until` is the last day of the signatory's appointment, where it ended; a change of government ends
    appointments, so it needs no field of its own. `read_revision` and `read_commitment` name what the party read, and
    `covers` says whether that is what the record says now; None where the word names no revision.
    """

    id: str
    author: PartyId
    position: Position | str
    view: View | str
    letter_number: str = ""
    letter_date: date | None = None
    authority: Text | None = None
    conditions: Text | None = None
    reason: Text | None = None
    signatory: str | None = None
    signatory_until: date | None = None
    log_index: int = 0
    read_revision: int | None = None
    read_commitment: str = ""
    covers: bool | None = None


@dataclass(frozen=True, slots=True)
class MandateFacts:
    """Why the mission is there: a record of the host. Empty `areas` or `institutions` set no limit.

    `of_host` is false for a mandate that came from a party which is no host: nothing stands on it.
    """

    id: str
    owner: PartyId
    clauses: tuple[str, ...] = ()
    areas: frozenset[str] = frozenset()
    institutions: frozenset[str] = frozenset()
    begins: PartialDate | None = None
    review: PartialDate | None = None
    ends: PartialDate | None = None
    of_host: bool = True


@dataclass(frozen=True, slots=True)
class ObjectiveFacts:
    """What is wanted, by whom, and who has said what to it.

    `worded_at` is the log index at which it came to say what it says now: a word given before was given to something
    else. A stage that this version does not know stays its text.
    """

    id: str
    owner: PartyId
    host: PartyId
    stage: Stage | str
    mandate: MandateFacts | None = None
    area: str = ""
    institution: str | None = None
    starts: PartialDate | None = None
    ends: PartialDate | None = None
    ancestors: tuple[str, ...] = ()
    concurrences: tuple[ConcurrenceFact, ...] = ()
    worded_at: int = 0


@dataclass(frozen=True, slots=True)
class InitiativeFacts:
    """What a party does towards objectives, the clause of the mandate it stands on, and who has said what to it.

    `in_principle` is true of what was once agreed in principle only: that awaits the host's word for good. `worded_at`
    is the log index at which it came to say what it says now.
    """

    id: str
    owner: PartyId
    clause: str
    status: InitiativeStatus | str
    status_reason: Text | None = None
    areas: frozenset[str] = field(default_factory=frozenset)
    institutions: frozenset[str] = field(default_factory=frozenset)
    planned_start: PartialDate | None = None
    planned_end: PartialDate | None = None
    actual_start: PartialDate | None = None
    actual_end: PartialDate | None = None
    host: PartyId | None = None
    concurrences: tuple[ConcurrenceFact, ...] = ()
    in_principle: bool = False
    worded_at: int = 0
