"""From dates and values to places in a picture, in either direction of reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

Known: TypeAlias = tuple[date, Decimal]
"""A day and a value."""
Point: TypeAlias = tuple[date, Decimal | None]
"""A day and what was measured then; None where a measurement was due and none was made."""


def coordinate(value: float) -> str:
    """A coordinate, short: one digit after the point is finer than any screen shows at these sizes."""
    return f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Scale:
    """A box with dates across and values upwards; `mirrored` where time runs from right to left."""

    first: date
    last: date
    low: Decimal
    high: Decimal
    left: float
    right: float
    top: float
    bottom: float
    mirrored: bool

    @classmethod
    def over(cls, points: Sequence[Point], *, width: float, height: float, inset: float, mirrored: bool) -> "Scale":
        """The scale in which every one of `points` fits a box, `inset` away from its edges."""
        days = [on for on, _ in points]
        values = [value for _, value in points if value is not None] or [Decimal(0)]
        return cls(
            min(days), max(days), min(values), max(values), inset, width - inset, inset, height - inset, mirrored
        )

    def across(self, on: date) -> float:
        """Where a day stands; the middle when there is only one."""
        span = (self.last - self.first).days
        share = (on - self.first).days / span if span else 0.5
        return self.left + (self.right - self.left) * (1 - share if self.mirrored else share)

    def up(self, value: Decimal) -> float:
        """Where a value stands; the middle when all are equal."""
        span = self.high - self.low
        share = float((value - self.low) / span) if span else 0.5
        return self.bottom - (self.bottom - self.top) * share

    def x(self, on: date) -> str:
        """`across`, as SVG writes it."""
        return coordinate(self.across(on))

    def y(self, value: Decimal) -> str:
        """`up`, as SVG writes it."""
        return coordinate(self.up(value))

    def path(self, points: Sequence[Point]) -> str:
        """A line through `points` that breaks where one is missing; nothing is drawn across a gap."""
        drawn, pen = [], "M"
        for on, value in points:
            if value is None:
                pen = "M"
                continue
            drawn.append(f"{pen}{self.x(on)} {self.y(value)}")
            pen = "L"
        return "".join(drawn)
