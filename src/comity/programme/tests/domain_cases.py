"""Facts for tests of the rules: short to write, plain to read."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any

from comity.kernel.ids import PartyId
from comity.programme.domain import aggregation, assessment, picture, progress, trend
from comity.programme.domain.derivation import Derivation
from comity.programme.domain.facts import (
    Amount,
    BaselineFact,
    IndicatorFacts,
    MeasurementFact,
    Period,
    TargetFact,
)
from comity.programme.domain.vocabulary import Direction, Measure

MISSION, HOST, NATION = PartyId("mission"), PartyId("host"), PartyId("nation")
_ids = count(1)

# What a rule may leave out, a test takes as given: where there is nothing, it fails by itself.
assess: Any = assessment.assess
count_identities: Any = aggregation.count_identities
latest_figure: Any = aggregation.latest_figure
progress_of: Any = progress.progress_of
roll_up: Any = aggregation.roll_up
roll_up_with_baseline: Any = aggregation.roll_up_with_baseline
summarise: Any = picture.summarise
trend_of: Any = trend.trend_of


def amount(figure: Any) -> Amount:
    """`None` nothing, "1/2" a share, anything else a value."""
    if figure is None:
        return Amount()
    if isinstance(figure, str) and "/" in figure:
        above, below = figure.split("/")
        return Amount(numerator=Decimal(above), denominator=Decimal(below))
    return Amount(value=Decimal(figure))


def days(start: str, end: str | None = None) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end or start))


def measured(
    figure: Any, start: str = "2025-01-31", end: str | None = None, *, author: PartyId = MISSION, **facts: Any
) -> MeasurementFact:
    number = next(_ids)
    given = figure if isinstance(figure, Amount) else amount(figure)
    defaults = {"id": f"m{number:06}", "indicator": "i", "log_index": number}
    return MeasurementFact(author=author, period=days(start, end), amount=given, **{**defaults, **facts})


def baseline(
    figure: Any, start: str = "2024-12-31", end: str | None = None, *, author: PartyId = MISSION, **facts: Any
) -> BaselineFact:
    given = figure if isinstance(figure, Amount) else amount(figure)
    return BaselineFact(id=f"b{next(_ids):06}", author=author, period=days(start, end), amount=given, **facts)


def target(
    figure: Any, start: str = "2025-12-31", end: str | None = None, *, author: PartyId = MISSION, **facts: Any
) -> TargetFact:
    given = figure if isinstance(figure, Amount) else amount(figure)
    return TargetFact(id=f"t{next(_ids):06}", author=author, period=days(start, end), amount=given, **facts)


def indicator(
    measure: Measure = Measure.UNIT, direction: Direction = Direction.ASCENDING, **facts: Any
) -> IndicatorFacts:
    return IndicatorFacts(
        **{"id": "i", "owner": MISSION, "reporter": MISSION, "measure": measure, "direction": direction, **facts}
    )


def a_figure(number: Any) -> Derivation | None:
    """A derivation that holds a value and nothing else; `None` for no figure."""
    if number is None:
        return None
    exact = Fraction(number)
    return Derivation(rule="", amount=Amount(value=Decimal(exact.numerator) / Decimal(exact.denominator)))
