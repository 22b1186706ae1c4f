"""How far from the baseline to the target: progress = (a − b) ÷ (t − b), one formula for both directions.

Never clamped: below 0 is a regression, above 1 is beyond the target. Where target and baseline are the same there is
no percentage, only *maintained* or *breached*; without a baseline there is only attainment, a ÷ t, labelled so; levels
count in steps; judgements and categories have none; and without a figure there is nothing, which is not 0.
"""

from dataclasses import dataclass
from fractions import Fraction

from comity.kernel.text import N_
from comity.programme.domain.derivation import Derivation, Note, nothing
from comity.programme.domain.numbers import NO_BREAK_SPACE, figure, is_short
from comity.programme.domain.vocabulary import Direction, Judgement, Measure, Worded


class ProgressKind(Worded):
    """What can be said about the way from baseline to target."""

    PROGRESS = "progress", N_("progress")
    REGRESSION = "regression", N_("regression")
    ATTAINMENT = "attainment", N_("attainment of the target (there is no baseline)")
    SO_FAR = "so_far", N_("so far, of what the period is to reach")
    STEPS = "steps", N_("steps on the scale")
    MAINTAINED = "maintained", N_("maintained")
    BREACHED = "breached", N_("breached")
    JUDGED = "judged", N_("judged in words")
    NO_TARGET = "no_target", N_("measured, no target")
    NOT_JUDGED = "not_judged", N_("measured, cannot be judged")
    NOT_MEASURED = "not_measured", N_("not measured")


