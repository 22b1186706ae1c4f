"""Whether a figure is of the kind that its indicator measures."""

from comity.kernel.errors import DomainError
from comity.kernel.text import N_
from comity.programme.domain.facts import Amount, IndicatorFacts
from comity.programme.domain.vocabulary import Measure


class FigureMissing(DomainError):
    """No figure at all. An empty field is not a 0."""

    message = N_("Give a figure. If nothing was counted, write 0; if nothing was measured, record nothing.")


class PartsMissing(DomainError):
    """A percentage without numerator and denominator cannot be put together with others."""

    message = N_("A percentage is entered as its numerator and its denominator: how many, of how many.")


class DenominatorNegative(DomainError):
    """Fewer than none."""

    message = N_("The denominator is %(denominator)s; it cannot be below 0.")


class NumeratorOfNothing(DomainError):
    """Some of none."""

    message = N_("The numerator is %(numerator)s of a denominator of 0; of none, there can only be none.")


class LevelOutOfRange(DomainError):
    """A level that the scale does not have."""

    message = N_("The scale has the levels 1 to %(levels)s; there is no level %(level)s.")


class WordsMissing(DomainError):
    """A judgement without its evidence."""

    message = N_("A judgement needs its evidence in words.")


class DoesNotFit(DomainError):
    """A figure of another kind than the indicator measures."""

    message = N_("An indicator of this kind has no such figure. Leave this field empty.")


# The fields of an amount that each measure uses; words may stand beside any of them.
_USES = {
    Measure.UNIT: {"value"},
    Measure.PERCENTAGE: {"numerator", "denominator"},
    Measure.ORDINAL: {"level"},
    Measure.NOMINAL: {"level"},
    Measure.QUALITATIVE: {"judgement"},
}


def amount_refusals(amount: Amount, indicator: IndicatorFacts, *, needs_parts: bool) -> tuple[DomainError, ...]:
    """Why `amount` cannot be a figure of `indicator`; empty when it can.

    With `needs_parts` (a measurement) a percentage must have numerator and denominator; without (a baseline or a
    target, often known as a percentage only) its value in percent will do instead.
    """
    measure = indicator.measure
    given = {
        name
        for name in ("value", "numerator", "denominator", "level", "judgement")
        if getattr(amount, name) is not None
    }
    uses = _USES[measure]
    if measure is Measure.PERCENTAGE and not needs_parts and given == {"value"}:
        uses = {"value"}
    if given - uses:
        return (DoesNotFit(field=min(given - uses)),)
    if measure is Measure.UNIT and amount.value is None:
        return (FigureMissing(field="value"),)
    if measure is Measure.PERCENTAGE and uses != {"value"}:
        return _percentage(amount)
    if measure in (Measure.ORDINAL, Measure.NOMINAL):
        return _level(amount, indicator.levels)
    if measure is Measure.QUALITATIVE and amount.narrative is None:
        return (WordsMissing(field="narrative"),)
    return ()


def _percentage(amount: Amount) -> tuple[DomainError, ...]:
    if amount.numerator is None or amount.denominator is None:
        return (PartsMissing(field="numerator" if amount.numerator is None else "denominator"),)
    if amount.denominator < 0:
        return (DenominatorNegative(field="denominator", denominator=amount.denominator),)
    if amount.denominator == 0 and amount.numerator != 0:
        return (NumeratorOfNothing(field="numerator", numerator=amount.numerator),)
    return ()


def _level(amount: Amount, levels: int) -> tuple[DomainError, ...]:
    if amount.level is None:
        return (FigureMissing(field="level"),)
    if not 1 <= amount.level <= levels:
        return (LevelOutOfRange(field="level", level=amount.level, levels=levels),)
    return ()
