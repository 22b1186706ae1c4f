"""XLSX, written line by line: texts are texts whatever they begin with, numbers numbers, days days."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from comity.shell.format import reader
from comity.shell.safe_cells import exact, is_command, plain_number, text
from comity.shell.texts import direction
from comity.shell.values import Bare

_FIRST_YEAR = 1901  # a spreadsheet knows no day before 1900, and counts that year wrongly
_HEADER = 200  # characters, of the 255 that one takes
_WIDE, _NARROW = 48, 18  # characters: of the first column, and of the others


def write(
    heading: Sequence[tuple[str, str]], columns: Sequence[str], lines: Iterable[Sequence[Bare]], *, marking: str
) -> IO[bytes]:
    """The file, at its beginning; `marking` also stands on every printed page.

    In a language that is written from right to left, so is the sheet.
    """
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("Comity")
    sheet.sheet_view.rightToLeft = direction(reader()) == "rtl"
    sheet.freeze_panes = f"A{len(heading) + 3}"
    for number in range(1, max(len(columns), 2) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDE if number == 1 else _NARROW
    sheet.oddHeader.center.text = text(marking).replace("&", "&&")[:_HEADER]
    bold = Font(bold=True)
    for words, said in heading:
        sheet.append([_cell(sheet, words, bold), *([_cell(sheet, said)] if said else [])])
    sheet.append([])
    sheet.append([_cell(sheet, name, bold) for name in columns])
    for cells in lines:
        sheet.append([_cell(sheet, value) for value in cells])
    file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by the answer that sends it)
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: Any, value: Bare, font: Font | None = None) -> Any:
    """What `sheet.append` takes: a bare value where that is enough, which is faster."""
    if isinstance(value, str):
        value = text(value)
        told = font is not None or is_command(value) or value in ERROR_CODES
        return _text(sheet, value, font) if told else value
    if isinstance(value, date):
        return value if value.year >= _FIRST_YEAR else value.isoformat()
    return value if value is None or exact(value) else plain_number(value)


def _text(sheet: Any, value: str, font: Font | None) -> Any:
    """A cell that is text, also when somebody edits it."""
    cell: Any = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    cell.quotePrefix = is_command(value)
    if font is not None:
        cell.font = font
    return cell
