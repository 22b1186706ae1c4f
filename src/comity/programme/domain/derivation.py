"""Why a number is what it is: every figure this package computes comes with the tree of what it was computed from.

The leaves are records (`Source`), the nodes are rules (`Derivation`). A page walks `lines()` and needs to know no rule;
a rule and a note are message ids with facts, so they read in the reader's language.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Self

from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.programme.domain.facts import Amount, BaselineFact, MeasurementFact, Period, TargetFact
from comity.programme.domain.numbers import figure
from comity.programme.domain.vocabulary import Worded


class SourceKind(Worded):
    """Which kind of record a number was taken from."""

    BASELINE = "baseline", N_("baseline")
    TARGET = "target", N_("target")
    MEASUREMENT = "measurement", N_("measurement")


def plain(fact: object) -> str:
    """A fact as English text; pages pass a function of their own that knows places, parties and languages."""
    if isinstance(fact, Worded):
        return fact.words
    if isinstance(fact, Fraction | Decimal):
        return figure(Fraction(fact))
    if isinstance(fact, tuple | list | frozenset):
        return ", ".join(plain(item) for item in fact)
    return str(fact)


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about a number: a message id and the facts that fill it."""

    message: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, message: str, **facts: object) -> Self:
        """A note with its facts by keyword."""
        return cls(message, facts)

    def said(self, translate: Callable[[str], str] = str, show: Callable[[object], str] = plain) -> str:
        """The sentence, in the language of `translate`, with each fact written by `show`."""
        return translate(self.message) % {name: show(fact) for name, fact in self.facts.items()}


@dataclass(frozen=True, slots=True)
class Source:
    """A record that a number was taken from."""

    kind: SourceKind
    id: str
    author: PartyId
    period: Period
    place: str
    amount: Amount

    @classmethod
    def of(cls, fact: BaselineFact | TargetFact | MeasurementFact) -> Self:
        """The source that a recorded fact is."""
        kinds = {
            BaselineFact: SourceKind.BASELINE,
            TargetFact: SourceKind.TARGET,
            MeasurementFact: SourceKind.MEASUREMENT,
        }
        return cls(kinds[type(fact)], fact.id, fact.author, fact.period, fact.place, fact.amount)


@dataclass(frozen=True, slots=True)
class Derivation:
    """One step: `rule` applied to `inputs` gave `amount` (a figure), `ratio` (a share: 1 is 100 %), or neither.

    `formula` writes the calculation out in figures, with Western digits; "" where there is nothing to calculate.
    `distribution` counts places per level or category. `complete` is false where part of what the figure stands for
    was not measured: such a figure is shown, named incomplete, and not judged.
    """

    rule: str
    facts: Mapping[str, object] = field(default_factory=dict)
    formula: str = ""
    amount: Amount | None = None
    ratio: Fraction | None = None
    distribution: tuple[tuple[int, int], ...] = ()
    inputs: tuple["Derivation | Source", ...] = ()
    notes: tuple[Note, ...] = ()
    complete: bool = True

    def said(self, translate: Callable[[str], str] = str, show: Callable[[object], str] = plain) -> str:
        """The rule as a sentence."""
        return Note(self.rule, self.facts).said(translate, show)

    def lines(self, depth: int = 0) -> Iterator[tuple[int, "Derivation | Source"]]:
        """This step and everything under it, each with its depth, in reading order."""
        yield depth, self
        for item in self.inputs:
            if isinstance(item, Derivation):
                yield from item.lines(depth + 1)
            else:
                yield depth + 1, item

    def sources(self) -> tuple[Source, ...]:
        """The records it rests on, each once, in reading order."""
        found = {(item.kind, item.id): item for _, item in self.lines() if isinstance(item, Source)}
        return tuple(found.values())

    def all_notes(self) -> tuple[Note, ...]:
        """The notes of every step, each once, in reading order."""
        found: list[Note] = []
        for _, item in self.lines():
            if isinstance(item, Derivation):
                found.extend(note for note in item.notes if note not in found)
        return tuple(found)

    @property
    def as_of(self) -> date | None:
        """The last day that its measurements cover."""
        return max((s.period.end for s in self.sources() if s.kind is SourceKind.MEASUREMENT), default=None)


def recorded(fact: BaselineFact | TargetFact | MeasurementFact) -> Derivation:
    """The figure of one record, as it was recorded."""
    return Derivation(rule=N_("As recorded."), amount=fact.amount, inputs=(Source.of(fact),))


def nothing(rule: str = N_("There is no figure."), *notes: Note, **facts: object) -> Derivation:
    """No figure, and why: missing stays missing."""
    return Derivation(rule=rule, facts=facts, notes=notes, complete=False)
