"""Breakdowns: cells of one measurement add up to the total given with them, "unknown" included.

A cell names an option of every dimension, so that no part is counted under two headings and none under none.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from comity.kernel.errors import DomainError
from comity.kernel.text import N_
from comity.programme.domain.facts import Amount, Cell, IndicatorFacts, MeasurementFact
from comity.programme.domain.numbers import figure_of, total
from comity.programme.domain.vocabulary import Measure


class CellsDoNotAddUp(DomainError):
    """The cells add up to something else than the total."""

    message = N_("The parts add up to %(sum)s, the total is %(total)s: the difference is %(difference)s.")


class NumeratorsDoNotAddUp(CellsDoNotAddUp):
    """The same, above the line of a percentage."""

    message = N_("The numerators add up to %(sum)s, not to the total's %(total)s: the difference is %(difference)s.")


class DenominatorsDoNotAddUp(CellsDoNotAddUp):
    """The same, below the line of a percentage."""

    message = N_("The denominators add up to %(sum)s, not to the total's %(total)s: the difference is %(difference)s.")


class CellNotComplete(DomainError):
    """A cell that does not name an option of every dimension."""

    message = N_("A part must name one option of every breakdown (%(dimensions)s); this one names %(given)s.")


class OptionUnknown(DomainError):
    """An option that the dimension does not have."""

    message = N_("“%(option)s” is not an option of “%(dimension)s”.")


class CellTwice(DomainError):
    """Two cells for the same options."""

    message = N_("The part %(options)s is given twice.")


class CellWithoutValue(DomainError):
    """A cell without a figure. Left out, it would be missing; given, it must say how many."""

    message = N_("The part %(options)s has no figure. Write 0 if none were counted, or leave the breakdown out.")


class NoBreakdown(DomainError):
    """Cells where there is nothing to break down."""

    message = N_("Only numbers and percentages of an indicator with breakdowns can be given in parts.")


def breakdown_refusals(measurement: MeasurementFact, indicator: IndicatorFacts) -> tuple[DomainError, ...]:
    """Why the cells of `measurement` cannot be accepted; empty when they can, or there are none."""
    cells = measurement.cells
    if not cells:
        return ()
    if indicator.measure not in (Measure.UNIT, Measure.PERCENTAGE) or not indicator.dimensions:
        return (NoBreakdown(field="cells"),)
    found = [*_options(cells, indicator), *_twice(cells)]
    parts = _parts(indicator.measure)
    empty = [cell for cell in cells if any(part(cell.amount) is None for part, _ in parts)]
    found += [CellWithoutValue(field="cells", options=_written(cell)) for cell in empty]
    if not empty:
        for part, error in parts:
            found += _difference(part, error, measurement)
    return tuple(found)


_Part = Callable[[Amount], Decimal | None]


def _parts(measure: Measure) -> tuple[tuple[_Part, type[CellsDoNotAddUp]], ...]:
    if measure is Measure.PERCENTAGE:
        return (
            (lambda amount: amount.numerator, NumeratorsDoNotAddUp),
            (lambda amount: amount.denominator, DenominatorsDoNotAddUp),
        )
    return ((lambda amount: amount.value, CellsDoNotAddUp),)


def _difference(part: _Part, error: type[CellsDoNotAddUp], measurement: MeasurementFact) -> list[DomainError]:
    given = part(measurement.amount)
    if given is None:
        return []
    added = total(value for value in (part(cell.amount) for cell in measurement.cells) if value is not None)
    if added == given:
        return []
    difference = total((given, -added))
    return [error(field="cells", sum=figure_of(added), total=figure_of(given), difference=figure_of(difference))]


def _options(cells: Iterable[Cell], indicator: IndicatorFacts) -> list[DomainError]:
    dimensions = {dimension.key: dimension.options for dimension in indicator.dimensions}
    found: list[DomainError] = []
    for cell in cells:
        if sorted(key for key, _ in cell.options) != sorted(dimensions):
            found.append(CellNotComplete(field="cells", dimensions=", ".join(dimensions), given=_written(cell) or "–"))
        found += [
            OptionUnknown(field="cells", option=option, dimension=key)
            for key, option in cell.options
            if key in dimensions and option not in dimensions[key]
        ]
    return found


def _twice(cells: Iterable[Cell]) -> list[DomainError]:
    seen: set[tuple[tuple[str, str], ...]] = set()
    found: list[DomainError] = []
    for cell in cells:
        if cell.options in seen:
            found.append(CellTwice(field="cells", options=_written(cell)))
        seen.add(cell.options)
    return found


def _written(cell: Cell) -> str:
    return " · ".join(option for _, option in cell.options)
