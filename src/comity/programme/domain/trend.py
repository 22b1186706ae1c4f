"""The course of an indicator over time: what a sparkline draws from baseline through measurements to target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from comity.programme.domain.aggregation import missing_places, outermost, over_places, roll_up
from comity.programme.domain.derivation import Derivation
from comity.programme.domain.facts import IndicatorFacts, MeasurementFact, Period
from comity.programme.domain.over_time import last
from comity.programme.domain.series import by_place, counting
from comity.programme.domain.vocabulary import Measure, Nature
from comity.programme.domain.yardsticks import Yardstick, original_baseline, stated_targets, window


@dataclass(frozen=True, slots=True)
class Point:
    """A day, the number that stood on it (percentages in points), and where it came from.

    `so_far` marks the sum of a period of which only the days until `day` were measured.
    """

    day: date
    number: Fraction
    derivation: Derivation
    so_far: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """Figures in order of time, with where they start and where they should go; numbers only, never gaps as 0.

    `gaps` are the days on which something was measured that gives no number to draw.
    """

    baseline: Point | None
    points: tuple[Point, ...]
    targets: tuple[Point, ...]
    gaps: tuple[date, ...] = ()


_Made = tuple[date, Derivation, bool]
"""A day, what stood on it, and whether its period goes on."""


def trend_of(indicator: IndicatorFacts, on: date) -> Trend:
    """The reporter's figures up to `on`, over all places: flows period by period, everything else day by day.

    A flow whose targets speak of longer periods than its measurements is drawn as what each target period reached, so
    that it can be compared with the target. A sum of which a place or a day is missing is a gap, for it would draw a
    fall that nobody measured.
    """
    own = counting(m for m in indicator.measurements if m.author == indicator.reporter and m.period.end <= on).kept
    points, gaps = [], []
    for day, derivation, so_far in _made(indicator, own):
        drawn = derivation.complete or indicator.measure is not Measure.UNIT
        point = _point(indicator, day, derivation, so_far=so_far) if drawn else None
        if point is None:
            gaps.append(day)
        else:
            points.append(point)
    baseline = original_baseline(indicator)
    return Trend(
        baseline=_point(indicator, baseline.period.end, baseline.derivation) if baseline else None,
        points=tuple(points),
        targets=tuple(
            point
            for target in stated_targets(indicator)
            if (point := _point(indicator, target.period.end, target.derivation)) is not None
        ),
        gaps=tuple(gaps),
    )


def _made(indicator: IndicatorFacts, own: Sequence[MeasurementFact]) -> list[_Made]:
    if indicator.nature is not Nature.FLOW or indicator.measure not in (Measure.UNIT, Measure.PERCENTAGE):
        return [(day, stood, False) for day, stood in _by_day(indicator, own)]
    if own and indicator.measure is Measure.UNIT:
        first_day = min(m.period.start for m in own)
        spans = [(target, window(indicator, target, first_day)) for target in stated_targets(indicator)]
        if any(span.contains(m.period) and span != m.period for _, span in spans for m in own):
            return _by_target(indicator, own, spans)
    return [(day, sum_, False) for day, sum_ in _by_period(indicator, own)]


def _by_target(
    indicator: IndicatorFacts, own: Sequence[MeasurementFact], spans: Sequence[tuple[Yardstick, Period]]
) -> list[_Made]:
    """What each target period reached by its end; of the last one, by the last day that every place measured."""
    made: dict[date, _Made] = {}
    latest = max(m.period.end for m in own)
    for target, span in spans:
        inside = [m for m in own if span.contains(m.period)]
        if not inside:
            continue
        until = min(members[-1].period.end for members in by_place(inside).values())
        if until < span.end < latest:  # its end is missing, and measuring went on: no sum so far, but a hole
            until = span.end
        reached = Period(span.start, until)
        figures = [m for m in inside if reached.contains(m.period)]
        made.setdefault(until, (until, roll_up(indicator, figures, reached, target.places), until < span.end))
    return [made[day] for day in sorted(made)]


def _by_period(indicator: IndicatorFacts, own: Sequence[MeasurementFact]) -> list[tuple[date, Derivation]]:
    """What happened in each period, over the places that were ever measured."""
    drawn: dict[date, list[MeasurementFact]] = {}
    for m in own:
        drawn.setdefault(m.period.end, []).append(m)
    places = {m.place for m in own}
    return [(day, roll_up(indicator, figures, None, places)) for day, figures in drawn.items()]


def _by_day(indicator: IndicatorFacts, own: Sequence[MeasurementFact]) -> list[tuple[date, Derivation]]:
    """How things stood on each day measured: one pass, each place keeping its last figure until the next."""
    figures, _ = outermost(own, same_days=False)
    places = {m.place for m in figures}
    standing: dict[str, Derivation] = {}
    stood: dict[date, dict[str, Derivation]] = {}
    for m in figures:
        standing = {**standing, m.place: last(indicator, [m])}
        stood[m.period.end] = standing
    return [(day, over_places(indicator, parts, missing_places(places, parts))) for day, parts in stood.items()]


def _point(indicator: IndicatorFacts, day: date, derivation: Derivation, *, so_far: bool = False) -> Point | None:
    number = derivation.amount.quantity(indicator.measure) if derivation.amount is not None else None
    return Point(day, number, derivation, so_far) if number is not None else None
