"""Importing from a spreadsheet: choose a file, say what its columns are, look at what would be written, decide."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from comity.kernel.clock import now
from comity.kernel.errors import RoleMissing, require
from comity.kernel.text import N_
from comity.labels.queries import intern, label_of
from comity.labels.subject import Subject
from comity.records.kinds import Kind, all_kinds, kind_coded, kind_named
from comity.records.sheets import carrying, drafts
from comity.records.sheets.guard import column_letters
from comity.records.sheets.headings import texts_of
from comity.records.sheets.models import Sheet, State
from comity.records.sheets.refusals import MOST_BYTES
from comity.records.sheets.targets import targets, words_of_target
from comity.shell import import_work
from comity.shell.format import number, reader
from comity.shell.import_forms import ColumnsForm, FileForm, ReadingForm, is_date
from comity.shell.marking import highest
from comity.shell.record_views import party_names, subject_of
from comity.shell.refusals import onto, shows_refusals

STATES = {
    State.READ: N_("columns to be chosen"),
    State.CHECKING: N_("being checked"),
    State.CHECKED: N_("checked; for you to decide"),
    State.APPLYING: N_("being written"),
    State.APPLIED: N_("imported"),
}
_PROBLEMS = 100  # on one page
_SAMPLES = 3
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def importable(subject: Subject) -> list[Kind]:
    """The kinds of which this person may bring in many at once."""
    return [kind for kind in all_kinds() if kind.in_sheets and subject.roles & kind.roles]


def _kind(code: str, subject: Subject) -> Kind:
    kind = kind_coded(code)
    require(kind in importable(subject), RoleMissing)
    return kind


@require_GET
@shows_refusals
def imports(request: HttpRequest) -> HttpResponse:
    """What can be imported, and what is on its way."""
    subject, at = subject_of(request), now()
    drafts.forget_old(at)
    open_ = [(sheet, kind_named(sheet.kind), _(STATES[State(sheet.state)])) for sheet in drafts.drafts(subject, at=at)]
    return render(request, "shell/imports.html", {"kinds": importable(subject), "drafts": open_})


@shows_refusals
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file."""
    subject = subject_of(request)
    kind = _kind(code, subject)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, at = form.cleaned_data["file"], now()
        drafts.forget_old(at)
        with onto(form):
            data = file.read(MOST_BYTES + 1)
            name, random = str(file.name), secrets.token_bytes(10)
            sheet = drafts.upload(kind, data, name=name, actor=subject, at=at, random=random)
            return HttpResponseRedirect(reverse("shell:import-draft", args=[sheet.uuid]))
    return render(request, "shell/import_file.html", {"kind": kind, "form": form}, status=422 if form.errors else 200)


