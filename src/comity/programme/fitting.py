"""Which fields of a figure have a place, once it is known which indicator it is for."""

from collections.abc import Mapping

from comity.kernel.codes import known
from comity.programme.domain.vocabulary import Measure
from comity.programme.models import Indicator
from comity.records.models import Record

_SHARES = frozenset({"numerator", "denominator"})
_AMOUNTS = frozenset({"value", "level", "judgement"}) | _SHARES
_OF_NUMBERS = frozenset({"sample_size", "margin"})
_HAS = {
    Measure.UNIT: frozenset({"value"}),
    Measure.PERCENTAGE: _SHARES,
    Measure.ORDINAL: frozenset({"level"}),
    Measure.NOMINAL: frozenset({"level"}),
    Measure.QUALITATIVE: frozenset({"judgement"}),
}


def unfit_measured(fixed: Mapping[str, Record]) -> frozenset[str]:
    """The fields to leave out of a form for a measurement of `fixed["indicator"]`; words are always welcome.

    What a measurement corrects is given by the page that the form was opened from, never chosen from a list.
    """
    out = {"supersedes"}
    row = _indicator(fixed)
    measure = known(Measure, row.measure) if row is not None else None
    if row is not None and measure is not None:
        out |= _AMOUNTS - _HAS[measure]
        out |= set() if row.dimensions else {"cells"}
        out |= set() if measure in (Measure.UNIT, Measure.PERCENTAGE) else _OF_NUMBERS
    return frozenset(out)


def unfit_stated(fixed: Mapping[str, Record]) -> frozenset[str]:
    """The same for a baseline or target, which may state a percentage without the numbers behind it."""
    row = _indicator(fixed)
    measure = known(Measure, row.measure) if row is not None else None
    if measure is None:
        return frozenset()
    stated = _HAS[measure] | ({"value"} if measure is Measure.PERCENTAGE else frozenset())
    return _AMOUNTS - stated


def _indicator(fixed: Mapping[str, Record]) -> Indicator | None:
    record = fixed.get("indicator")
    if record is None:
        return None
    return Indicator.objects.system("its measure, for a form that its reader opened").filter(pk=record.pk).first()
