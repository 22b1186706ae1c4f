"""From the bytes of a file to rows of plain texts, the same from CSV and XLSX.

A number comes as its digits, a date as 2024-03-05, so that what a cell means is decided in one place (`cells`). Rows
are numbered as a spreadsheet program numbers them, from 1. The file may be hostile: it is bounded before it is opened
and while it is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from comity.records.sheets import refusals as r
from comity.records.sheets.csv_files import csv_rows
from comity.records.sheets.xlsx_files import xlsx_rows

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass
class Table:
    """The rows of a file; what was noticed is complete once all of them were read."""

    rows: Iterator[list[str]]
    encoding: str = ""  # of a text whose bytes do not tell; somebody must say
    noticed: dict[str, int] = field(default_factory=dict)  # "formulas", "merged", "sheets" → how many


def read(data: bytes) -> Table:
    """The table in a file.

    Raises:
        BadSheet: it is none, or too large; some kinds of it only while its rows are read.
    """
    if len(data) > r.MOST_BYTES:
        raise r.UploadTooLarge(size=len(data) // 1_000_000, most=r.MOST_BYTES // 1_000_000)
    if data.startswith(_OLE):
        raise r.OldFormat
    noticed: dict[str, int] = {}
    if data.startswith(_ZIP):
        return Table(_bounded(xlsx_rows(data, noticed)), noticed=noticed)
    rows, encoding = csv_rows(data, noticed)
    return Table(_bounded(rows), encoding, noticed)


def _bounded(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Rows without what is empty at their end, as long as there are not too many; empty rows at the end fall away."""
    waiting = 0
    for number, row in enumerate(rows, 1):
        while row and not row[-1]:
            row.pop()
        if not row:
            waiting += 1
            continue
        if number > r.MOST_ROWS + r.HEADINGS:
            raise r.TooManyRows(most=r.MOST_ROWS)
        if len(row) > r.MOST_COLUMNS:
            raise r.TooManyColumns(row=number, most=r.MOST_COLUMNS)
        if max(map(len, row)) > r.MOST_CHARACTERS:
            raise r.CellTooLong(row=number, most=r.MOST_CHARACTERS)
        for _ in range(waiting):
            yield []
        waiting = 0
        yield row
