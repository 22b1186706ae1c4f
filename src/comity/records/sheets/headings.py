"""Where the headings of a sheet stand, and what they say. Proposed here, decided by a person."""

import hashlib
from collections.abc import Sequence

from comity.records.kinds import Kind
from comity.records.sheets.refusals import HEADINGS
from comity.records.sheets.targets import known_words, plain_words

Rows = Sequence[Sequence[str]]


def place_of_headings(kind: Kind, rows: Rows) -> tuple[int, int]:
    """The row (from 1) in which the headings of these first rows seem to begin, and how many rows they take: 1 or 2."""
    known = known_words(kind)
    first, most = 0, -1
    for at, row in enumerate(rows[:HEADINGS]):
        understood = sum(plain_words(cell) in known for cell in set(row) if cell)
        if not _is_title(row, rows) and understood > most:
            first, most = at, understood
    if first + 1 >= len(rows):
        return first + 1, 1
    alone = sum(plain_words(h) in known for h in texts_of(rows, first + 1, 1))
    together = sum(plain_words(h) in known for h in texts_of(rows, first + 1, 2))
    return first + 1, 2 if together > alone else 1


def texts_of(rows: Rows, first: int, count: int) -> list[str]:
    """The heading of each column; one over two rows is both texts, the same text in both is said once.

    Over a heading of the second row, an empty cell of the first belongs to what stands left of it.
    """
    width = max((len(row) for row in rows), default=0)
    several = [[*row, *[""] * (width - len(row))] for row in rows[first - 1 : first - 1 + count]]
    if count == 2 and len(several) == 2:
        for i in range(1, width):
            if several[1][i] and not several[0][i]:
                several[0][i] = several[0][i - 1]
    return [" ".join(dict.fromkeys(part for part in column if part)) for column in zip(*several, strict=True)]


def signature(headings: Sequence[str]) -> str:
    """What a row of headings is remembered by."""
    return hashlib.sha256("\x1f".join(plain_words(heading) for heading in headings).encode()).hexdigest()


def _is_title(row: Sequence[str], rows: Rows) -> bool:
    """Whether a row says one thing only, perhaps merged over all columns, above a table that has several."""
    wide = max(len({cell for cell in other if cell}) for other in rows)
    return len({cell for cell in row if cell}) < min(2, wide)
