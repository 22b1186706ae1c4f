"""Pages of joining: the partners, one of them with what can be done now, and what one's own party is known by."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.federation.channels.queries import channels_of
from comity.federation.hub.queries import hubs_for
from comity.federation.joining import actions, queries
from comity.federation.joining.domain import ENDED, MAY_JOIN, WAITING, State
from comity.federation.joining.forms import ConfirmForm, FileForm, InviteForm
from comity.federation.joining.words import DIRECTION_WORDS, NOT_HEARD, STATE_WORDS
from comity.federation.models import Joining
from comity.federation.models.peers import Direction
from comity.kernel.clock import now
from comity.kernel.errors import NotFound, require
from comity.kernel.ids import PartyId
from comity.labels.subject import Role, Subject, require_role
from comity.parties import fingerprint
from comity.parties.models import Party
from comity.parties.queries import newest
from comity.shell.format import reader
from comity.shell.record_views import subject_of
from comity.shell.refusals import onto, shows_refusals


def _who(request: HttpRequest) -> Subject:
    subject = subject_of(request)
    require_role(subject, *MAY_JOIN)
    return subject


@require_http_methods(["GET", "POST"])
@shows_refusals
def partners(request: HttpRequest) -> HttpResponse:
    """Who has joined with the reader's party, or is about to; and a place for a file that came."""
    subject = _who(request)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        with onto(form):
            row = actions.take(data=form.cleaned_data["file"], actor=subject, at=now())
            return redirect("federation:partner", row.pk)
    known = [
        (row, queries.name_of(row, reader()), _words(row, queries.heard_at(row, queries.peer_of(row)) is not None))
        for row in queries.joinings_of(subject.party)
    ]
    context = {
        "rows": [one for one in known if one[0].state not in ENDED],
        "ended": [one for one in known if one[0].state in ENDED],
        "hubs": hubs_for(subject),
        "form": form,
    }
    return render(request, "federation/partners.html", context, status=422 if form.errors else 200)


def _words(row: Joining, heard: bool) -> str:
    """How far one is; both have confirmed it only once the other node was heard."""
    return _(NOT_HEARD if row.state == State.JOINED and not heard else STATE_WORDS[State(row.state)])


@require_http_methods(["GET", "POST"])
@shows_refusals
def invite(request: HttpRequest) -> HttpResponse:
    """Make an invitation."""
    subject = _who(request)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with onto(form):
            row = actions.invite(purpose=form.cleaned_data["purpose"], actor=subject, at=now())
            messages.success(request, _("The invitation is made and signed. Download it, and hand it over."))
            return redirect("federation:partner", row.pk)
    context = {"form": form, "days": actions.LASTS.days}
    return render(request, "federation/partner_invite.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@shows_refusals
def partner(request: HttpRequest, joining: int) -> HttpResponse:
    """How far one is with another party, and the one thing to do next."""
    subject = _who(request)
    row = queries.joining_of(subject.party, joining)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with onto(form):
            actions.confirm(joining=joining, words=form.cleaned_data["words"], actor=subject, at=now())
            return redirect("federation:partner", joining)
    return render(request, "federation/partner.html", _about(row, subject, form), status=422 if form.errors else 200)


def _about(row: Joining, subject: Subject, form: ConfirmForm) -> dict[str, Any]:
    state = State(row.state)
    peer = queries.peer_of(row)
    heard = queries.heard_at(row, peer)
    return {
        "row": row,
        "name": queries.name_of(row, reader()),
        "state": _words(row, heard is not None),
        "peer": peer,
        "heard": heard,
        "channels": [one for one in channels_of(subject) if row.other in one.manifest.members] if peer else [],
        "founds": subject.has_role(Role.RELEASE_OFFICER),
        "reached": _(DIRECTION_WORDS[Direction(peer.direction)]) if peer else "",
        "waiting": state in WAITING,
        "own_turn": row.compared_by != subject.account,
        "form": form,
        "file": bool(row.ours),
        "is": {each.value: each is state for each in State},
    }


@require_GET
@shows_refusals
def file(request: HttpRequest, joining: int) -> HttpResponse:
    """What is to be handed to the other party: invitation, answer, or leaving."""
    subject = _who(request)
    row = queries.joining_of(subject.party, joining)
    require(row.ours, NotFound)
    what = "leaving" if row.state == State.LEFT else "invitation" if row.inviting else "answer"
    handle = Party.objects.get(pk=subject.party).handle
    answer = HttpResponse(bytes(row.ours), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{what}-{handle}-{row.pk}.json"'
    return answer


_ENDINGS = {"refuse": actions.refuse, "leave": actions.leave, "remove": actions.remove}


@require_POST
@shows_refusals
def end(request: HttpRequest, joining: int, ending: str) -> HttpResponse:
    """Take an invitation back, turn a party down, leave it, or remove it."""
    subject = _who(request)
    require(ending in _ENDINGS, NotFound)
    _ENDINGS[ending](joining=joining, actor=subject, at=now())
    return redirect("federation:partner", joining)


@require_GET
@shows_refusals
def keys(request: HttpRequest) -> HttpResponse:
    """What the reader's own party is known by, and until when its manifest holds."""
    subject = _who(request)
    context = {
        "party": Party.objects.get(pk=subject.party),
        "words": [(language, fingerprint.words_of(subject.party, language)) for language in _languages()],
        "qr": mark_safe(fingerprint.qr_of(PartyId(subject.party))),
        "expiry": queries.expiry_of(subject.party, now()),
        "said": newest(subject.party),
    }
    return render(request, "federation/keys.html", context)


def _languages() -> list[str]:
    """The reader's own first."""
    return sorted(fingerprint.LANGUAGES, key=lambda language: language != reader())
