"""A list is taken along as a file that holds what its pages show, line by line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.browser.node import Node
from tests.browser.visitor import Visitor

LIST = "/records/programme.measurement/?owner=iraq"


@pytest.mark.parametrize(("language", "scripts"), [("en", True), ("ar", False)])
def test_the_file_holds_what_the_pages_show(
    own_node: Node, opens: Callable[..., Visitor], tmp_path: Path, language: str, scripts: bool
) -> None:
    page = opens(own_node, "iraq-clerk", language=language, scripts=scripts).visit(LIST)
    shown = _rows(page)
    with page.expect_download() as begun:
        page.get_by_role("button", name="XLSX").click()
    file = tmp_path / "list.xlsx"
    begun.value.save_as(file)
    while page.locator("a[rel=next]").count():
        page.locator("a[rel=next]").click()
        page.wait_for_load_state()
        shown += _rows(page)
    sheet: Any = openpyxl.load_workbook(file).active
    rows = [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]
    columns = next(number for number, row in enumerate(rows) if row[0] and row[2])  # the heading has two
    assert len(shown) > 50  # more than one page
    assert [[row[0], row[1]] for row in rows[columns + 1 :]] == shown
    assert sheet.sheet_view.rightToLeft is (language == "ar")
    assert begun.value.suggested_filename.startswith("programme-measurement-")


def _rows(page: Any) -> list[list[str]]:
    """Title and first column of each line."""
    found: list[list[str]] = page.locator("main tbody tr").evaluate_all(
        "rows => rows.map(row => [row.cells[0].querySelector('a').innerText, row.cells[1].innerText])"
    )
    return found
