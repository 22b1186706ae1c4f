"""XLSX: the first sheet of a workbook that the guard has passed."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from comity.kernel.decimals import quantity_text
from comity.records.sheets import refusals as r
from comity.records.sheets.guard import Area, inspect

NEVER_COUNTED = "#FORMULA!"  # stands for a formula whose result the file does not hold; `cells` refuses it
_MIDNIGHT = time()


def xlsx_rows(data: bytes, noticed: dict[str, int]) -> Iterator[list[str]]:
    """The rows of the first sheet; each cell of a merged area holds what the area shows.

    Raises:
        BadSheet: the workbook is none, or too much.
    """
    import openpyxl  # here, for it is a fifth of what every process of a node would load

    seen_in = inspect(data)
    try:
        # Values alone: formulas come as what they last gave, and nothing outside the file is looked at.
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        seen = seen_in[sheet._worksheet_path.lstrip("/")]  # noqa: SLF001  (the library has no other word for it)
        sheet.reset_dimensions()  # what the file says of its own size is not believed
        told = {"formulas": seen.formulas, "merged": len(seen.merged), "sheets": len(book.worksheets) - 1}
        noticed.update({what: count for what, count in told.items() if count})
        rows = sheet.iter_rows(max_row=max(seen.rows, 1), max_col=max(seen.columns, 1), values_only=True)
        spread = _Spread(seen.merged)
        for number, row in enumerate(rows, 1):
            cells = [_text(value) for value in row]
            if seen.uncounted:
                cells = [NEVER_COUNTED if (number, i) in seen.uncounted else c for i, c in enumerate(cells, 1)]
            yield spread.over(number, cells)
    except r.BadSheet:
        raise
    except Exception as error:
        raise r.BadSheet from error


def _text(value: Any) -> str:  # noqa: PLR0911  (a line for each type)
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        # Fifteen digits are what a spreadsheet keeps and shows: 0.1 + 0.2 is 0.3 there, and should be here.
        return quantity_text(Decimal(format(value, ".15g"))) if abs(value) < 1e60 else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == _MIDNIGHT else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date | time) else str(value) if isinstance(value, timedelta) else ""


class _Spread:
    """Gives every cell of a merged area the value of its first, row by row."""

    def __init__(self, areas: list[Area]) -> None:
        self._starting: dict[int, list[Area]] = {}
        for area in areas:
            self._starting.setdefault(area[0], []).append(area)
        self._open: list[tuple[Area, str]] = []

    def over(self, number: int, cells: list[str]) -> list[str]:
        self._open = [(area, value) for area, value in self._open if area[2] >= number]
        for area in self._starting.get(number, ()):
            self._open.append((area, cells[area[1] - 1] if area[1] <= len(cells) else ""))
        if sum(min(right, r.MOST_COLUMNS) - left + 1 for (_, left, _, right), _ in self._open) > r.MOST_COLUMNS:
            raise r.BadSheet  # areas that lie over each other, which no program makes
        for (_, left, _, right), value in self._open:
            last = min(right, r.MOST_COLUMNS)
            cells += [""] * (last - len(cells))
            for i in range(left - 1, last):
                cells[i] = value
        return cells
