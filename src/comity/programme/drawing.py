"""The lines of an indicator: what its sparkline and its large chart draw."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from markupsafe import Markup

from comity.programme.domain.trend import Point, trend_of
from comity.programme.domain.vocabulary import Measure
from comity.programme.queries import IndicatorLine
from comity.shell.charts import Known, sparkline
from comity.shell.charts import Point as Drawn
from comity.shell.format import day as day_words
from comity.shell.trajectory import trajectory


@dataclass(frozen=True, slots=True)
class Line:
    """Points as a chart takes them, in order of time: shares as ratios under the unit "%", None where a gap is.

    `so_far` is the day of a last point that is the sum of a period not measured to its end.
    """

    points: list[Drawn]
    baseline: Known | None
    targets: list[Known]
    unit: str
    so_far: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing that was measured can be drawn."""
        return all(value is None for _day, value in self.points)


def line_of(indicator: IndicatorLine) -> Line:
    """What there is to draw of an indicator, from the figures that decide."""
    it = indicator.assessment
    trend, measure = trend_of(it.indicator, it.on), it.indicator.measure
    gaps: list[Drawn] = [(day, None) for day in trend.gaps]
    return Line(
        points=sorted([*_drawn(trend.points, measure), *gaps], key=lambda point: point[0]),
        baseline=next(iter(_drawn([trend.baseline] if trend.baseline else [], measure)), None),
        targets=_drawn(trend.targets, measure),
        unit="%" if measure is Measure.PERCENTAGE else "",
        so_far=next((point.day for point in trend.points if point.so_far), None),
    )


def spark_of(indicator: IndicatorLine) -> Markup:
    """The small line of an indicator; empty where there is nothing to draw.

    It has no room to say that a sum is only the one so far, so it leaves that sum out.
    """
    line = line_of(indicator)
    points = [point for point in line.points if line.so_far is None or point[0] < line.so_far]
    if all(value is None for _day, value in points):
        return Markup("")
    return sparkline(points, line.baseline, line.targets[-1] if line.targets else None, unit=line.unit)


def chart_of(indicator: IndicatorLine) -> Markup:
    """The large chart of an indicator, and what must be known to read it; empty where nothing was measured."""
    line = line_of(indicator)
    if line.is_empty:
        return Markup("")
    chart = trajectory(
        line.points,
        line.baseline,
        line.targets,
        unit=line.unit,
        today=indicator.assessment.on,
        straight_line=indicator.row.straight_line,
    )
    if line.so_far is None:
        return chart
    words = _("The last point is the sum so far, until %(day)s: its period is not measured to the end.") % {
        "day": day_words(line.so_far)
    }
    return chart + Markup('<p class="soft">{}</p>').format(words)


def _drawn(points: Iterable[Point], measure: Measure) -> list[Known]:
    whole = 100 if measure is Measure.PERCENTAGE else 1
    shares = [(point.day, point.number / whole) for point in points]
    return [(day, Decimal(share.numerator) / Decimal(share.denominator)) for day, share in shares]
