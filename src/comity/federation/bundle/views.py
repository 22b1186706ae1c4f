"""The page of files for one partner: writing a bundle, reading one, and return slips of both sides."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.federation.bundle import queries, reading, reporting, speaking, writing
from comity.federation.bundle.domain import MOST_ON_A_PAGE, Since, TooMuchForAPage
from comity.federation.bundle.forms import ReadForm, SlipForm, WriteForm
from comity.federation.bundle.words import outcome
from comity.federation.joining.domain import MAY_JOIN
from comity.federation.joining.queries import name_of
from comity.federation.models import Joining
from comity.kernel.clock import now
from comity.kernel.errors import require
from comity.kernel.ids import PartyId
from comity.labels.subject import Subject, require_role
from comity.shell.format import reader
from comity.shell.record_views import subject_of
from comity.shell.refusals import onto, shows_refusals


def _partner(request: HttpRequest, joining: int) -> tuple[Subject, Joining, PartyId]:
    subject = subject_of(request)
    require_role(subject, *MAY_JOIN)
    row = queries.joined_by(subject.party, joining)
    return subject, row, PartyId(row.other)


@require_http_methods(["GET", "POST"])
@shows_refusals
def bundles(request: HttpRequest, joining: int) -> HttpResponseBase:
    """What went to and came from a partner by files; a file that came is read."""
    subject, row, _other = _partner(request, joining)
    form = ReadForm(request.POST, request.FILES) if request.method == "POST" else ReadForm()
    if request.method == "POST" and form.is_valid():
        with onto(form):
            report = reading.read(form.cleaned_data["file"], actor=subject, at=now())
            told = _("The file was read. %(num)s new steps came in.") % {"num": report.new}
            messages.success(request, told) if report.complete else messages.warning(request, told)
            return redirect("federation:partner-bundles", joining)
    return _shown(request, subject, row, reads=form)


@require_POST
@shows_refusals
def write(request: HttpRequest, joining: int) -> HttpResponseBase:
    """Write a bundle for a partner, and hand it to the browser."""
    subject, row, other = _partner(request, joining)
    form = WriteForm(request.POST)
    if form.is_valid():
        with onto(form):
            at = now()
            speaking.say_what_waits(party=subject.party, other=other, at=at)
            made = writing.plan(other=other, since=Since(form.cleaned_data["since"]), actor=subject, at=at)
            require(made.sizes[0] <= MOST_ON_A_PAGE, TooMuchForAPage(most=MOST_ON_A_PAGE // 1_000_000))
            with ExitStack() as until_it_is_sent:
                stream = until_it_is_sent.enter_context(tempfile.TemporaryFile(dir=settings.COMITY_HOME))
                writing.write_part(made, 1, stream)
                writing.note(made, actor=subject, at=at)
                stream.seek(0)
                until_it_is_sent.pop_all()
            filename = f"{at:%Y-%m-%d}-{made.index.name[:8]}.bundle"
            return FileResponse(stream, as_attachment=True, filename=filename, content_type="application/octet-stream")
    return _shown(request, subject, row, writes=form)


@require_POST
@shows_refusals
def slip(request: HttpRequest, joining: int) -> HttpResponseBase:
    """Enter the return slip of a partner."""
    subject, row, other = _partner(request, joining)
    form = SlipForm(request.POST)
    if form.is_valid():
        with onto(form):
            reporting.enter(text=form.cleaned_data["slip"], other=other, actor=subject, at=now())
            messages.success(request, _("The slip is entered, in your name."))
            return redirect("federation:partner-bundles", joining)
    return _shown(request, subject, row, slips=form)


def _shown(
    request: HttpRequest,
    subject: Subject,
    row: Joining,
    *,
    reads: ReadForm | None = None,
    writes: WriteForm | None = None,
    slips: SlipForm | None = None,
) -> HttpResponse:
    other = PartyId(row.other)
    rows = queries.bundles_with(subject.party, other)
    context: dict[str, Any] = {
        "row": row,
        "name": name_of(row, reader()),
        "reads": reads or ReadForm(),
        "writes": writes or WriteForm(),
        "slips": slips or SlipForm(),
        "rows": [(one, list(outcome(one))) for one in rows],
        "ours": [
            (line.figures, " ".join(line.words(subject.party, reader())))
            for line in reporting.slip_for(subject.party, other)
        ],
        "theirs": queries.reported_of(subject.party, other),
    }
    wrong = any(form is not None and form.errors for form in (reads, writes, slips))
    return render(request, "federation/bundles.html", context, status=422 if wrong else 200)