@require_GET
@shows_refusals
def blank(request: HttpRequest, code: str, ending: str) -> HttpResponse:
    """An empty sheet with the headings of a kind."""
    from comity.shell import import_blanks  # here, with what writes XLSX: few processes ever do

    kind = _kind(code, subject_of(request))
    content = import_blanks.blank_xlsx(kind) if ending == "xlsx" else import_blanks.blank_csv(kind)
    response = HttpResponse(content, content_type=XLSX if ending == "xlsx" else "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{reader()}.{ending}"'
    return response


@shows_refusals
def draft(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A file on its way: its columns, its progress, its preview, or what became of it."""
    subject, at = subject_of(request), now()
    sheet = drafts.draft(uuid, subject, at=at)
    _kind(kind_named(sheet.kind).code, subject)
    if request.method == "POST":
        return _decided(request, sheet, subject)
    if sheet.state in carrying.AT_WORK:
        if carrying.waits(sheet, at=at):
            import_work.start(sheet, subject)
        page = render(request, "shell/import_progress.html", {**_frame(sheet), "share": _share(sheet)})
        page.headers["Refresh"] = "2"  # seconds; asks for no script
        return page
    if sheet.state == State.READ:
        return _columns_page(request, sheet, subject)
    return _preview_page(request, sheet)


def _decided(request: HttpRequest, sheet: Sheet, subject: Subject) -> HttpResponse:
    """What the author decided about a draft; in a state in which it is not open any more, nothing."""
    what = request.POST.get("do", "")
    here = HttpResponseRedirect(reverse("shell:import-draft", args=[sheet.uuid]))
    if what == "discard":
        drafts.discard(sheet)
        messages.success(request, _("Discarded. Nothing of the file is kept."))
        return HttpResponseRedirect(reverse("shell:imports"))
    if what == "read" and sheet.state == State.READ:
        form = ReadingForm(sheet, request.POST)
        if not form.is_valid():
            return _columns_page(request, sheet, subject, reading=form)
        for name, value in form.cleaned_data.items():
            setattr(sheet, name, value)
        drafts.propose(sheet, subject)
    elif what == "columns" and sheet.state == State.READ:
        return _columns_page(request, sheet, subject, data=request.POST)
    elif what == "back" and sheet.state == State.CHECKED:
        drafts.reopen(sheet)
    elif what == "apply" and sheet.state == State.CHECKED:
        if sheet.counts.get("bad") and request.POST.get("clean") != "on":
            return _preview_page(request, sheet, refused=True)
        if not sheet.counts.get("stopped"):
            carrying.apply(sheet)
            sheet.refresh_from_db()
            import_work.start(sheet, subject)
    return here


def _columns_page(
    request: HttpRequest, sheet: Sheet, subject: Subject, *, reading: ReadingForm | None = None, data: Any = None
) -> HttpResponse:
    kind = kind_named(sheet.kind)
    offered = targets(kind)
    chosen = [data.get(f"c{p}", "") if data is not None else c["target"] for p, c in enumerate(sheet.columns)]
    dates = [place for place, code in enumerate(chosen) if is_date(offered.get(code))]
    form = ColumnsForm(kind, sheet, subject, doubtful=drafts.doubtful_columns(sheet, dates), data=data)
    if data is not None and form.is_valid():
        marking = form.marking()
        label_id = intern(marking) if marking is not None else None
        drafts.choose(sheet, columns=form.columns(), label_id=label_id, actor=subject)
        import_work.start(sheet, subject)
        return HttpResponseRedirect(reverse("shell:import-draft", args=[sheet.uuid]))
    first = drafts.head_of(sheet)
    below = first[sheet.first_heading + sheet.headings - 1 :]
    rows = [
        {
            "letters": column_letters(place + 1),
            "heading": heading,
            "samples": [row[place] for row in below if place < len(row) and row[place]][:_SAMPLES],
            "target": form[f"c{place}"],
            "order": form[f"o{place}"] if f"o{place}" in form.fields else None,
        }
        for place, heading in enumerate(texts_of(first, sheet.first_heading, sheet.headings)[: len(sheet.columns)])
    ]
    reading = reading or ReadingForm(sheet)
    context = {**_frame(sheet), "form": form, "reading": reading, "rows": rows, "noticed": _noticed(sheet)}
    status = 422 if form.errors or reading.errors else 200
    return render(request, "shell/import_columns.html", context, status=status)


def _preview_page(request: HttpRequest, sheet: Sheet, *, refused: bool = False) -> HttpResponse:
    kind, counts = kind_named(sheet.kind), sheet.counts
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isdecimal() and len(asked) < 5 else 1
    first, offered, language = (page - 1) * _PROBLEMS, targets(kind), reader()
    problems = [
        {
            "row": one["n"],
            "column": _column_words(kind, sheet, offered, one["c"]),
            "value": one["v"],
            "reason": one["w"].get(language) or next(iter(one["w"].values()), ""),
        }
        for one in sheet.problems[first : first + _PROBLEMS]
    ]
    clean = counts.get("new", 0) + counts.get("changed", 0)
    context = {
        **_frame(sheet),
        "counts": counts,
        "clean": clean,
        "problems": problems,
        "noticed": _noticed(sheet),
        "refused": refused,
        "before": f"?page={page - 1}" if page > 1 else None,
        "after": f"?page={page + 1}" if len(sheet.problems) > first + _PROBLEMS else None,
        "marking": highest([label_of(sheet.label_id)], party_names()) if sheet.label_id is not None else None,
    }
    template = "shell/import_done.html" if sheet.state == State.APPLIED else "shell/import_preview.html"
    return render(request, template, context, status=422 if refused else 200)


def _column_words(kind: Kind, sheet: Sheet, offered: Any, place: int | None) -> str:
    if place is None or place >= len(sheet.columns):
        return ""
    target = offered.get(sheet.columns[place]["target"])
    return f"{column_letters(place + 1)}: {words_of_target(kind, target)}" if target else column_letters(place + 1)


def _frame(sheet: Sheet) -> dict[str, Any]:
    kind = kind_named(sheet.kind)
    return {"sheet": sheet, "kind": kind, "title": _("Import: %(kinds)s") % {"kinds": _(kind.plural)}}


def _share(sheet: Sheet) -> tuple[int, int]:
    """How many rows are done, of how many."""
    if sheet.state == State.CHECKING:
        return sheet.done, max(sheet.rows - sheet.first_heading - sheet.headings + 1, sheet.done, 1)
    counts = sheet.counts
    return sheet.done, max(counts.get("new", 0) + counts.get("changed", 0), sheet.done, 1)


def _noticed(sheet: Sheet) -> list[str]:
    """What its reader should know of how the file was read."""
    words = {
        "formulas": ngettext(
            "%(number)s cell holds a formula: what it last gave is read, and in a CSV its text. It is never run.",
            "%(number)s cells hold formulas: what they last gave is read, and in a CSV their text. They are never run.",
            sheet.noticed.get("formulas", 0),
        ),
        "merged": ngettext(
            "%(number)s merged area is read as if each of its cells held its text.",
            "%(number)s merged areas are read as if each of their cells held their text.",
            sheet.noticed.get("merged", 0),
        ),
        "sheets": ngettext(
            "%(number)s more sheet of the workbook is not read.",
            "%(number)s more sheets of the workbook are not read.",
            sheet.noticed.get("sheets", 0),
        ),
    }
    return [words[what] % {"number": number(count)} for what, count in sheet.noticed.items() if what in words]
