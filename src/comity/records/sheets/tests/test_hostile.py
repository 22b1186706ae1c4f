"""Files that mean harm, or were made by accident: each gets its own answer, soon, and none is read into memory."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import openpyxl
import pytest

from comity.records.sheets import refusals as r
from comity.records.sheets.csv_files import reread
from comity.records.sheets.reading import read

BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha">' + "".join(
    f'<!ENTITY b{i} "{f"&b{i - 1 or chr(0)};".replace(chr(0), "") * 10}">' for i in range(1, 10)
) + "]><sst>&b9;</sst>"  # fmt: skip


def workbook(fill: Callable[[openpyxl.worksheet.worksheet.Worksheet], object]) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def simple() -> bytes:
    return workbook(lambda sheet: [sheet.append(row) for row in (["Name", "Rank"], ["Somebody", "Major"])])


def with_part(name: str, content: bytes, *, to: bytes = b"") -> bytes:
    """The workbook with one of its parts exchanged."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(to or simple())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def sheet_of(cells: bytes) -> bytes:
    """A workbook whose first sheet has just this inside its data."""
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return with_part(
        "xl/worksheets/sheet1.xml",
        b'<worksheet xmlns="' + space + b'"><sheetData>' + cells + b"</sheetData></worksheet>",
    )


def rows(data: bytes) -> list[list[str]]:
    return list(read(data).rows)


def test_a_workbook_is_read():
    assert rows(simple()) == [["Name", "Rank"], ["Somebody", "Major"]]


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "a/b.rels"])
def test_an_xml_bomb_is_not_lit(part: str):
    with pytest.raises(r.HoldsADefinition):
        rows(with_part(part, BOMB.encode()))


