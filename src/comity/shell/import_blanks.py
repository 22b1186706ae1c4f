"""Empty sheets to fill in: headings in the reader's language, and a second sheet with the codes of closed lists."""

import csv
import io
from collections.abc import Iterator

import openpyxl
from django.db import models
from django.utils.translation import gettext
from openpyxl.styles import Font

from comity.parties.models import Party
from comity.records.kinds import Kind
from comity.records.sheets.targets import Target, targets, words_of_target
from comity.shell.format import reader
from comity.shell.texts import plain


def headings(kind: Kind) -> list[str]:
    """One for each thing that a column may be."""
    return [words_of_target(kind, target) for target in targets(kind).values()]


def blank_csv(kind: Kind) -> bytes:
    """The headings alone; with the mark by which a spreadsheet program knows UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerow(headings(kind))
    return out.getvalue().encode("utf-8-sig")


def blank_xlsx(kind: Kind) -> bytes:
    """Headings on one sheet; on the other what may be written under them."""
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet(gettext("Codes")[:31])
    first.title = gettext(kind.plural)[:31]
    first.append(headings(kind))
    first.freeze_panes = "A2"
    second.append([gettext("Column"), gettext("Required"), gettext("Code"), gettext("Meaning")])
    for row in _codes(kind):
        second.append(row)
    for sheet in (first, second):
        sheet.sheet_view.rightToLeft = reader() == "ar"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            sheet.column_dimensions[cell.column_letter].width = max(14, len(str(cell.value)) + 2)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _codes(kind: Kind) -> Iterator[list[str]]:
    for target in targets(kind).values():
        called = words_of_target(kind, target)
        required = gettext("yes") if target.field in kind.required else ""
        several = list(_choices(kind, target)) or [
            ("", gettext(kind.fields[target.field].hint) if _hinted(kind, target) else "")
        ]
        for code, words in several:
            yield [called, required, code, words]


def _hinted(kind: Kind, target: Target) -> bool:
    return bool(target.field and kind.fields[target.field].hint)


def _choices(kind: Kind, target: Target) -> Iterator[tuple[str, str]]:
    if target.field in kind.choices:
        yield from ((str(code), gettext(words)) for code, words in kind.choices[target.field]())
    elif isinstance(target.column, models.BooleanField):
        yield from (("yes", gettext("yes")), ("no", gettext("no")))
    elif isinstance(target.column, models.ForeignKey) and target.column.related_model is Party:
        yield from ((party.handle, plain(party.name)) for party in Party.objects.order_by("handle"))
