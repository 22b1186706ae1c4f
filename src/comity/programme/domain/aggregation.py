"""The rule of places, and the roll-up that applies time first and places second. Never one rule for both.

Over places, what is additive is added, percentages are pooled, levels become a distribution with its median and never
a mean, categories a distribution, people are counted by identity or not at all, and judgements are listed.

A place that was measured, but not in the period, is missing: it is named, nothing is counted in its stead, and the sum
says that it is incomplete. Within a period a place's last figure is carried to the period's end, and the page says so.
A figure for a whole is never added to figures of its parts.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from comity.kernel.text import N_
from comity.programme.domain.derivation import Derivation, Note, nothing, recorded
from comity.programme.domain.facts import Amount, IndicatorFacts, MeasurementFact, Period, Place
from comity.programme.domain.over_time import NO_MEASUREMENT, add, last, over_time, pool
from comity.programme.domain.series import by_place, counting, within
from comity.programme.domain.vocabulary import Direction, Measure, Nature


def roll_up(
    indicator: IndicatorFacts,
    measurements: Iterable[MeasurementFact],
    period: Period | None = None,
    expected: Collection[str] = (),
) -> Derivation:
    """One figure from one party's `measurements`: over time in each place, then over places.

    `expected` are the places that should have a figure; a place measured at any time before the period ends is
    expected as well. Does not depend on the order of `measurements`.
    """
    summed = indicator.nature is Nature.FLOW and indicator.measure in (Measure.UNIT, Measure.PERCENTAGE)
    return _rolled(indicator, measurements, period, expected, over_time, same_days=summed)


def latest_figure(
    indicator: IndicatorFacts, measurements: Iterable[MeasurementFact], on: date, expected: Collection[str] = ()
) -> Derivation:
    """The figure as it stood on `on`: the last one of each place, then over places; a flow's last period."""
    until = Period(date.min, on)

    def newest(told: IndicatorFacts, figures: Sequence[MeasurementFact], _: Period | None) -> Derivation:
        known = [m for m in figures if m.period.end <= on]
        return last(told, known) if known else nothing(NO_MEASUREMENT)

    return _rolled(indicator, measurements, until, expected, newest, same_days=False)


def _rolled(
    indicator: IndicatorFacts,
    measurements: Iterable[MeasurementFact],
    period: Period | None,
    expected: Collection[str],
    time_rule: Callable[[IndicatorFacts, Sequence[MeasurementFact], Period | None], Derivation],
    *,
    same_days: bool,
) -> Derivation:
    counted = counting(measurements)
    known = [m for m in counted.kept if period is None or m.period.start <= period.end]
    figures, inside = outermost(known, same_days=same_days)
    parts = {place: time_rule(indicator, members, period) for place, members in by_place(figures).items()}
    found = {place: part for place, part in parts.items() if part.sources()}
    whole = over_places(indicator, found, missing_places({*expected, *parts}, found))
    return replace(whole, notes=(*whole.notes, *inside, *counted.flags))


def missing_places(expected: Iterable[str], measured: Collection[str]) -> tuple[str, ...]:
    """The expected places without a figure: neither measured, nor part of or made up of what was measured."""
    return tuple(
        place
        for place in sorted(set(expected))
        if place not in measured and not any(within(place, other) or within(other, place) for other in measured)
    )


def outermost(figures: Sequence[MeasurementFact], *, same_days: bool) -> tuple[list[MeasurementFact], tuple[Note, ...]]:
    """The figures that count once when places lie inside each other, and a note for the others.

    With `same_days` (a flow, which is added up) a part's figure gives way only where the whole was measured on the same
    days; without, wherever the whole was measured at all.
    """
    places = {m.place for m in figures}
    nested = {place for place in places if any(within(place, other) for other in places)}
    if not nested:
        return list(figures), ()
    kept, parts = [], set()
    for m in figures:
        around = [other for other in figures if m.place in nested and within(m.place, other.place)]
        if any(not same_days or other.period.overlaps(m.period) for other in around):
            parts.add(m.place)
        else:
            kept.append(m)
    if not parts:
        return kept, ()
    message = N_("Figures of %(places)s are parts of a wider figure and are not added to it.")
    return kept, (Note.of(message, places=_named(parts)),)


def over_places(indicator: IndicatorFacts, parts: Mapping[str, Derivation], missing: Sequence[str] = ()) -> Derivation:
    """One figure from one figure per place. With a single place and none missing, that place's own."""
    if not parts:
        return nothing(NO_MEASUREMENT)
    ordered = [parts[place] for place in sorted(parts)]
    notes = _notes(parts, missing, carried=indicator.nature is not Nature.FLOW)
    if len(parts) == 1 and not missing:
        only = ordered[0]
        return replace(only, distribution=distribution(indicator.measure, [only.amount] if only.amount else []))
    if indicator.measure is Measure.PERCENTAGE and not indicator.distinct_people:
        rule = N_("Numerators of all places over denominators of all places.")
        whole = _listed(ordered, notes, rule) if len(ordered) == 1 else pool(ordered, notes, rule)
    elif indicator.measure is Measure.UNIT:
        whole = _summed(indicator, ordered, notes)
    else:
        whole = _spread(indicator, ordered, notes)
    return replace(whole, complete=whole.complete and not missing)


