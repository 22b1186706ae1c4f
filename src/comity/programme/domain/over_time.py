"""The rule of time: how the figures of one place become one figure for a period.

A flow is added up, a stock and a running total are as they were last, a percentage is the sum of its numerators over
the sum of its denominators, a level or a judgement is the last one. A percentage is never the mean of percentages, a
stock is never added to itself, and people counted one by one are never added, for they may be the same people.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from comity.kernel.text import N_
from comity.programme.domain.derivation import Derivation, Note, Source, nothing, recorded
from comity.programme.domain.facts import Amount, IndicatorFacts, MeasurementFact, Period
from comity.programme.domain.numbers import figure_of, total
from comity.programme.domain.series import gaps, in_order, without_overlaps
from comity.programme.domain.vocabulary import Measure, Nature

NO_MEASUREMENT = N_("No measurement in this period.")


def over_time(
    indicator: IndicatorFacts, figures: Sequence[MeasurementFact], period: Period | None = None
) -> Derivation:
    """One figure from the `figures` of one place (none superseded), within `period` or over all of them.

    A flow counts when its whole period lies inside; a stock, a level or a judgement when the day it describes does.
    Does not depend on the order of `figures`.
    """
    is_flow = indicator.nature is Nature.FLOW and indicator.measure in (Measure.UNIT, Measure.PERCENTAGE)
    inside = [m for m in figures if period is None or period.contains(m.period if is_flow else Period.on(m.period.end))]
    notes = [
        Note.of(N_("The figure for %(period)s reaches over an edge of the whole and cannot be split."), period=m.period)
        for m in figures
        if period is not None and is_flow and m not in inside and m.period.overlaps(period)
    ]
    if not inside:
        return nothing(NO_MEASUREMENT, *notes)
    if indicator.measure is Measure.PERCENTAGE:
        return pooled(*_once(inside, notes))
    if not is_flow:
        return last(indicator, inside)
    if indicator.distinct_people:
        return _people(inside, period, notes)
    counted, notes = _once(inside, notes)
    return _added_up(counted, period, notes)


def last(indicator: IndicatorFacts, figures: Sequence[MeasurementFact]) -> Derivation:
    """The last of `figures` (at least one) as recorded; a running total that once fell is noted."""
    ordered = sorted(figures, key=in_order)
    notes = []
    if indicator.nature is Nature.RUNNING_TOTAL:
        notes = [
            Note.of(
                N_("The running total fell from %(before)s to %(after)s on %(day)s."),
                before=before.amount.value,
                after=after.amount.value,
                day=after.period.end,
            )
            for before, after, difference in increments(ordered)
            if difference < 0
        ]
    found = ordered[-1]
    return Derivation(
        rule=N_("The last figure, of %(day)s."),
        facts={"day": found.period.end},
        amount=found.amount,
        inputs=(Source.of(found),),
        notes=tuple(notes),
        complete=not found.amount.is_empty,
    )


def increments(
    figures: Sequence[MeasurementFact],
) -> tuple[tuple[MeasurementFact, MeasurementFact, Decimal], ...]:
    """What a running total grew by between two figures of one place: (before, after, difference); may be negative."""
    ordered = [m for m in sorted(figures, key=in_order) if m.amount.value is not None]
    return tuple(
        (before, after, total((after.amount.value, -before.amount.value)))
        for before, after in pairwise(ordered)
        if before.amount.value is not None and after.amount.value is not None
    )


def pooled(figures: Sequence[MeasurementFact], notes: Sequence[Note] = ()) -> Derivation:
    """Percentages together: Σ numerators ÷ Σ denominators. A sum of 0 below the line has no value."""
    return pool([recorded(m) for m in figures], list(notes), N_("Numerators added up over denominators added up."))


def pool(parts: Sequence[Derivation], notes: Sequence[Note], rule: str) -> Derivation:
    """Σn ÷ Σd of `parts`; a part without numerator and denominator is left out and makes the result incomplete."""
    if len(parts) == 1:
        return _with_notes(parts[0], notes)
    usable = [p for p in parts if p.amount and p.amount.numerator is not None and p.amount.denominator is not None]
    left_out = len(parts) - len(usable)
    if left_out:
        without = Note.of(N_("%(count)s figures without numerator and denominator are left out."), count=left_out)
        notes = (*notes, without)
    if not usable:
        return Derivation(rule=rule, inputs=tuple(parts), notes=tuple(notes), complete=False)
    above = [p.amount.numerator for p in usable if p.amount and p.amount.numerator is not None]
    below = [p.amount.denominator for p in usable if p.amount and p.amount.denominator is not None]
    return Derivation(
        rule=rule,
        formula=f"({_sum(above)}) ÷ ({_sum(below)})",
        amount=Amount(numerator=total(above), denominator=total(below)),
        inputs=tuple(parts),
        notes=(*notes, *([] if total(below) else [Note.of(N_("The denominators add up to 0: there is no value."))])),
        complete=not left_out and all(p.complete for p in parts),
    )


def add(parts: Sequence[Derivation], notes: Sequence[Note], rule: str, *, complete: bool = True) -> Derivation:
    """The sum of the values of `parts`; one without a value is named by its absence, never counted as 0."""
    values = [p.amount.value for p in parts if p.amount and p.amount.value is not None]
    if len(values) < len(parts):
        count = len(parts) - len(values)
        without = Note.of(N_("%(count)s figures have no value; nothing is counted in their place."), count=count)
        notes = (*notes, without)
    return Derivation(
        rule=rule,
        formula=_sum(values),
        amount=Amount(value=total(values)) if values else None,
        inputs=tuple(parts),
        notes=tuple(notes),
        complete=complete and len(values) == len(parts) and all(p.complete for p in parts),
    )


def _added_up(figures: Sequence[MeasurementFact], period: Period | None, notes: Sequence[Note]) -> Derivation:
    """A flow over its periods; days that nobody measured make the sum incomplete and are named."""
    span = period or Period(min(m.period.start for m in figures), max(m.period.end for m in figures))
    missing = gaps(span, figures)
    if missing:
        notes = (*notes, Note.of(N_("Not measured: %(periods)s."), periods=missing))
    if len(figures) == 1:
        return _with_notes(recorded(figures[0]), notes, complete=not missing)
    return add([recorded(m) for m in figures], notes, N_("Added up over periods."), complete=not missing)


def _people(figures: Sequence[MeasurementFact], period: Period | None, notes: Sequence[Note]) -> Derivation:
    """Distinct people in a period: only a count for the whole of it will do."""
    whole = [m for m in figures if m.period == period]
    if whole or len(figures) == 1:
        chosen = max(whole or figures, key=in_order)
        return _with_notes(recorded(chosen), notes, complete=period is None or chosen.period == period)
    return Derivation(
        rule=N_("People counted in one period may be counted again in another, so there is no total."),
        inputs=tuple(Source.of(m) for m in sorted(figures, key=in_order)),
        notes=tuple(notes),
        complete=False,
    )


def _once(figures: Sequence[MeasurementFact], notes: Sequence[Note]) -> tuple[list[MeasurementFact], list[Note]]:
    """Each day counted once, and a note for each figure left out because its days were counted already."""
    counted, left_out = without_overlaps(figures)
    again = [
        Note.of(N_("The figure for %(period)s overlaps one recorded before and is left out."), period=m.period)
        for m in left_out
    ]
    return counted, [*notes, *again]


def _with_notes(made: Derivation, notes: Sequence[Note], *, complete: bool = True) -> Derivation:
    return replace(made, notes=(*made.notes, *notes), complete=complete and made.complete)


def _sum(values: Sequence[Decimal]) -> str:
    return " + ".join(f"({figure_of(value)})" if value < 0 else figure_of(value) for value in values)
