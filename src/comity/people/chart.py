"""The organisation chart: boxes drawn from numbers, each a link, wide for a desk and narrow for a hand.

One root stands over rows of what is directly inside it; what is inside those hangs below them. Deeper organisations are
counted, and each box leads to a page with a chart of its own, so that no picture ever holds a whole ministry.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from comity.people.queries import Unit
from comity.shell.format import number, reader
from comity.shell.texts import direction
from comity.shell.values import address

COLUMNS = {"wide": 3, "narrow": 1}
BOXES = 60  # of one root; what is more is counted
WIDTH, HEIGHT, GAP, INDENT = 286, 64, 18, 22
_PAD, _LETTER = 12, {"name": 7.2, "more": 6.4}


@dataclass(frozen=True, slots=True)
class Box:
    """One organisation in the picture: its place, the place of the box it hangs from, and whether that is the root."""

    unit: Unit
    x: float
    y: float
    width: float
    deeper: int  # organisations inside it that are not drawn
    hangs_from: "Box | None" = None
    on_trunk: bool = False


def charts(units: Iterable[Unit]) -> list[Markup]:
    """A figure for each root that has something inside it."""
    return [figure(unit) for unit in units if unit.units]


def figure(root: Unit) -> Markup:
    """The chart of one organisation, in both widths; the style sheet shows the one that fits."""
    drawings = Markup("").join(_drawing(root, name, columns) for name, columns in COLUMNS.items())
    return Markup('<figure class="orgchart">{}</figure>').format(drawings)


def layout(root: Unit, columns: int) -> list[Box]:
    """The boxes of a chart with so many columns, the root first; left to right."""
    drawn = root.units[:BOXES]
    columns = min(columns, max(len(drawn), 1))
    whole = columns * WIDTH + (columns - 1) * GAP + INDENT
    deepest = len(root.units) + sum(len(unit.units) for unit in root.units) <= BOXES
    trunk = Box(root, 0, 0, whole, len(root.units) - len(drawn))
    boxes, top = [trunk], float(HEIGHT + GAP)
    for start in range(0, len(drawn), columns):
        bottoms = []
        for column, unit in enumerate(drawn[start : start + columns]):
            x = INDENT + column * (WIDTH + GAP)
            inner = unit.units if deepest else ()
            box = Box(unit, x, top, WIDTH, unit.inside - len(inner), trunk, on_trunk=True)
            boxes.append(box)
            y = top
            for below in inner:
                y += HEIGHT + GAP / 2
                boxes.append(Box(below, x + INDENT, y, WIDTH - INDENT, below.inside, box))
            bottoms.append(y + HEIGHT)
        top = max(bottoms) + GAP
    return boxes


def _drawing(root: Unit, name: str, columns: int) -> Markup:
    boxes = layout(root, columns)
    width = boxes[0].width
    height = max(box.y for box in boxes) + HEIGHT
    mirrored = direction(reader()) == "rtl"
    parts = [*_lines(boxes, width, mirrored), *(_box(box, width, mirrored) for box in boxes)]
    words = _("Organisation chart: %(name)s") % {"name": root.card.title}
    return Markup('<svg class="{}" width="{w}" viewBox="-1 -1 {w} {}" role="group" aria-label="{}">{}</svg>').format(
        name, round(height + 2), words, Markup("").join(parts), w=round(width + 2)
    )


def _lines(boxes: Sequence[Box], width: float, mirrored: bool) -> Iterator[Markup]:
    """From each box to the one that it hangs from: down its side, and across."""

    def at(x: float) -> int:
        return round(width - x if mirrored else x)

    for box in boxes:
        if box.hangs_from is None:
            continue
        middle = round(box.y + HEIGHT / 2)
        if not box.on_trunk:
            start = at(box.hangs_from.x + INDENT / 2)
            path = f"M{start} {round(box.hangs_from.y + HEIGHT)}V{middle}H{at(box.x)}"
        else:
            start, bar = at(INDENT / 2), round(box.y - GAP / 2)
            into = at(box.x + box.width / 2)
            path = f"M{start} {HEIGHT}V{bar}H{into}V{round(box.y)}"
        yield Markup('<path d="{}"/>').format(path)


def _box(box: Box, width: float, mirrored: bool) -> Markup:
    x = width - box.x - box.width if mirrored else box.x
    edge = x + box.width - _PAD if mirrored else x + _PAD
    card = box.unit.card
    lines = [("name", line) for line in _in_lines(card.title, box.width, "name", 2)]
    lines += [("more", line) for line in _in_lines(_more(box), box.width, "more", 1)]
    first = box.y + HEIGHT / 2 - 9.5 * (len(lines) - 1) + 4.5
    texts = Markup("").join(
        Markup('<text class="{}" x="{}" y="{}">{}</text>').format(kind, round(edge), round(first + 19 * row), words)
        for row, (kind, words) in enumerate(lines)
    )
    return Markup('<a href="{}"><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="6"/>{}</a>').format(
        address(card), card.title, round(x), round(box.y), round(box.width), HEIGHT, texts
    )


def _more(box: Box) -> str:
    """What the box says below the name: how many positions, and how many organisations that are not drawn."""
    count = box.unit.positions
    words = ngettext("%(number)s position", "%(number)s positions", count) % {"number": number(count)}
    if not box.deeper:
        return words
    inside = ngettext("%(number)s organisation inside", "%(number)s organisations inside", box.deeper)
    return _("%(one)s, %(other)s") % {"one": words, "other": inside % {"number": number(box.deeper)}}


def _in_lines(text: str, width: float, kind: str, most: int) -> list[str]:
    """`text` in at most so many lines of a box; what does not fit ends in an ellipsis."""
    room = int((width - 2 * _PAD) / _LETTER[kind])
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [line if len(line) <= room else f"{line[: room - 1].rstrip()}…" for line in lines]
