"""Where the labels of a chart stand, so that none covers a line or another label."""

from collections.abc import Sequence
from dataclasses import dataclass

from comity.shell.chart_scale import Scale

HALF_LETTER = 3.5
"""Half the width of an average letter at the size of a label; Arabic letters are narrower, so this is safe."""
ABOVE, BELOW = 8.0, 4.0
"""How far a line of text reaches above and below the height it is written at."""
_ROW, _FAR = 15, 40
_HEIGHTS = (-12.0, 21.0, -26.0, 35.0, -40.0, 49.0, -54.0, 63.0)


@dataclass(frozen=True, slots=True)
class Wish:
    """A label and the spot it belongs to."""

    x: float
    y: float
    words: str
    kind: str

    @property
    def half(self) -> float:
        """Half its width."""
        return len(self.words) * HALF_LETTER


def place(wishes: Sequence[Wish], ink: Sequence[tuple[float, float]], scale: Scale) -> list[tuple[float, float]]:
    """The middle of the foot of each label, in the order of `wishes`: the first have the best choice.

    `ink` holds spots on lines. Every label stays inside the picture; covering another costs more than covering a line,
    and that more than standing further away.
    """
    placed: list[tuple[float, float, float]] = []
    for wish in wishes:
        best = min(_candidates(wish, scale), key=lambda spot: _cost(spot, wish, placed, ink))
        placed.append((*best, wish.half))
    return [(x, y) for x, y, _half in placed]


def _candidates(wish: Wish, scale: Scale) -> list[tuple[float, float]]:
    found = []
    near = [wish.y + rise for rise in _HEIGHTS if scale.top - 14 <= wish.y + rise <= scale.bottom - BELOW]
    # Else on one of the rows of the picture, of which a few labels leave some free.
    rows = [float(y) for y in range(int(scale.top - 14), int(scale.bottom - BELOW), _ROW) if abs(y - wish.y) > _FAR]
    for y in (*near, *rows):
        for share in (0.0, 1.0, -1.0, 0.5, -0.5):
            x = wish.x + share * (wish.half + 6)
            found.append((min(max(x, scale.left + wish.half), scale.right + 12 - wish.half), y))
    return found


def _cost(
    spot: tuple[float, float],
    wish: Wish,
    placed: Sequence[tuple[float, float, float]],
    ink: Sequence[tuple[float, float]],
) -> float:
    x, y = spot
    others = sum(abs(y - py) < ABOVE + BELOW + 3 and abs(x - px) < wish.half + half + 4 for px, py, half in placed)
    covered = sum(abs(px - x) < wish.half + 3 and y - ABOVE - 4 < py < y + BELOW + 2 for px, py in ink)
    return 1000 * others + 20 * covered + abs(x - wish.x) / 4 + abs(y - wish.y)
