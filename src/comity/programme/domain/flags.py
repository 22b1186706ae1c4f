"""What is odd about the records of an indicator: kept, shown, and said.

Rules of entry refuse what is typed here. What another party entered is applied whatever it breaks, and the same rules
then speak as remarks.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from comity.kernel.errors import DomainError
from comity.kernel.text import N_
from comity.programme.domain.amounts import amount_refusals
from comity.programme.domain.breakdown import breakdown_refusals
from comity.programme.domain.derivation import Note
from comity.programme.domain.entry import target_refusals
from comity.programme.domain.facts import IndicatorFacts, MeasurementFact
from comity.programme.domain.over_time import increments
from comity.programme.domain.series import by_place, counting, overlapping
from comity.programme.domain.vocabulary import Nature, Worded
from comity.programme.domain.yardsticks import foreign


class FlagKind(Worded):
    """What sort of oddity it is."""

    OVERLAP = "overlap", N_("overlapping periods")
    DECREASE = "decrease", N_("a running total that fell")
    BREAKDOWN = "breakdown", N_("a breakdown that does not add up")
    FIGURE = "figure", N_("a figure that does not fit")
    TARGET = "target", N_("a baseline or target that does not fit")
    REPLACEMENT = "replacement", N_("a replacement without effect")
    VERIFICATION = "verification", N_("a verification that does not count")
    FUTURE = "future", N_("a figure for days to come")
    FOREIGN = "foreign", N_("a baseline or target of another party")
    DISAGREEMENT = "disagreement", N_("parties disagree")


@dataclass(frozen=True, slots=True)
class Flag:
    """One oddity: a sentence, and the ids of the records that it is about."""

    kind: FlagKind
    note: Note
    about: tuple[str, ...]


def flags_of(indicator: IndicatorFacts, on: date) -> tuple[Flag, ...]:
    """Everything odd about the records themselves, whoever made them."""
    counted = counting(indicator.measurements)
    return (
        *_overlaps(counted.kept),
        *_decreases(indicator, counted.kept),
        *(flag for m in counted.kept for flag in _figure(m, indicator, on)),
        *(Flag(FlagKind.REPLACEMENT, note, (str(note.facts.get("id", "")),)) for note in counted.flags),
        *_yardsticks(indicator),
    )


def disagreements(indicator: IndicatorFacts, used: Collection[str], on: date) -> tuple[Flag, ...]:
    """Where another party's standing figure for the same place and days differs from one that counts now."""
    kept = [m for m in counting(indicator.measurements).kept if m.period.end <= on]
    ours = [m for m in kept if m.id in used]
    return tuple(
        Flag(
            FlagKind.DISAGREEMENT,
            Note.of(
                N_("For %(period)s, %(party)s reports another figure than %(reporter)s; both are shown."),
                period=theirs.period,
                party=theirs.author,
                reporter=indicator.reporter,
            ),
            (mine.id, theirs.id),
        )
        for mine in ours
        for theirs in kept
        if theirs.author != mine.author
        and theirs.place == mine.place
        and theirs.period.overlaps(mine.period)
        and _differ(indicator, mine, theirs)
    )


def _differ(indicator: IndicatorFacts, mine: MeasurementFact, theirs: MeasurementFact) -> bool:
    a, b = mine.amount.quantity(indicator.measure), theirs.amount.quantity(indicator.measure)
    if a is None and b is None:
        return (mine.amount.level, mine.amount.judgement) != (theirs.amount.level, theirs.amount.judgement)
    return a != b


def _overlaps(kept: Collection[MeasurementFact]) -> list[Flag]:
    message = N_("The figures for %(first)s and %(second)s share days; shared days are counted once.")
    return [
        Flag(FlagKind.OVERLAP, Note.of(message, first=a.period, second=b.period), (a.id, b.id))
        for a, b in overlapping(kept)
    ]


def _decreases(indicator: IndicatorFacts, kept: Collection[MeasurementFact]) -> list[Flag]:
    if indicator.nature is not Nature.RUNNING_TOTAL:
        return []
    message = N_("The running total fell from %(before)s to %(after)s on %(day)s.")
    found = []
    for author in sorted({m.author for m in kept}):
        for figures in by_place(m for m in kept if m.author == author).values():
            found += [
                Flag(
                    FlagKind.DECREASE,
                    Note.of(message, before=a.amount.value, after=b.amount.value, day=b.period.end),
                    (a.id, b.id),
                )
                for a, b, difference in increments(figures)
                if difference < 0
            ]
    return found


def _figure(m: MeasurementFact, indicator: IndicatorFacts, on: date) -> list[Flag]:
    found = [_said(FlagKind.FIGURE, error, m.id) for error in amount_refusals(m.amount, indicator, needs_parts=True)]
    found += [_said(FlagKind.BREAKDOWN, error, m.id) for error in breakdown_refusals(m, indicator)]
    if m.period.end > on:
        note = Note.of(N_("The figure for %(period)s is for days to come; it does not count yet."), period=m.period)
        found.append(Flag(FlagKind.FUTURE, note, (m.id,)))
    message = N_("A party has verified its own figure, which adds nothing to it.")
    found += [
        Flag(FlagKind.VERIFICATION, Note.of(message), (m.id, v.id)) for v in m.verifications if v.author == m.author
    ]
    return found


def _yardsticks(indicator: IndicatorFacts) -> list[Flag]:
    found = [
        _said(FlagKind.TARGET, error, target.id)
        for target in indicator.targets
        for error in target_refusals(target, indicator)
    ]
    found += [
        _said(FlagKind.TARGET, error, baseline.id)
        for baseline in indicator.baselines
        for error in amount_refusals(baseline.amount, indicator, needs_parts=False)
    ]
    message = N_("%(party)s states a baseline or target here; only the owner's and the reporter's count.")
    found += [Flag(FlagKind.FOREIGN, Note.of(message, party=fact.author), (fact.id,)) for fact in foreign(indicator)]
    return found


def _said(kind: FlagKind, error: DomainError, *about: str) -> Flag:
    return Flag(kind, Note(error.message, error.facts), about)
