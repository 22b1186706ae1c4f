"""The verdict on what happens during a period and is added up: against the target of that period.

A period that is over, with every day measured, is judged outright. One that still runs is judged once its target is
reached, or by its straight line where the programme says so (from nothing on its first day to the target on its last);
otherwise the last period that is over speaks, and the sum so far stands beside it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from comity.kernel.text import N_
from comity.programme.domain.aggregation import roll_up
from comity.programme.domain.derivation import Derivation, Note
from comity.programme.domain.facts import IndicatorFacts, MeasurementFact, Period
from comity.programme.domain.numbers import figure
from comity.programme.domain.progress import Progress, ProgressKind, meets, shown
from comity.programme.domain.series import by_place, counting
from comity.programme.domain.verdict import Against, Verdict, settle, with_note
from comity.programme.domain.vocabulary import Direction, IndicatorState
from comity.programme.domain.yardsticks import Yardstick, original_baseline, stated_targets, window


def judge_flow(indicator: IndicatorFacts, series: Sequence[MeasurementFact], on: date) -> Verdict:
    """The verdict on one party's `series` of amounts that add up, as it was known on `on`."""
    known = [m for m in counting(series).kept if m.period.end <= on]
    baseline, targets = original_baseline(indicator), stated_targets(indicator)
    if not known or not targets:
        places = baseline.places if baseline else frozenset()
        return settle(indicator, roll_up(indicator, _after(known, baseline), None, places), Against(baseline))
    first_day = min(m.period.start for m in known)
    running: list[Note] = []
    so_far: Verdict | None = None
    for target in reversed(targets):
        span = window(indicator, target, first_day)
        inside = [m for m in known if span.contains(m.period)]
        if not inside:
            continue
        against = Against(baseline, target, target.derivation, final=target is targets[-1])
        if _covered_until(inside) >= span.end:
            verdict = settle(indicator, roll_up(indicator, inside, span, target.places), against)
            return _with_notes(verdict, running)
        verdict = _running(indicator, inside, span, against)
        if verdict.state is not IndicatorState.MEASURED:
            return _with_notes(verdict, running)
        so_far = so_far or verdict
        running.append(_note(indicator, verdict.actual, span))
    return so_far or settle(indicator, roll_up(indicator, known), Against(baseline))


def _running(indicator: IndicatorFacts, inside: Sequence[MeasurementFact], span: Period, against: Against) -> Verdict:
    """A period of which part was measured: reached already, on its line, or not to be judged yet."""
    target = against.target
    places = target.places if target else frozenset()
    everything = roll_up(indicator, inside, Period(span.start, max(m.period.end for m in inside)), places)
    reached = settle(indicator, replace(everything, complete=False), against)
    if reached.state in (IndicatorState.ACHIEVED, IndicatorState.ON_TRACK, IndicatorState.MAINTAINED):
        return reached
    wanted = target.quantity(indicator) if target else None
    clipped = Period(span.start, _covered_until(inside))
    common = roll_up(indicator, [m for m in inside if clipped.contains(m.period)], clipped, places)
    a = common.amount.quantity(indicator.measure) if common.amount else None
    judged = indicator.straight_line and common.complete and not reached.progress.derivation.notes
    if a is None or wanted is None or target is None or not judged:
        return _so_far(indicator, reached, everything, wanted)
    share = wanted * Fraction(clipped.days, span.days)
    expected = _line(wanted, share, clipped, span, target)
    verdict = _so_far(indicator, replace(reached, expected=expected), common, wanted)
    facts: dict[str, object] = {"actual": shown(indicator.measure, a), "expected": figure(share)}
    if meets(indicator.direction, a, share):
        state, rule = IndicatorState.ON_TRACK, N_("On track: %(actual)s so far, and %(expected)s was expected by then.")
    else:
        state, rule = IndicatorState.BEHIND, N_("Behind: %(actual)s so far, and %(expected)s was expected by then.")
    why = replace(verdict.why, rule=rule, facts=facts, inputs=(*verdict.why.inputs, expected), complete=True)
    return replace(verdict, state=state, why=why)


def _line(wanted: Fraction, share: Fraction, gone: Period, span: Period, target: Yardstick) -> Derivation:
    return Derivation(
        rule=N_("On a straight line through the period %(period)s, %(gone)s of %(days)s days gone."),
        facts={"period": span, "gone": gone.days, "days": span.days},
        formula=f"{figure(wanted)} × {gone.days} ÷ {span.days}",
        ratio=share,
        inputs=(target.derivation,),
    )


def _so_far(indicator: IndicatorFacts, verdict: Verdict, actual: Derivation, wanted: Fraction | None) -> Verdict:
    """The sum so far: a share of the target where more is better; no share where less is, for it would flatter."""
    a = actual.amount.quantity(indicator.measure) if actual.amount else None
    rule = N_("The period is not over: this is the sum so far.")
    ratio, formula = None, ""
    if a is not None and wanted and indicator.direction is Direction.ASCENDING:
        ratio, formula = a / wanted, f"{shown(indicator.measure, a)} ÷ {shown(indicator.measure, wanted)}"
    inputs = (verdict.target.derivation, actual) if verdict.target else (actual,)
    made = Derivation(rule=rule, formula=formula, ratio=ratio, inputs=inputs)
    why = replace(verdict.why, rule=rule, facts={}, amount=actual.amount, ratio=ratio, inputs=(made,))
    progress = Progress(ProgressKind.SO_FAR, made, ratio=ratio)
    return replace(verdict, state=IndicatorState.MEASURED, progress=progress, why=why, actual=actual)


def _note(indicator: IndicatorFacts, actual: Derivation, span: Period) -> Note:
    a = actual.amount.quantity(indicator.measure) if actual.amount else None
    if a is None:
        return Note.of(N_("The period %(period)s is not over; there is no sum yet."), period=span)
    return Note.of(
        N_("The period %(period)s is not over; so far: %(sum)s."), period=span, sum=shown(indicator.measure, a)
    )


def _covered_until(inside: Sequence[MeasurementFact]) -> date:
    """The last day that every place measured in the period has a figure for."""
    return min(members[-1].period.end for members in by_place(inside).values())


def _after(known: Sequence[MeasurementFact], baseline: Yardstick | None) -> list[MeasurementFact]:
    """What was measured after the baseline: its own period is where the way starts, not part of the way."""
    return [m for m in known if baseline is None or m.period.start > baseline.period.end]


def _with_notes(verdict: Verdict, notes: Sequence[Note]) -> Verdict:
    for note in notes:
        verdict = with_note(verdict, note)
    return verdict
