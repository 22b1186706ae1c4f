"""Terms of office as bars on one scale of time."""

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from comity.people.posts import Holding
from comity.shell.chart_scale import coordinate
from comity.shell.format import reader
from comity.shell.texts import direction

WIDTH, HEIGHT = 240, 12


def bars(holdings: Sequence[Holding], *, on: date) -> list[Markup]:
    """A bar for each holding, in the same order; the text beside it says the same in words.

    A term without a beginning or an end runs out as a dashed line; a day on which somebody was reported is a dot.
    """
    scale = span(holdings, on=on)
    return [_bar(one, *scale) if scale else Markup("") for one in holdings]


def span(holdings: Sequence[Holding], *, on: date) -> tuple[date, date] | None:
    """The first and the last day of that scale; None where no day is known."""
    days = [day for one in holdings for day in _days(one)]
    return (min(days), max([*days, on])) if days else None


def _days(one: Holding) -> list[date]:
    known = [day for day in (one.row.starts, one.row.ends, *one.observed) if day is not None]
    return [edge for day in known for edge in (day.first, day.last)]


def _bar(one: Holding, first: date, last: date) -> Markup:
    def at(day: date) -> float:
        share = (day - first).days / ((last - first).days or 1)
        return 4 + (WIDTH - 8) * (1 - share if direction(reader()) == "rtl" else share)

    parts = [Markup('<path class="axis" d="M0 {}H{}"/>').format(HEIGHT // 2, WIDTH)]
    if one.row.starts or one.row.ends:
        begins, ends = one.row.starts, one.row.ends
        start, end = at(begins.first if begins else first), at(ends.last if ends else last)
        kind = "term" if begins and ends else "term open"
        parts.append(
            Markup('<rect class="{}" x="{}" y="2" width="{}" height="{}" rx="3"/>').format(
                kind, coordinate(min(start, end)), coordinate(max(abs(end - start), 3)), HEIGHT - 4
            )
        )
    for day in one.observed:
        place = coordinate((at(day.first) + at(day.last)) / 2)
        parts.append(Markup('<circle class="seen" cx="{}" cy="{}" r="4"/>').format(place, HEIGHT // 2))
    return Markup('<svg class="bar" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>').format(
        WIDTH, HEIGHT, Markup("").join(parts)
    )
