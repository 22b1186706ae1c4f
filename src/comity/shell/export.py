"""A list as a file: exactly what the list shows to whoever asks, as CSV or XLSX, under the marking of all of it.

    sheet = Sheet("programme.risk", _("Risks"), columns, lines, asked.said)
    return export(request, form, sheet)

The lines wait on disk until their marking is known, since it stands above them: no list is held in memory, however
long. That a file was made is on the log before it is handed over: what list and how many lines, never what they say.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import IO, Any

import orjson
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.accounts.middleware import only_reads
from comity.kernel.clock import now
from comity.kernel.errors import NotFound, require
from comity.kernel.ids import PartyId
from comity.labels.domain import Label
from comity.records.work import act
from comity.shell import csv_files
from comity.shell.format import day_and_time, number, separator
from comity.shell.marking import Marking, highest
from comity.shell.record_views import party_names, subject_of
from comity.shell.refusals import shows_refusals
from comity.shell.values import Bare

MOST_LINES = 100_000  # of one file; the heading says when the list goes on
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list, and the labels of every record that it shows; its marking is put behind it."""

    cells: Sequence[Bare]
    labels: Iterable[Label]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list to be exported. `what` is its name in a word of the code; `narrowed` says by what, in words."""

    what: str
    title: str
    columns: Sequence[str]
    lines: Iterable[Line]
    narrowed: Sequence[tuple[str, str]] = ()


@dataclass
class _Kept:
    """Lines on disk, and what their heading has to say of them."""

    file: IO[bytes]
    labels: set[Label] = field(default_factory=set)
    lines: int = 0
    withheld: int = 0
    goes_on: bool = False

    def __iter__(self) -> Iterator[list[Bare]]:
        self.file.seek(0)
        return ([_read(cell) for cell in orjson.loads(line)] for line in self.file)


def exporting(view: Callable[..., FileResponse]) -> Callable[..., HttpResponseBase]:
    """A view that answers with a file. It is sent to, for the log says so; else it changes nothing."""
    return only_reads(require_POST(shows_refusals(view)))


def places(name: str, *args: str, query: str = "") -> list[tuple[str, str]]:
    """Where a page's list is to be had as a file: (form, address), for `parts.export`; `name` is of a url."""
    return [(form.upper(), reverse(name, args=[*args, form]) + query) for form in FORMS]


def _xlsx() -> Callable[..., IO[bytes]]:
    """Loaded by whoever first writes one: few processes of a node ever do."""
    from comity.shell import xlsx_files

    return xlsx_files.write


def export(request: HttpRequest, form: str, sheet: Sheet) -> FileResponse:
    """The answer that hands a list over as a file of this form.

    What is marked *never exchanged* stays on the node: its lines are left out, and the heading says how many.
    """
    require(form in FORMS, NotFound)
    subject, at = subject_of(request), now()
    with tempfile.TemporaryFile() as behind:
        names = party_names()
        kept = _keep(sheet.lines, behind, names)
        marking = highest(kept.labels, names)
        heading = [(sheet.title, ""), *_heading(request, sheet, kept, marking, at)]
        write = csv_files.write if form == "csv" else _xlsx()
        file = write(heading, [*sheet.columns, _("Marking")], kept, marking=marking.words if marking else "")
    with act(subject, at) as work:
        work.note("exported", what=sheet.what, form=form, lines=kept.lines, narrowed=bool(sheet.narrowed))
    name = f"{sheet.what.replace('.', '-')}-{timezone.localdate(at).isoformat()}.{form}"
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=FORMS[form])
    answer["Cache-Control"] = "no-store"
    return answer


def _keep(lines: Iterable[Line], file: IO[bytes], names: Mapping[PartyId, str]) -> _Kept:
    """Put the lines into `file`, each with its marking behind it, where they wait for their heading."""
    kept = _Kept(file)
    marked = cache(lambda labels: _in_words(highest(labels, names)))
    for line in lines:
        labels = frozenset(line.labels)
        if any(label.exchange_never for label in labels):
            kept.withheld += 1
            continue
        if kept.lines == MOST_LINES:
            kept.goes_on = True
            break
        kept.file.write(orjson.dumps([*line.cells, marked(labels)], default=_written, option=_OPTIONS) + b"\n")
        kept.labels |= labels
        kept.lines += 1
    return kept


def _in_words(marking: Marking | None) -> str:
    """A marking on one line; generated data say so."""
    if marking is None:
        return ""
    return separator().join((_("Synthetic"), marking.words)) if marking.synthetic else marking.words


def _written(cell: Any) -> dict[str, str]:
    """What JSON has no form for, under the letter of its kind."""
    if isinstance(cell, datetime):
        return {"t": cell.isoformat()}
    return {"d": cell.isoformat()} if isinstance(cell, date) else {"n": str(cell)}


def _read(cell: Any) -> Bare:
    if isinstance(cell, dict):
        ((kind, told),) = cell.items()
        return _READ[kind](told)
    known: Bare = cell
    return known


_READ: dict[str, Callable[[str], Bare]] = {"n": Decimal, "d": date.fromisoformat, "t": datetime.fromisoformat}
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME


def _heading(
    request: HttpRequest, sheet: Sheet, kept: _Kept, marking: Marking | None, at: datetime
) -> Iterator[tuple[str, str]]:
    """What stands above the lines: marking, origin, by what the list is narrowed, and how long it is."""
    if marking is None:
        yield _("Marking"), _("No record is shown in this file")
    else:
        if marking.synthetic:
            yield _("Synthetic"), _("every figure and name in this file is generated")
        yield _("Marking"), marking.words
    place: Any = getattr(request, "place", None)
    office = (place.account, place.post, place.party) if place else ()
    yield _("Exported by"), _(", ").join(filter(None, office))
    yield _("Exported on"), day_and_time(at)
    yield from (((_("Narrowed by: %(name)s") % {"name": name}), words) for name, words in sheet.narrowed)
    yield _("Lines"), number(kept.lines)
    if kept.goes_on:
        words = _("The list goes on: one file holds at most %(most)s lines. Narrow the list to have the rest.")
        yield _("Not whole"), words % {"most": number(MOST_LINES)}
    if kept.withheld:
        words = _("Lines that are marked as never exchanged, and stay on this node: %(number)s")
        yield _("Left out"), words % {"number": number(kept.withheld)}