def distribution(measure: Measure, amounts: Iterable[Amount]) -> tuple[tuple[int, int], ...]:
    """How many places stand at each level or category, lowest first; empty for other measures."""
    if measure not in (Measure.ORDINAL, Measure.NOMINAL):
        return ()
    counts: dict[int, int] = {}
    for amount in amounts:
        if amount.level is not None:
            counts[amount.level] = counts.get(amount.level, 0) + 1
    return tuple(sorted(counts.items()))


def median_level(levels: Sequence[int], direction: Direction) -> int:
    """The middle one of at least one level; of two in the middle, the less favourable, so that it never flatters.

    Unlike a mean it is a level that some place really holds, and at least half of the places are as good or better.
    """
    ordered = sorted(levels, reverse=direction is Direction.DESCENDING)
    return ordered[(len(ordered) - 1) // 2]


def count_identities(groups: Mapping[str, Collection[Hashable]]) -> Derivation:
    """How many different people there are in `groups` (period or place → identities): each counted once."""
    everyone = {identity for members in groups.values() for identity in members}
    return Derivation(
        rule=N_("Each person counted once over %(groups)s groups of %(entries)s entries."),
        facts={"groups": len(groups), "entries": sum(len(set(members)) for members in groups.values())},
        amount=Amount(value=Decimal(len(everyone))),
    )


def roll_up_with_baseline(indicator: IndicatorFacts, measurements: Iterable[MeasurementFact]) -> Derivation | None:
    """A percentage over everything recorded, the baseline as its first figure: 1/2 and 30/100 → 31/102.

    It stands beside the latest figure, which alone decides progress. `None` unless the indicator is a percentage with
    a baseline that has numerator and denominator, and at least one such measurement. Baselines whose days were measured
    by the same party are not counted a second time.
    """
    if indicator.measure is not Measure.PERCENTAGE or indicator.distinct_people:
        return None
    kept, notes = outermost(counting(measurements).kept, same_days=True)
    baselines = [
        b
        for b in indicator.baselines
        if b.amount.denominator is not None
        and not any(m.place == b.place and m.period.overlaps(b.period) for m in kept)
    ]
    figures = [m for m in kept if m.amount.denominator is not None]
    if not baselines or not figures:
        return None
    parts = [recorded(b) for b in baselines] + [over_time(indicator, f) for f in by_place(figures).values()]
    return pool(parts, notes, N_("Everything recorded, the baseline included: numerators over denominators."))


def _summed(indicator: IndicatorFacts, ordered: Sequence[Derivation], notes: Sequence[Note]) -> Derivation:
    if len(ordered) == 1:
        return _listed(ordered, notes, N_("The figure of the one place that was measured."))
    if indicator.distinct_people:
        rule = N_("People counted in one place may be counted again in another, so there is no total.")
        return _refused(ordered, notes, rule)
    if not indicator.additive:
        return _refused(ordered, notes, N_("Figures of several places are not added up for this indicator."))
    return add(ordered, notes, N_("Added up over places."))


def _spread(indicator: IndicatorFacts, ordered: Sequence[Derivation], notes: Sequence[Note]) -> Derivation:
    """Levels, categories and judgements over places."""
    spread = distribution(indicator.measure, [part.amount for part in ordered if part.amount])
    levels = [level for level, count in spread for _ in range(count)]
    if indicator.measure is Measure.ORDINAL and levels:
        return Derivation(
            rule=N_("The level in the middle of %(count)s places, the less favourable of two; never a mean."),
            facts={"count": len(levels)},
            formula=", ".join(str(level) for level in levels),
            amount=Amount(level=median_level(levels, indicator.direction)),
            distribution=spread,
            inputs=tuple(ordered),
            notes=tuple(notes),
            complete=len(levels) == len(ordered),
        )
    if indicator.measure is Measure.NOMINAL and len(spread) == 1:
        same = _listed(ordered, notes, N_("The same category in every place that was measured."))
        return replace(same, amount=Amount(level=levels[0]), distribution=spread)
    refused = _refused(ordered, notes, N_("Listed place by place, never computed."))
    return replace(refused, distribution=spread)


def _listed(ordered: Sequence[Derivation], notes: Sequence[Note], rule: str) -> Derivation:
    return Derivation(
        rule=rule,
        amount=ordered[0].amount,
        inputs=tuple(ordered),
        notes=tuple(notes),
        complete=all(part.complete for part in ordered),
    )


def _refused(ordered: Sequence[Derivation], notes: Sequence[Note], rule: str) -> Derivation:
    return Derivation(rule=rule, inputs=tuple(ordered), notes=tuple(notes), complete=False)


def _notes(parts: Mapping[str, Derivation], missing: Sequence[str], *, carried: bool) -> list[Note]:
    notes = []
    if missing:
        notes.append(
            Note.of(
                N_("No measurement from %(places)s: the figure covers %(measured)s of %(all)s places."),
                places=_named(missing),
                measured=len(parts),
                all=len(parts) + len(missing),
            )
        )
    days = {place: part.as_of for place, part in parts.items() if part.as_of}
    newest = max(days.values(), default=None)
    notes += [
        Note.of(N_("The last figure of %(place)s, of %(day)s, stands until the next."), place=Place(place), day=day)
        for place, day in sorted(days.items())
        if carried and day != newest
    ]
    return notes


def _named(places: Iterable[str]) -> tuple[Place, ...]:
    return tuple(Place(place) for place in sorted(places))
