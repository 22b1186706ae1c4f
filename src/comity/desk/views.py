"""The rooms that compose others: Today, search, and the log."""

import json
from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comity.audit.log import head
from comity.audit.proofs import inclusion
from comity.desk import files, queries
from comity.desk import log as logbook
from comity.desk.searching import Wanted
from comity.kernel.errors import NotFound, require
from comity.programme.queries import programmes as programmes_of
from comity.records.kinds import all_kinds
from comity.shell.export import export, exporting, places
from comity.shell.format import reader
from comity.shell.marking import highest
from comity.shell.record_views import party_names, subject_of
from comity.shell.refusals import shows_refusals
from comity.shell.values import above, address

AT_ONCE = 50


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Records of every kind that contain the words asked for, newest first."""
    subject = subject_of(request)
    wanted = Wanted.of(request.GET)
    found = wanted.found(subject, before=_number(request.GET.get("before")), limit=AT_ONCE)
    context = {
        "asked": wanted.words,
        "cards": found.cards,
        "above": found.above,
        "kinds": [(kind.code, _(kind.plural)) for kind in all_kinds()],
        "chosen": wanted.kind,
        "after": wanted.address(before=found.before) if found.before else None,
        "export": places("desk:search-export", query=wanted.address()),
        "marking": highest([label for card in found.cards for label in found.labels(card)], party_names()),
        "address": address,
    }
    return render(request, "desk/search.html", context)


@exporting
def search_export(request: HttpRequest, form: str) -> FileResponse:
    """All that a search found, as a file."""
    return export(request, form, files.of_search(Wanted.of(request.GET), subject_of(request)))


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """The audit log, newest first, as far as this subject may see it."""
    subject = subject_of(request)
    before = _number(request.GET.get("before"))
    lines = logbook.log_lines(subject, before=before, limit=AT_ONCE + 1)
    state = head()
    context = {
        "lines": lines[:AT_ONCE],
        "above": above([line.card for line in lines if line.card], subject),
        "size": state.size,
        "root": state.root.hex(),
        "event_words": logbook.EVENT_WORDS,
        "checkpoints": logbook.latest_checkpoints(),
        "after": f"?before={lines[AT_ONCE - 1].index}" if len(lines) > AT_ONCE else None,
        "export": places("desk:log-export"),
        "marking": highest([line.card.label for line in lines if line.card and line.card.label], party_names()),
        "address": address,
    }
    return render(request, "desk/log.html", context)


@exporting
def log_export(request: HttpRequest, form: str) -> FileResponse:
    """The log, as far as this subject may see it, as a file."""
    return export(request, form, files.of_log(subject_of(request)))


@require_GET
@shows_refusals
def log_entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry of the log, its bytes where they may be seen, and that it is in the tree."""
    subject = subject_of(request)
    line = logbook.log_line(subject, index)
    if line is None:
        raise NotFound
    proof = inclusion(index)
    context = {
        "line": line,
        "above": above([line.card] if line.card else [], subject),
        "event_words": logbook.EVENT_WORDS,
        "leaf": "" if line.bare else _pretty(proof.leaf),
        "proof": proof,
        "marking": highest([line.card.label] if line.card and line.card.label else [], party_names()),
        "address": address,
    }
    return render(request, "desk/log_entry.html", context)


@require_GET
@shows_refusals
def log_proof(request: HttpRequest, index: int) -> HttpResponse:
    """The inclusion proof of an entry, as a file; it holds the entry, so only for who may see what the entry says."""
    line = logbook.log_line(subject_of(request), index)
    require(line is not None and not line.bare, NotFound)
    response = HttpResponse(json.dumps(inclusion(index).json(), indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="proof-{index}.json"'
    return response


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What needs me, then the partnership at a glance."""
    subject = subject_of(request)
    at: datetime = queries.local_now()
    programmes = programmes_of(subject, at.date())
    needs = queries.needs(subject, programmes, at.date())
    latest = queries.latest(subject, reader(), limit=8)
    labels: list[Any] = [line.label for programme in programmes for line in programme.lines]
    labels += [card.label for card in latest if card.label]
    context = {
        "at": at,
        "needs": needs,
        "programmes": programmes,
        "latest": latest,
        "above": above(latest, subject),
        "marking": highest(labels, party_names()),
        "address": address,
    }
    return render(request, "desk/today.html", context)


def _number(text: str | None) -> int:
    """A cursor from an address; anything else than a number is no cursor."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _pretty(data: bytes) -> str:
    return json.dumps(json.loads(data), indent=2, ensure_ascii=False)