def test_a_definition_is_refused_though_it_names_nothing():
    with pytest.raises(r.HoldsADefinition):
        rows(with_part("xl/workbook.xml", b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'))


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(r, "MOST_UNPACKED", 20_000_000)
    bomb = with_part("xl/worksheets/sheet2.xml", b" " * 30_000_000)
    assert len(bomb) < 200_000
    tracemalloc.start()
    with pytest.raises(r.SheetTooLarge) as caught:
        rows(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000
    assert (caught.value.facts["size"], caught.value.facts["most"]) == (30, 20)


def test_a_small_part_that_unpacks_to_much_is_refused():
    with pytest.raises(r.SheetTooLarge):
        rows(with_part("xl/styles.xml", b"<a>" + b" " * 5_000_000 + b"</a>"))


def test_a_part_that_holds_more_than_it_says_is_no_workbook():
    data = bytearray(with_part("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 2_000_000 + b"</worksheet>"))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as packed:
        size = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    lie = bytes(data).replace(size.to_bytes(4, "little"), (50).to_bytes(4, "little"))
    assert lie != bytes(data)
    with pytest.raises(r.BadSheet):
        rows(lie)


@pytest.mark.parametrize(
    ("cell", "size"),
    [
        (b'<row r="3"><c r="A3" t="inlineStr"><is><t>%b</t></is></c></row>', 100_000_000),
        (b'<row r="3"><c r="A3" t="str"><v>%b</v></c></row>', 5_000_000),
        (b'<row r="3"><c r="A3" t="%b"/></row>', 5_000_000),
    ],
)
def test_a_cell_of_100_mb_is_refused_before_it_is_in_memory(cell: bytes, size: int):
    data = sheet_of(cell % (b"x" * size))
    tracemalloc.start()
    with pytest.raises(r.CellTooLong):
        rows(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000


def test_a_text_cut_into_runs_is_one_text():
    runs = b"".join(b"<r><t>%b</t></r>" % (b"x" * 15_000) for _ in range(2))
    texts = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si>' + runs + b"</si></sst>"
    with pytest.raises(r.CellTooLong):
        rows(with_part("xl/sharedStrings.xml", texts))


def test_nothing_is_nested_without_end():
    with pytest.raises(r.BadSheet):
        rows(with_part("docProps/core.xml", b"<a>" * 1_000 + b"</a>" * 1_000))


def test_too_many_rows_are_refused_with_the_limit():
    cells = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in (1, 100_021))
    with pytest.raises(r.TooManyRows) as caught:
        rows(sheet_of(cells))
    assert "100000" in str(caught.value)
    with pytest.raises(r.TooManyRows):
        rows(b"a,b\n" + b"1,2\n" * 100_021)


def test_too_many_columns_are_refused_with_the_limit_and_the_row():
    with pytest.raises(r.TooManyColumns) as caught:
        rows(sheet_of(b'<row r="2"><c r="XFD2"><v>1</v></c></row>'))
    assert (caught.value.facts["row"], caught.value.facts["most"]) == (2, 100)
    with pytest.raises(r.TooManyColumns):
        rows(b"a,b\n" + b"1," * 100 + b"1\n")


def test_empty_cells_with_a_style_to_the_edge_of_the_sheet_do_no_harm():
    cells = b'<row r="1"><c r="A1"><v>7</v></c><c r="XFD1" s="0"/></row><row r="1048576"><c r="A1048576" s="0"/></row>'
    assert rows(sheet_of(cells)) == [["7"]]


def test_merged_cells_hold_what_they_show():
    def fill(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for row in (["Unit", "Post"], ["Supply", "Head"], [None, "Clerk"], ["Law", "Head"]):
            sheet.append(row)
        sheet.merge_cells("A2:A3")

    table = read(workbook(fill))
    assert list(table.rows) == [["Unit", "Post"], ["Supply", "Head"], ["Supply", "Clerk"], ["Law", "Head"]]
    assert table.noticed["merged"] == 1


def test_areas_that_lie_over_each_other_are_no_sheet():
    merges = b"".join(b'<mergeCell ref="A1:CV%d"/>' % (n + 2) for n in range(50))
    data = sheet_of(
        b'<row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells>' + merges + b"</mergeCells><sheetData>"
    )
    with pytest.raises(r.BadSheet):
        rows(data)


def test_a_formula_is_its_last_result_and_is_counted():
    cells = b'<row r="1"><c r="A1"><f>cmd|\' /c calc\'!A0</f><v>3</v></c><c r="B1"><f>1+1</f></c></row>'
    table = read(sheet_of(cells))
    assert list(table.rows) == [["3", "#FORMULA!"]]
    assert table.noticed["formulas"] == 2


def test_formulas_of_a_csv_stay_text_and_are_counted():
    table = read(b"Name,Value\n=cmd|' /c calc'!A0,-5\n@SUM(A1),+3.5\n-x,+964 1\n")
    assert list(table.rows)[1:] == [["=cmd|' /c calc'!A0", "-5"], ["@SUM(A1)", "+3.5"], ["-x", "+964 1"]]
    assert table.noticed["formulas"] == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_with_and_without_its_byte_order_mark(encoding: str):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    table = read(mark + "الاسم;الرتبة\nسعاد;عميد\n".encode(encoding))
    assert list(table.rows) == [["الاسم", "الرتبة"], ["سعاد", "عميد"]]
    assert table.encoding == ""


def test_utf_16_without_a_mark_is_refused():
    with pytest.raises(r.EncodingUnknown):
        rows("Name;Rank\nA;B\n".encode("utf-16-le"))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("الاسم,الرتبة\nسعاد,عميد\n", "windows-1256"), ("Prénom,Né à\nZoë,Orléans\n", "windows-1252")],
)
def test_old_encodings_are_told_apart_and_can_be_exchanged(text: str, encoding: str):
    table = read(text.encode(encoding))
    assert table.encoding == encoding
    assert [[reread(cell, encoding) for cell in row] for row in table.rows] == [
        line.split(",") for line in text.splitlines()
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found(separator: str):
    text = f'a{separator}b{separator}c\n1{separator}"x,y;z"{separator}3\n'
    assert rows(text.encode()) == [["a", "b", "c"], ["1", "x,y;z", "3"]]


def test_a_quote_that_never_closes_does_not_swallow_the_file():
    with pytest.raises(r.CellTooLong):
        rows(b'a,b\n1,"' + b"x\n" * 200_000)


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 nothing", b"PK\x03\x04", simple()[:-200], with_part("xl/workbook.xml", b"<a")]
)
def test_a_broken_workbook_is_no_spreadsheet(data: bytes):
    with pytest.raises(r.BadSheet):
        rows(data)


def test_an_old_or_locked_workbook_is_named():
    with pytest.raises(r.OldFormat):
        rows(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_what_is_too_large_is_refused_unread():
    with pytest.raises(r.UploadTooLarge):
        read(b"a" * 12_000_001)


def test_numbers_dates_and_truths_of_a_workbook_come_as_they_are_shown():
    values = [0.1 + 0.2, 12, 1e15, date(2024, 3, 5), datetime(2024, 3, 5, 13, 30), True, " x "]  # noqa: DTZ001  (a sheet knows no zone)
    (row,) = rows(workbook(lambda sheet: sheet.append(values)))
    assert row == ["0.3", "12", "1000000000000000", "2024-03-05", "2024-03-05 13:30:00", "TRUE", "x"]


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    assert rows(b'a,b\n\n"two\nlines",1\n\n\n') == [["a", "b"], [], ["two\nlines", "1"]]
