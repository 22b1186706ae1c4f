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
    """The heading of each column; one over two rows is both texts, the same text in both is said once."""
    several = rows[first - 1 : first - 1 + count]
    width = max((len(row) for row in rows), default=0)
    columns = ([row[i] for row in several if i < len(row) and row[i]] for i in range(width))
    return [" ".join(dict.fromkeys(parts)) for parts in columns]


def signature(headings: Sequence[str]) -> str:
    """What a row of headings is remembered by."""
    return hashlib.sha256("\x1f".join(plain_words(heading) for heading in headings).encode()).hexdigest()


def _is_title(row: Sequence[str], rows: Rows) -> bool:
    """Whether a row says one thing only, perhaps merged over all columns, above a table that has several."""
    wide = max(len({cell for cell in other if cell}) for other in rows)
    return len({cell for cell in row if cell}) < min(2, wide)
