"""What is refused when a figure is entered, each refusal with its field and the figures it is about.

The rules speak to whoever types. What arrives from another party is applied whatever it breaks; there, the same rules
become remarks beside the figure.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from comity.kernel.errors import DomainError, Refused
from comity.kernel.text import N_
from comity.labels.grading import BadGrade, Grade
from comity.programme.domain.amounts import amount_refusals
from comity.programme.domain.breakdown import breakdown_refusals
from comity.programme.domain.facts import BaselineFact, IndicatorFacts, MeasurementFact, Period, TargetFact
from comity.programme.domain.progress import is_wrong_side, shown
from comity.programme.domain.series import counting, may_supersede
from comity.programme.domain.vocabulary import Direction, Measure


class PeriodReversed(DomainError):
    """A period that ends before it starts."""

    message = N_("The period ends on %(end)s, before it starts on %(start)s.")


class NotOverYet(DomainError):
    """A measurement of days still to come."""

    message = N_("The period ends on %(end)s, which is still to come: what has not happened cannot be measured.")


class CollectedEarly(DomainError):
    """A figure collected before the period it describes began."""

    message = N_("The figure was collected on %(collected)s, before its period began on %(start)s.")


class CollectedLater(DomainError):
    """A figure collected on a day still to come."""

    message = N_("The figure was collected on %(collected)s, which is still to come.")


class PeriodsOverlap(DomainError):
    """The author has a figure for some of these days and this place already."""

    message = N_(
        "There is a figure of yours for %(other)s and the same place already, which shares days with %(period)s. "
        "Correct that figure, or choose another period."
    )


class TargetOnTheWrongSide(DomainError):
    """A target that would be worse than the baseline."""


class TargetBelowBaseline(TargetOnTheWrongSide):
    """Worse, where higher is better."""

    message = N_("The target %(target)s is below the baseline %(baseline)s, and higher is better here.")


class TargetAboveBaseline(TargetOnTheWrongSide):
    """Worse, where lower is better."""

    message = N_("The target %(target)s is above the baseline %(baseline)s, and lower is better here.")


class TargetBeforeBaseline(DomainError):
    """A target that falls due before the way to it begins."""

    message = N_("The target falls due on %(due)s, not after the baseline of %(baseline)s.")


class StatedTwice(DomainError):
    """The same party stated one for this period and place already."""

    message = N_("There is one of yours for %(period)s and the same place already. Change that one instead.")


class CannotSupersede(DomainError):
    """A correction of something that is not one's own earlier figure for this indicator."""

    message = N_("A figure can only replace an earlier figure of the same party for the same indicator.")


class SupersededAlready(DomainError):
    """A correction of what was corrected already."""

    message = N_("That figure was replaced already. Correct the one that replaced it.")


class SampleImpossible(DomainError):
    """A sample of nobody, or a margin below nothing."""

    message = N_("A sample has at least one member, and a margin is not negative.")


def period_refusals(period: Period) -> tuple[DomainError, ...]:
    """A period that runs backwards."""
    if period.end < period.start:
        return (PeriodReversed(field="period_end", start=period.start, end=period.end),)
    return ()


def measurement_refusals(measurement: MeasurementFact, indicator: IndicatorFacts, on: date) -> tuple[DomainError, ...]:
    """Why `measurement` cannot be entered on the day `on`; empty when it can, else in the order of the form.

    `indicator.measurements` are those recorded already; the measurement itself may be among them.
    """
    return (
        *_period(measurement, indicator, on),
        *amount_refusals(measurement.amount, indicator, needs_parts=True),
        *breakdown_refusals(measurement, indicator),
        *grade_refusals(measurement.grade),
        *_sample(measurement),
        *_supersedes(measurement, indicator),
    )


def baseline_refusals(baseline: BaselineFact, indicator: IndicatorFacts) -> tuple[DomainError, ...]:
    """Why `baseline` cannot be entered; one that would put a stated target on its wrong side cannot, either.

    `indicator.baselines` and `indicator.targets` are those recorded already; the baseline may be among them.
    """
    told = replace(indicator, baselines=(*(b for b in indicator.baselines if b.id != baseline.id), baseline))
    held = [t for t in indicator.targets if _original(told, t.place) == baseline]
    return (
        *period_refusals(baseline.period),
        *amount_refusals(baseline.amount, indicator, needs_parts=False),
        *_stated_twice(baseline, indicator.baselines),
        *(error for target in held for error in _way(baseline, target, indicator)),
    )


