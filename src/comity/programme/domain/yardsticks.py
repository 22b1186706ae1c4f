"""What a figure is held against: the original baseline, the stated targets, and where it should stand on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

from comity.kernel.text import N_
from comity.programme.domain.aggregation import over_places
from comity.programme.domain.derivation import Derivation, Source
from comity.programme.domain.facts import BaselineFact, IndicatorFacts, Period, TargetFact
from comity.programme.domain.progress import is_wrong_side, shown
from comity.programme.domain.series import within

_Stated = TypeVar("_Stated", BaselineFact, TargetFact)


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A baseline or a target over all its places: `derivation` holds the figure, `places` where it was stated."""

    period: Period
    derivation: Derivation
    places: frozenset[str]

    def quantity(self, indicator: IndicatorFacts) -> Fraction | None:
        """The number to compare with."""
        amount = self.derivation.amount
        return amount.quantity(indicator.measure) if amount is not None else None


def original_baseline(indicator: IndicatorFacts) -> Yardstick | None:
    """The earliest baseline of each place, together; later ones never move the start of the way."""
    first: dict[str, BaselineFact] = {}
    for fact in sorted(_binding(indicator, indicator.baselines), key=lambda b: b.period.end, reverse=True):
        first[fact.place] = fact
    if not first:
        return None
    return _together(indicator, first, N_("The original baseline, of %(day)s."))


def stated_targets(indicator: IndicatorFacts) -> tuple[Yardstick, ...]:
    """The targets in order of the day they fall due, those of several places for one period together."""
    found: dict[Period, dict[str, TargetFact]] = {}
    for fact in _binding(indicator, indicator.targets):
        found.setdefault(fact.period, {})[fact.place] = fact
    together = [_together(indicator, facts, N_("The target for %(day)s.")) for facts in found.values()]
    return tuple(sorted(together, key=lambda y: (y.period.end, y.period.start)))


def window(indicator: IndicatorFacts, target: Yardstick, first_day: date) -> Period:
    """The period in which a flow adds up towards `target`.

    A target stated for one day only counts from the day after the baseline, or from `first_day`, the first measured.
    """
    if target.period.days > 1:
        return target.period
    baseline = original_baseline(indicator)
    if baseline is not None and baseline.period.end >= target.period.end:  # perhaps the last day that there is
        return target.period
    start = baseline.period.end + timedelta(days=1) if baseline else first_day
    return Period(min(start, target.period.end), target.period.end)


def expected_on(indicator: IndicatorFacts, day: date) -> Derivation | None:
    """What a level should be on `day`: on the straight line between stated targets where the programme says so, else
    the last target that has fallen due; `None` before there is anything to hold it against.

    The line starts at the original baseline. Targets on the wrong side of it are left out.
    """
    baseline = original_baseline(indicator)
    start = baseline.quantity(indicator) if baseline else None
    points = [(baseline, start)] if baseline and start is not None else []
    for target in stated_targets(indicator):
        wanted = target.quantity(indicator)
        if wanted is not None and (start is None or not is_wrong_side(indicator.direction, start, wanted)):
            points.append((target, wanted))
    before = [point for point in points if point[0].period.end <= day]
    after = [point for point in points if point[0].period.end > day]
    if indicator.straight_line and before and after:
        return _on_the_line(indicator, before[-1], after[0], day)
    due = [yardstick for yardstick, _ in before if yardstick is not baseline]
    return due[-1].derivation if due else None


def _on_the_line(
    indicator: IndicatorFacts, left: tuple[Yardstick, Fraction], right: tuple[Yardstick, Fraction], day: date
) -> Derivation:
    (left_yardstick, a), (right_yardstick, b) = left, right
    gone = (day - left_yardstick.period.end).days
    span = (right_yardstick.period.end - left_yardstick.period.end).days
    wanted = a + (b - a) * Fraction(gone, span)
    return Derivation(
        rule=N_(
            "On the straight line to the target of %(due)s, %(gone)s of %(span)s days gone: %(expected)s on %(day)s."
        ),
        facts={
            "due": right_yardstick.period.end,
            "gone": gone,
            "span": span,
            "expected": shown(indicator.measure, wanted),
            "day": day,
        },
        formula=f"{_term(indicator, a)} + ({_term(indicator, b)} − {_term(indicator, a)}) × {gone} ÷ {span}",
        ratio=wanted,
        inputs=(left_yardstick.derivation, right_yardstick.derivation),
    )


def expected_quantity(indicator: IndicatorFacts, expected: Derivation) -> Fraction | None:
    """The number of what `expected_on` gave."""
    if expected.ratio is not None:
        return expected.ratio
    return expected.amount.quantity(indicator.measure) if expected.amount is not None else None


def foreign(indicator: IndicatorFacts) -> tuple[BaselineFact | TargetFact, ...]:
    """Baselines and targets that neither the indicator's owner nor its reporter stated: shown, never binding."""
    named = (indicator.owner, indicator.reporter)
    stated: tuple[BaselineFact | TargetFact, ...] = (*indicator.baselines, *indicator.targets)
    return tuple(fact for fact in stated if fact.author not in named)


def _binding(indicator: IndicatorFacts, facts: Iterable[_Stated]) -> list[_Stated]:
    """What the reporter stated, then what the owner did: where both speak of one thing, the owner's comes last."""
    ranked = [(fact.author == indicator.owner, fact.id, fact) for fact in facts]
    named = (indicator.owner, indicator.reporter)
    return [fact for _, _, fact in sorted(ranked, key=lambda r: r[:2]) if fact.author in named]


def _term(indicator: IndicatorFacts, number: Fraction) -> str:
    text = shown(indicator.measure, number)
    return f"({text})" if number < 0 else text


def _together(
    indicator: IndicatorFacts, facts: Mapping[str, BaselineFact] | Mapping[str, TargetFact], rule: str
) -> Yardstick:
    outer = {place: fact for place, fact in facts.items() if not any(within(place, other) for other in facts)}
    latest = max((fact.period for fact in outer.values()), key=lambda period: (period.end, period.start))
    parts = {
        place: Derivation(rule=rule, facts={"day": fact.period.end}, amount=fact.amount, inputs=(Source.of(fact),))
        for place, fact in outer.items()
    }
    return Yardstick(latest, over_places(indicator, parts), frozenset(outer))
