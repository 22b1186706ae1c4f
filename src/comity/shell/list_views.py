"""The list that every kind of record has, as a page and as a file; and the page of all such lists."""

from collections.abc import Iterator

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comity.kernel.errors import NotFound
from comity.labels.domain import Label
from comity.records.kinds import Kind, UnknownKind, all_kinds, kind_coded
from comity.records.visible import COUNT_CAP
from comity.shell.export import Line, Sheet, export, exporting, places
from comity.shell.format import number
from comity.shell.kind_lists import KindList, asked_of, columns_of
from comity.shell.lists import Listing
from comity.shell.marking import Marking, highest, marking_of
from comity.shell.record_views import party_names, subject_of
from comity.shell.refusals import shows_refusals
from comity.shell.values import Bare, address

_AT_ONCE = 500  # records of a file that are read together


def _kind(code: str) -> Kind:
    try:
        return kind_coded(code)
    except UnknownKind:
        raise NotFound from None


def _count_words(count: int) -> str:
    return _("more than %(number)s") % {"number": number(COUNT_CAP)} if count > COUNT_CAP else number(count)


@require_GET
def kinds(request: HttpRequest) -> HttpResponse:
    """Every kind of record, with how many of it this reader may see."""
    subject = subject_of(request)
    counted = [(kind, KindList(kind, Listing.of({}), subject).count()) for kind in all_kinds()]
    context = {"counted": [(kind, _count_words(count)) for kind, count in counted if count], "marking": None}
    return render(request, "shell/kinds.html", context)


@require_GET
@shows_refusals
def records(request: HttpRequest, code: str) -> HttpResponse:
    """The records of a kind that this reader may see."""
    subject, kind = subject_of(request), _kind(code)
    found = KindList(kind, asked_of(kind, request.GET, subject), subject)
    lines, names = found.lines(found.asked.cursor, found.asked.limit), party_names()
    marking = highest([label for row in lines.rows for label in lines.labels(*row)], names)

    def differs(label: Label) -> Marking | None:
        """The marking of a row that is not that of the page."""
        own = marking_of(label, names)
        return own if own != marking else None

    context = {
        "kind": kind,
        "title": _(kind.plural),
        "sub": _("Records: %(number)s") % {"number": _count_words(found.count())},
        "listing": found.asked,
        "rows": [
            (card, [lines.shown.value(name, value) for name, value in zip(columns_of(kind), values, strict=True)])
            for card, values in lines.rows
        ],
        "columns": _columns(kind),
        "next": found.asked.following(lines.after),
        "export": places("shell:list-export", code, query=found.asked.address()),
        "enter": reverse("shell:enter", args=[code]) if subject.roles & kind.roles and not kind.opened_at else "",
        "marking": marking,
        "differs": differs,
        "address": address,
    }
    return render(request, "shell/records.html", context)


@exporting
def records_export(request: HttpRequest, code: str, form: str) -> FileResponse:
    """The same list, whole, as a file."""
    subject, kind = subject_of(request), _kind(code)
    found = KindList(kind, asked_of(kind, request.GET, subject), subject)
    columns = [_(kind.singular), *_columns(kind), _("Owner"), _("Changed")]
    return export(request, form, Sheet(code, _(kind.plural), columns, _lines(found), found.asked.said))


def _columns(kind: Kind) -> list[str]:
    return [_(kind.fields[name].label) for name in columns_of(kind)]


def _lines(found: KindList) -> Iterator[Line]:
    """Each record with its columns, as a file holds them."""
    names, columns = party_names(), columns_of(found.kind)
    for lines in found.all(_AT_ONCE):
        for card, values in lines.rows:
            cells: list[Bare] = [card.title]
            cells += [lines.shown.bare(name, value) for name, value in zip(columns, values, strict=True)]
            cells += [names[card.party.pk] if card.party else None, timezone.localdate(card.at) if card.at else None]
            yield Line(cells, lines.labels(card, values))
