"""What a figure is called once it is held against baseline, target and what was expected by then.

A figure of which part was not measured is shown and not judged, for what is missing would count as 0; except that a
target already reached by counting up stays reached. Nor is a sum judged against a baseline or target of other places.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from comity.kernel.text import N_
from comity.programme.domain.aggregation import missing_places
from comity.programme.domain.derivation import Derivation, Note, nothing, recorded
from comity.programme.domain.facts import IndicatorFacts, MeasurementFact, Place
from comity.programme.domain.progress import Progress, ProgressKind, meets, progress_of, shown
from comity.programme.domain.series import counting
from comity.programme.domain.vocabulary import Direction, IndicatorState, Judgement, Measure
from comity.programme.domain.yardsticks import Yardstick, expected_quantity


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, and why: `why` is the top of the tree under which everything else hangs."""

    state: IndicatorState
    progress: Progress
    why: Derivation
    actual: Derivation
    baseline: Yardstick | None = None
    target: Yardstick | None = None
    expected: Derivation | None = None


@dataclass(frozen=True, slots=True)
class Against:
    """What a figure is held against. `final` says whether `target` is the last one stated."""

    baseline: Yardstick | None = None
    target: Yardstick | None = None
    expected: Derivation | None = None
    final: bool = True


def settle(indicator: IndicatorFacts, actual: Derivation, against: Against) -> Verdict:
    """The verdict on `actual`; see the module for what is not judged."""
    if not actual.sources():
        bare = Progress(ProgressKind.NOT_MEASURED, actual)
        return _verdict(IndicatorState.NOT_MEASURED, N_("Not measured."), actual, against, bare)
    other = _other_places(actual, against)
    if (
        indicator.measure is Measure.UNIT
        and (other or not actual.complete)
        and not _reached_by_counting(indicator, actual, against.target)
    ):
        unjudged = Progress(ProgressKind.NOT_JUDGED, Derivation(rule=_why_not(actual), inputs=(actual,), notes=other))
        return _verdict(IndicatorState.MEASURED, _PLAIN[ProgressKind.NOT_JUDGED][1], actual, against, unjudged)
    progress = progress_of(
        indicator.measure,
        indicator.direction,
        against.baseline.derivation if against.baseline else None,
        against.target.derivation if against.target else None,
        actual,
    )
    state, rule = _state(indicator, actual, against, progress)
    made = _verdict(state, rule, actual, against, progress)
    return replace(made, why=replace(made.why, facts=_figures(indicator, actual, against), notes=other))


def unjudged(indicator: IndicatorFacts, series: Iterable[MeasurementFact], on: date) -> Verdict:
    """The verdict where a code in the indicator's description is not known here: the last figure as it was recorded."""
    kept = [m for m in counting(series).kept if m.period.end <= on]
    rule = N_("Cannot be judged by this version: it does not know what “%(codes)s” means.")
    actual = recorded(kept[-1]) if kept else nothing()
    why = Derivation(rule=rule, facts={"codes": indicator.unknown}, amount=actual.amount, inputs=(actual,))
    state, kind = IndicatorState.MEASURED, ProgressKind.NOT_JUDGED
    if not kept:
        state, kind = IndicatorState.NOT_MEASURED, ProgressKind.NOT_MEASURED
    return Verdict(state, Progress(kind, actual), why, actual)


def _why_not(actual: Derivation) -> str:
    if actual.amount is None:
        return N_("There is no one figure to judge.")
    if not actual.complete:
        return N_("Part of the figure was not measured. It is not judged, because what is missing would count as 0.")
    return N_("The figure and what it is held against cover different places, so it is not judged.")


_PLAIN = {
    ProgressKind.MAINTAINED: (IndicatorState.MAINTAINED, N_("Maintained: the level to keep is kept.")),
    ProgressKind.BREACHED: (IndicatorState.BREACHED, N_("Breached: the level to keep is not kept.")),
    ProgressKind.REGRESSION: (IndicatorState.REGRESSING, N_("Regressing: worse than at the baseline.")),
    ProgressKind.NO_TARGET: (IndicatorState.MEASURED, N_("Measured; there is no target to hold it against.")),
    ProgressKind.NOT_JUDGED: (IndicatorState.MEASURED, N_("Measured, but the figure cannot be judged.")),
}