def target_refusals(target: TargetFact, indicator: IndicatorFacts) -> tuple[DomainError, ...]:
    """Why `target` cannot be entered; `indicator` holds what is recorded already, this target perhaps among it."""
    baseline = _original(indicator, target.place)
    return (
        *period_refusals(target.period),
        *amount_refusals(target.amount, indicator, needs_parts=False),
        *_stated_twice(target, indicator.targets),
        *(_way(baseline, target, indicator) if baseline is not None else ()),
    )


def grade_refusals(grade: str) -> tuple[DomainError, ...]:
    """A grade that is not a letter A to F and a number 1 to 6; no grade at all is allowed."""
    if not grade:
        return ()
    try:
        Grade.parse(grade)
    except BadGrade:
        return (BadGrade(field="grade", grade=grade),)
    return ()


def refuse(errors: Iterable[DomainError]) -> None:
    """Raise `Refused` with all of `errors`, if there are any."""
    found = tuple(errors)
    if found:
        raise Refused(found)


def _period(measurement: MeasurementFact, indicator: IndicatorFacts, on: date) -> tuple[DomainError, ...]:
    if reversed_ := period_refusals(measurement.period):
        return reversed_
    found: list[DomainError] = []
    if measurement.period.end > on:
        found.append(NotOverYet(field="period_end", end=measurement.period.end))
    collected = measurement.collected_on
    if collected is not None and collected > on:
        found.append(CollectedLater(field="collected_on", collected=collected))
    if collected is not None and collected < measurement.period.start:
        found.append(CollectedEarly(field="collected_on", collected=collected, start=measurement.period.start))
    return (*found, *_overlaps(measurement, indicator))


def _overlaps(measurement: MeasurementFact, indicator: IndicatorFacts) -> list[DomainError]:
    """Days of the same author and place counted twice; what `measurement` replaces does not stand in its way."""
    others = [m for m in indicator.measurements if m.id != measurement.id]
    standing = counting([*others, measurement]).kept
    return [
        PeriodsOverlap(field="period_start", period=measurement.period, other=other.period)
        for other in standing
        if other.id != measurement.id
        and (other.author, other.place) == (measurement.author, measurement.place)
        and other.period.overlaps(measurement.period)
    ]


def _supersedes(measurement: MeasurementFact, indicator: IndicatorFacts) -> tuple[DomainError, ...]:
    if measurement.supersedes is None:
        return ()
    others = {m.id: m for m in indicator.measurements if m.id != measurement.id}
    old = others.get(measurement.supersedes)
    if old is None or not may_supersede(measurement, old, others | {measurement.id: measurement}):
        return (CannotSupersede(field="supersedes"),)
    if any(m.supersedes == old.id and m.author == old.author for m in others.values()):
        return (SupersededAlready(field="supersedes"),)
    return ()


def _sample(measurement: MeasurementFact) -> tuple[DomainError, ...]:
    if measurement.sample_size is not None and measurement.sample_size < 1:
        return (SampleImpossible(field="sample_size"),)
    if measurement.margin is not None and measurement.margin < 0:
        return (SampleImpossible(field="margin"),)
    return ()


def _stated_twice(
    fact: BaselineFact | TargetFact, others: Iterable[BaselineFact | TargetFact]
) -> tuple[DomainError, ...]:
    key = (fact.author, fact.place, fact.period)
    if any((o.author, o.place, o.period) == key for o in others if o.id != fact.id):
        return (StatedTwice(field="period_end", period=fact.period),)
    return ()


def _way(baseline: BaselineFact, target: TargetFact, indicator: IndicatorFacts) -> list[DomainError]:
    """A target that lies behind its baseline, in time or in what it asks for."""
    found: list[DomainError] = []
    if target.due <= baseline.period.end:
        found.append(TargetBeforeBaseline(field="period_end", due=target.due, baseline=baseline.period.end))
    b, t = baseline.amount.quantity(indicator.measure), target.amount.quantity(indicator.measure)
    if b is not None and t is not None and is_wrong_side(indicator.direction, b, t):
        error = TargetBelowBaseline if indicator.direction is Direction.ASCENDING else TargetAboveBaseline
        field = {Measure.PERCENTAGE: "numerator", Measure.ORDINAL: "level"}.get(indicator.measure, "value")
        figures = {"target": shown(indicator.measure, t), "baseline": shown(indicator.measure, b)}
        found.append(error(field=field if target.amount.value is None else "value", **figures))
    return found


def _original(indicator: IndicatorFacts, place: str) -> BaselineFact | None:
    """The baseline that a target at `place` is held against: the place's own, else that of the whole."""
    for at in (place, ""):
        stated = [b for b in indicator.baselines if b.place == at]
        if stated:
            return min(stated, key=lambda b: (b.period.end, b.id))
    return None