@dataclass(frozen=True, slots=True)
class Steps:
    """Levels gained of the levels from baseline to target; negative for a level lost."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Progress:
    """`ratio` is exact (1 is 100 %), `None` where no percentage may be shown; `derivation` says why."""

    kind: ProgressKind
    derivation: Derivation
    ratio: Fraction | None = None
    steps: Steps | None = None
    judgement: Judgement | None = None


def progress_of(
    measure: Measure,
    direction: Direction,
    baseline: Derivation | None,
    target: Derivation | None,
    actual: Derivation | None,
) -> Progress:
    """Progress of `actual` from `baseline` towards `target`; each is the derivation of one figure, or `None`.

    Incomplete figures are the caller's to refuse: here they are taken as they are.
    """
    if actual is None or actual.amount is None:
        why = actual if actual is not None else nothing(N_("No measurement."))
        kind = ProgressKind.NOT_JUDGED if actual is not None and actual.sources() else ProgressKind.NOT_MEASURED
        return Progress(kind, why)
    inputs = tuple(item for item in (baseline, target, actual) if item is not None)
    if measure in (Measure.QUALITATIVE, Measure.NOMINAL):
        rule = N_("A judgement or a category has no percentage.")
        return Progress(ProgressKind.JUDGED, Derivation(rule=rule, inputs=inputs), judgement=actual.amount.judgement)
    a, b, t = (_quantity(measure, item) for item in (actual, baseline, target))
    if a is None:
        return Progress(ProgressKind.NOT_JUDGED, Derivation(rule=N_("The figure has no value."), inputs=inputs))
    if t is None:
        return Progress(ProgressKind.NO_TARGET, Derivation(rule=N_("There is no target."), inputs=inputs))
    if b is None:
        return _attainment(measure, direction, a, t, inputs)
    return _way(measure, direction, a, b, t, inputs)


def meets(direction: Direction, a: Fraction, t: Fraction) -> bool:
    """Whether `a` is at least as good as `t`."""
    return a >= t if direction is Direction.ASCENDING else a <= t


def is_wrong_side(direction: Direction, b: Fraction, t: Fraction) -> bool:
    """Whether a target `t` would make things worse than the baseline `b`; the same level is not wrong."""
    return not meets(direction, t, b)


def shown(measure: Measure, number: Fraction) -> str:
    """A figure inside a formula; percentages in points with their sign."""
    if measure is Measure.PERCENTAGE:
        return f"{figure(number, 1) if not is_short(number) else figure(number)}{NO_BREAK_SPACE}%"
    return figure(number)


def _quantity(measure: Measure, item: Derivation | None) -> Fraction | None:
    return item.amount.quantity(measure) if item is not None and item.amount is not None else None


def _way(
    measure: Measure, direction: Direction, a: Fraction, b: Fraction, t: Fraction, inputs: tuple[Derivation, ...]
) -> Progress:
    if t == b:
        return _held(measure, direction, a, t, inputs)
    if is_wrong_side(direction, b, t):
        rule = N_("The target lies on the wrong side of the baseline, so there is no progress to speak of.")
        return Progress(ProgressKind.NOT_JUDGED, Derivation(rule=rule, inputs=inputs))
    ratio = (a - b) / (t - b)
    formula = f"({_term(measure, a)} − {_term(measure, b)}) ÷ ({_term(measure, t)} − {_term(measure, b)})"
    if measure is Measure.ORDINAL:
        steps = Steps(int(a - b) * (1 if t > b else -1), abs(int(t - b)))
        rule = N_("%(done)s of %(of)s steps from the baseline's level to the target's.")
        made = Derivation(rule=rule, facts={"done": steps.done, "of": steps.of}, formula=formula, inputs=inputs)
        return Progress(ProgressKind.REGRESSION if ratio < 0 else ProgressKind.STEPS, made, steps=steps)
    notes = _rounded_note(measure, a, b, t)
    if ratio < 0:
        rule = N_("Regression: further from the target than the baseline was.")
        kind = ProgressKind.REGRESSION
    else:
        rule = N_("The way gone from the baseline, as a share of the way to the target.")
        kind = ProgressKind.PROGRESS
    made = Derivation(rule=rule, formula=formula, ratio=ratio, inputs=inputs, notes=notes)
    return Progress(kind, made, ratio=ratio)


def _attainment(
    measure: Measure, direction: Direction, a: Fraction, t: Fraction, inputs: tuple[Derivation, ...]
) -> Progress:
    rule = N_("Attainment: the figure as a share of the target, for there is no baseline to measure progress from.")
    if measure is Measure.ORDINAL:
        rule = N_("Level %(level)s; the target is level %(target)s. There is no baseline to count steps from.")
        made = Derivation(rule=rule, facts={"level": int(a), "target": int(t)}, inputs=inputs)
        return Progress(ProgressKind.ATTAINMENT, made)
    if t == 0:
        made = Derivation(rule=rule, inputs=inputs, notes=(Note.of(N_("A share of a target of 0 has no value.")),))
        return Progress(ProgressKind.ATTAINMENT, made)
    notes = list(_rounded_note(measure, a, t))
    if direction is Direction.DESCENDING:
        notes.append(Note.of(N_("Lower is better: a share above one whole means that the target is not yet reached.")))
    formula = f"{_term(measure, a)} ÷ {_term(measure, t)}"
    made = Derivation(rule=rule, formula=formula, ratio=a / t, inputs=inputs, notes=tuple(notes))
    return Progress(ProgressKind.ATTAINMENT, made, ratio=a / t)


def _held(measure: Measure, direction: Direction, a: Fraction, t: Fraction, inputs: tuple[Derivation, ...]) -> Progress:
    if meets(direction, a, t):
        rule, kind = N_("The target is to keep the baseline's level, and it is kept."), ProgressKind.MAINTAINED
    else:
        rule, kind = N_("The target is to keep the baseline's level, and it is not kept."), ProgressKind.BREACHED
    return Progress(kind, Derivation(rule=rule, formula=f"{_term(measure, a)}; {_term(measure, t)}", inputs=inputs))


def _rounded_note(measure: Measure, *numbers: Fraction) -> tuple[Note, ...]:
    if all(is_short(number) for number in numbers):
        return ()
    if measure is Measure.PERCENTAGE:
        return (Note.of(N_("Percentages are shown rounded; the calculation uses their exact figures.")),)
    return (Note.of(N_("Figures are shown rounded; the calculation uses exact ones.")),)


def _term(measure: Measure, number: Fraction) -> str:
    text = shown(measure, number)
    return f"({text})" if number < 0 else text
