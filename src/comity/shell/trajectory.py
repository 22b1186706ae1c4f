"""The large chart of one indicator: from its baseline through what was measured to its targets.

Drawn twice, wide and narrow, and the stylesheet shows the one that fits: text in a picture that only shrinks cannot be
read on a phone. A period that was due and not measured is a gap with a hollow mark on the axis, and no line crosses it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from django.utils.translation import gettext as _
from markupsafe import Markup

from comity.shell.chart_labels import HALF_LETTER, Wish, place
from comity.shell.chart_scale import Known, Point, Scale, coordinate
from comity.shell.format import day, month_short, quantity, reader, year
from comity.shell.texts import direction

_ROUND = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
SIZES = {"wide": (720, 270), "narrow": (350, 240)}


@dataclass(frozen=True, slots=True)
class Story:
    """What the chart tells; values of the unit "%" are ratios."""

    points: Sequence[Point]
    baseline: Known | None
    targets: Sequence[Known]
    unit: str
    language: str
    today: date | None
    straight: bool

    @property
    def measured(self) -> list[Known]:
        return [(on, value) for on, value in self.points if value is not None]

    @property
    def everything(self) -> list[Point]:
        return [*([self.baseline] if self.baseline else []), *self.points, *self.targets]

    def said(self, value: Decimal) -> str:
        return quantity(value, self.unit, self.language)


def trajectory(
    points: Sequence[Point],
    baseline: Known | None = None,
    targets: Sequence[Known] = (),
    language: str | None = None,
    unit: str = "",
    today: date | None = None,
    *,
    straight_line: bool = False,
) -> Markup:
    """A `<figure>` with the chart and, folded below it, the same numbers as a table; "" when there is no value at all.

    `straight_line` draws the path that the programme expects between baseline and targets. Points come in the order of
    their days.
    """
    story = Story(points, baseline, targets, unit, language or reader(), today, straight_line)
    if not [value for _on, value in story.everything if value is not None]:
        return Markup("")
    drawings = Markup("").join(
        Markup('<svg class="{}" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>{}</svg>').format(
            name, *size, _("From baseline to target"), told(story), _drawing(story, *size)
        )
        for name, size in SIZES.items()
    )
    return Markup('<figure class="trajectory">{}{}</figure>').format(drawings, _table(story))


def told(story: Story) -> str:
    """The chart in words, for who cannot see it."""
    sentences = []
    if story.baseline:
        sentences.append(_said(_("Baseline %(value)s on %(day)s."), story, story.baseline))
    if story.measured:
        sentences.append(_said(_("Last measured %(value)s on %(day)s."), story, story.measured[-1]))
    else:
        sentences.append(_("Not measured."))
    sentences += [_said(_("Target %(value)s by %(day)s."), story, target) for target in story.targets]
    return " ".join(sentences)


def _said(words: str, story: Story, known: Known) -> str:
    return words % {"value": story.said(known[1]), "day": day(known[0], story.language)}


def nice_steps(low: Decimal, high: Decimal, about: int = 4) -> list[Decimal]:
    """Round values from at or below `low` to at or above `high`, about so many: the lines of a grid."""
    if low == high:
        spread = abs(low or Decimal(1)) / 2
        low, high = low - spread, high + spread
    rough = (high - low) / about
    power = Decimal(10) ** rough.adjusted()
    step = next(power * factor for factor in _ROUND if power * factor >= rough)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return [step * place for place in range(int(first), int(last) + 1)]


def _drawing(story: Story, width: int, height: int) -> Markup:
    mirrored = direction(story.language) == "rtl"
    everything = story.everything
    values = [value for _on, value in everything if value is not None]
    steps = nice_steps(min(values), max(values))
    # The numbers of the grid stand where reading begins; the other side leaves room for the target's label.
    gutter = 12 + 7.0 * max(len(story.said(step)) for step in steps)
    plain = Scale.over(everything, width=width, height=height, inset=0, mirrored=mirrored)
    scale = replace(
        plain,
        low=steps[0],
        high=steps[-1],
        left=14 if mirrored else gutter,
        right=width - gutter if mirrored else width - 14,
        top=24,
        bottom=height - 30,
    )
    parts = (_grid(story, scale, steps), *(draw(story, scale) for draw in (_times, _aims, _line, _labels)))
    return Markup("").join(Markup("").join(part) for part in parts)


def _grid(story: Story, scale: Scale, steps: Sequence[Decimal]) -> list[Markup]:
    beside = scale.right + 7 if scale.mirrored else scale.left - 7
    lines = []
    for step in steps:
        y = scale.up(step)
        lines.append(
            Markup('<path class="{}" d="M{} {}H{}"/>').format(
                "axis" if step == steps[0] else "grid", coordinate(scale.left), coordinate(y), coordinate(scale.right)
            )
        )
        lines.append(_text(beside, y + 4, story.said(step), "", "end"))
    return lines


def _times(story: Story, scale: Scale) -> list[Markup]:
    """The years along the axis, or the first and last month when there is no turn of a year between."""
    turns = [date(number, 1, 1) for number in range(scale.first.year + 1, scale.last.year + 1)]
    marks = [(on, year(on, story.language)) for on in turns]
    room = scale.right - scale.left
    while len(marks) * 46 > room:
        marks = marks[::2]
    if len(marks) < 2:
        marks = [(on, month_short(on, story.language)) for on in dict.fromkeys((scale.first, scale.last))]
    drawn = []
    for on, words in marks:
        x = scale.across(on)
        drawn.append(Markup('<path class="axis" d="M{x} {y}v5"/>').format(x=coordinate(x), y=coordinate(scale.bottom)))
        half = len(words) * HALF_LETTER
        drawn.append(_text(min(max(x, scale.left - 12 + half), scale.right + 12 - half), scale.bottom + 19, words, ""))
    if story.today and scale.first <= story.today <= scale.last:
        ends = (scale.across(story.today), scale.top - 8, scale.bottom)
        drawn.append(Markup('<path class="today" d="M{} {}V{}"/>').format(*map(coordinate, ends)))
    return drawn


def _aims(story: Story, scale: Scale) -> list[Markup]:
    drawn = []
    for on, value in story.targets:
        x, y = scale.across(on), scale.up(value)
        back = x + 60 if scale.mirrored else x - 60
        drawn.append(
            Markup('<path class="goal" d="M{} {y}H{}"/><path class="flag" d="M{} {}l6 6-6 6-6-6z"/>').format(
                coordinate(min(max(back, scale.left), scale.right)),
                coordinate(x),
                coordinate(x),
                coordinate(y - 6),
                y=coordinate(y),
            )
        )
    if story.straight:
        drawn.insert(0, Markup('<path class="path" d="{}"/>').format(scale.path(_stops(story))))
    return drawn


def _line(story: Story, scale: Scale) -> list[Markup]:
    drawn = [Markup('<path class="line" d="{}"/>').format(scale.path(story.points))]
    if story.baseline:
        if story.points and story.points[0][1] is not None:
            drawn.insert(0, Markup('<path class="line" d="{}"/>').format(scale.path([story.baseline, story.points[0]])))
        drawn.append(
            Markup('<circle class="base" cx="{}" cy="{}" r="5"/>').format(
                scale.x(story.baseline[0]), scale.y(story.baseline[1])
            )
        )
    for on, value in story.points:
        x = scale.x(on)
        if value is None:
            drawn.append(
                Markup('<circle class="gap" cx="{}" cy="{}" r="4"><title>{}</title></circle>').format(
                    x, coordinate(scale.bottom), f"{day(on, story.language)}: {_('not measured')}"
                )
            )
        else:
            last = "5.5" if on == story.measured[-1][0] else "3.5"
            drawn.append(
                Markup('<circle class="dot" cx="{}" cy="{}" r="{}"><title>{}</title></circle>').format(
                    x, scale.y(value), last, f"{day(on, story.language)}: {story.said(value)}"
                )
            )
    return drawn


def _labels(story: Story, scale: Scale) -> list[Markup]:
    """Baseline, last value, targets and today in words, each where it covers neither a line nor another."""
    wanted: list[Wish] = []
    if story.measured:
        wanted.append(_wish(story, scale, story.measured[-1], "%(value)s", "strong"))
    wanted += [_wish(story, scale, target, _("target %(value)s"), "aim") for target in story.targets]
    if story.baseline:
        wanted.append(_wish(story, scale, story.baseline, _("baseline %(value)s"), ""))
    if story.today and scale.first <= story.today <= scale.last:
        wanted.append(Wish(scale.across(story.today), scale.top - 2, _("today"), ""))
    places = place(wanted, _ink(story, scale), scale)
    return [_text(x, y, wish.words, wish.kind) for wish, (x, y) in zip(wanted, places, strict=True)]


def _wish(story: Story, scale: Scale, known: Known, words: str, kind: str) -> Wish:
    return Wish(scale.across(known[0]), scale.up(known[1]), words % {"value": story.said(known[1])}, kind)


def _ink(story: Story, scale: Scale) -> list[tuple[float, float]]:
    """Spots on the drawn lines, close enough together that no label slips between two."""
    stops = [*([story.baseline] if story.baseline else []), *story.points]
    runs = list(pairwise(stops)) + (list(pairwise(_stops(story))) if story.straight else [])
    spots = []
    for (one, low), (other, high) in runs:
        if low is None or high is None:
            continue
        ends = (scale.across(one), scale.up(low)), (scale.across(other), scale.up(high))
        steps = max(1, int(abs(ends[1][0] - ends[0][0]) / 6))
        (left, start), (right, end) = ends
        spots += [
            (left + (right - left) * step / steps, start + (end - start) * step / steps) for step in range(steps + 1)
        ]
    return spots


def _stops(story: Story) -> list[Point]:
    return [*([story.baseline] if story.baseline else []), *story.targets]


def _text(x: float, y: float, words: str, kind: str, anchor: str = "middle") -> Markup:
    return Markup('<text{} x="{}" y="{}" text-anchor="{}">{}</text>').format(
        Markup(' class="{}"').format(kind) if kind else "", coordinate(x), coordinate(y), anchor, words
    )


def _table(story: Story) -> Markup:
    rows: list[tuple[str, Point]] = [(_("Baseline"), story.baseline)] if story.baseline else []
    rows += [(_("Measurement"), point) for point in story.points]
    rows += [(_("Target"), point) for point in story.targets]
    body = Markup("").join(
        Markup('<tr><td>{}</td><td>{}</td><td class="number">{}</td></tr>').format(
            what, day(point[0], story.language), _("not measured") if point[1] is None else story.said(point[1])
        )
        for what, point in rows
    )
    return Markup(
        '<details class="fold"><summary>{}</summary><table><thead><tr><th scope="col">{}</th><th scope="col">{}</th>'
        '<th scope="col" class="number">{}</th></tr></thead><tbody>{}</tbody></table></details>'
    ).format(_("The numbers as a table"), _("What"), _("Day"), _("Value"), body)
