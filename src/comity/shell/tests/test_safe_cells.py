"""What a spreadsheet opens computes nothing, hides nothing, and says what the list said."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from comity.shell import csv_files, xlsx_files
from comity.shell.safe_cells import text

COMMANDS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u200f=1", "＝1", "-", '=cmd|"/C calc"!A0']


def written(columns: list[str], lines: list[Sequence[Any]]) -> bytes:
    with csv_files.write([], columns, lines, marking="") as file:
        return file.read()


def as_csv(*cells: Any) -> tuple[str, list[str]]:
    """A line as it stands in the file, and as it is read."""
    whole = written(["x"], [cells]).decode("utf-8-sig")
    return whole.splitlines()[-1], list(csv.reader(io.StringIO(whole)))[-1]


def as_xlsx(*cells: Any, heading: Sequence[tuple[str, str]] = (), marking: str = "") -> Any:
    with xlsx_files.write(heading, ["x"], [cells], marking=marking) as file:
        return openpyxl.load_workbook(file).active


@pytest.mark.parametrize("command", COMMANDS)
def test_no_text_is_taken_for_a_formula(command: str) -> None:
    _, (cell,) = as_csv(command)
    assert cell.startswith("'")
    found = as_xlsx(command)["A3"]
    assert (found.data_type, found.quotePrefix) == ("s", True)
    assert found.value == text(command)


@pytest.mark.parametrize("number", [-5, 0, 12, Decimal("-0.5"), Decimal("1E+3"), 123456789012345])
def test_a_number_stays_a_number(number: Any) -> None:
    assert as_csv(number)[0] == format(Decimal(number), "f")
    found = as_xlsx(number)["A3"]
    assert found.data_type == "n"
    assert Decimal(str(found.value)) == Decimal(number)


def test_a_number_that_a_spreadsheet_would_round_stays_whole_as_text() -> None:
    long = Decimal("0.1234567890123456789")
    assert as_xlsx(long)["A3"].value == str(long)
    assert as_xlsx(10**20)["A3"].value == "1" + "0" * 20
    assert as_csv(long)[0] == str(long)


def test_a_day_is_a_day_and_an_old_one_is_said() -> None:
    assert as_xlsx(date(2025, 3, 1))["A3"].value == datetime(2025, 3, 1)  # noqa: DTZ001  (a spreadsheet has no zones)
    assert as_xlsx(date(1899, 3, 1))["A3"].value == "1899-03-01"
    assert as_csv(date(2025, 3, 1))[0] == "2025-03-01"


def test_what_a_spreadsheet_calls_an_error_is_a_text() -> None:
    assert as_xlsx("#N/A")["A3"].data_type == "s"


def test_what_nobody_sees_is_taken_out() -> None:
    hidden = "a\u202eb\u2066c\x00d\x1be\x85f\ufeffg\u2028h\u200di\ufffej"
    assert text(hidden) == "abcdefgh\u200dij"


def test_a_cell_holds_no_more_than_a_spreadsheet_takes() -> None:
    assert len(str(as_xlsx("a" * 50_000)["A3"].value)) < 32_767


@given(st.lists(st.one_of(st.none(), st.integers(), st.dates(), st.text()), min_size=1, max_size=5))
def test_csv_reads_back_what_was_written(cells: list[Any]) -> None:
    _, read = as_csv("first", *cells)
    assert len(read) == len(cells) + 1
    for cell, found in zip(cells, read[1:], strict=True):
        expected = text(cell) if isinstance(cell, str) else "" if cell is None else str(cell)
        assert found.removeprefix("'" if found[1:] == expected else "") == expected
        assert isinstance(cell, int) or not found.startswith(("=", "+", "-", "@"))


@given(st.lists(st.one_of(st.none(), st.text()), min_size=1, max_size=5))
def test_xlsx_takes_any_text(cells: list[Any]) -> None:
    sheet = as_xlsx("first", *cells)
    found = [cell.value for cell in next(sheet.iter_rows(min_row=3, max_col=len(cells) + 1))][1:]
    assert [value or "" for value in found] == [text(cell or "") for cell in cells]


def test_arabic_reads_from_the_right_and_excel_knows_that_it_is_utf_8() -> None:
    assert not as_xlsx("x").sheet_view.rightToLeft
    with translation.override("ar"):
        assert as_xlsx("مستودع").sheet_view.rightToLeft
    assert written(["مستودع"], []).startswith(b"\xef\xbb\xbf")


def test_the_marking_stands_on_every_printed_page() -> None:
    sheet = as_xlsx("x", heading=[("Marking", "SECRET & more")], marking="SECRET & more")
    assert sheet.oddHeader.center.text == "SECRET && more"
    assert sheet.freeze_panes == "A4"


def test_no_formula_is_in_the_file_at_all() -> None:
    lines = [[command] for command in COMMANDS]
    with xlsx_files.write([("=A", "=B")], ["=C"], lines, marking="=D") as file, ZipFile(file) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