def _state(
    indicator: IndicatorFacts, actual: Derivation, against: Against, progress: Progress
) -> tuple[IndicatorState, str]:
    if progress.kind in _PLAIN:
        return _PLAIN[progress.kind]
    if progress.kind is ProgressKind.JUDGED:
        return _in_words(actual, against)
    return _against_numbers(indicator, actual, against)


def _against_numbers(indicator: IndicatorFacts, actual: Derivation, against: Against) -> tuple[IndicatorState, str]:
    a = actual.amount.quantity(indicator.measure) if actual.amount else None
    t = against.target.quantity(indicator) if against.target else None
    if a is not None and t is not None and meets(indicator.direction, a, t):
        if against.final:
            return IndicatorState.ACHIEVED, N_("Achieved: %(actual)s, and the target is %(target)s.")
        return IndicatorState.ON_TRACK, N_("On track: %(actual)s, and the target of the period is %(target)s.")
    wanted = expected_quantity(indicator, against.expected) if against.expected else None
    if a is None or wanted is None:
        return IndicatorState.MEASURED, N_(
            "Measured: no target has fallen due yet, so nothing says where it should be."
        )
    if meets(indicator.direction, a, wanted):
        return IndicatorState.ON_TRACK, N_("On track: %(actual)s, and %(expected)s was expected by then.")
    return IndicatorState.BEHIND, N_("Behind: %(actual)s, and %(expected)s was expected by then.")


def _in_words(actual: Derivation, against: Against) -> tuple[IndicatorState, str]:
    judgement = actual.amount.judgement if actual.amount else None
    level = actual.amount.level if actual.amount else None
    wanted = against.target.derivation.amount if against.target else None
    if judgement is Judgement.WORSE:
        return IndicatorState.REGRESSING, N_("Regressing: its author judges it worse than before.")
    if level is not None and wanted is not None and wanted.level == level:
        return IndicatorState.ACHIEVED, N_("Achieved: it is in the category that the target names.")
    return IndicatorState.MEASURED, N_("Judged in words; there is no percentage.")


def _reached_by_counting(indicator: IndicatorFacts, actual: Derivation, target: Yardstick | None) -> bool:
    """Whether what was counted reaches the target already, so that what is missing can only add to it."""
    a = actual.amount.quantity(indicator.measure) if actual.amount else None
    t = target.quantity(indicator) if target else None
    counted = [source.amount.value for source in actual.sources()]
    counts_up = indicator.direction is Direction.ASCENDING and all(v is None or v >= 0 for v in counted)
    return a is not None and t is not None and counts_up and a >= t


def _other_places(actual: Derivation, against: Against) -> tuple[Note, ...]:
    """A note for each yardstick that does not speak of every place measured."""
    measured = {source.place for source in actual.sources()}
    notes = []
    for yardstick, message in (
        (against.baseline, N_("The baseline says nothing of %(places)s.")),
        (against.target, N_("The target says nothing of %(places)s.")),
    ):
        silent = missing_places(measured, yardstick.places) if yardstick else ()
        if silent:
            notes.append(Note.of(message, places=tuple(Place(place) for place in silent)))
    return tuple(notes)


def _figures(indicator: IndicatorFacts, actual: Derivation, against: Against) -> dict[str, object]:
    """The figures that a rule may name; what is absent is not named by any rule that applies."""
    a = actual.amount.quantity(indicator.measure) if actual.amount else None
    t = against.target.quantity(indicator) if against.target else None
    wanted = expected_quantity(indicator, against.expected) if against.expected else None
    named = {"actual": a, "target": t, "expected": wanted}
    return {name: shown(indicator.measure, number) for name, number in named.items() if number is not None}


def _verdict(state: IndicatorState, rule: str, actual: Derivation, against: Against, progress: Progress) -> Verdict:
    below = (progress.derivation,) if against.expected is None else (progress.derivation, against.expected)
    why = Derivation(rule=rule, amount=actual.amount, ratio=progress.ratio, inputs=below, complete=actual.complete)
    return Verdict(state, progress, why, actual, against.baseline, against.target, against.expected)


def with_note(verdict: Verdict, note: Note) -> Verdict:
    """The same verdict with one more remark."""
    return replace(verdict, why=replace(verdict.why, notes=(*verdict.why.notes, note)))
