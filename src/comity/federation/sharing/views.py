"""Pages of the exchange: how it goes with every partner, with one of them, and what a person decides about it."""

from __future__ import annotations

import base64
import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.queries import offices
from comity.audit.models import Witnessed
from comity.audit.notes import Note
from comity.audit.witnessing import Finding
from comity.federation.models import Feed, FeedStatus, Settlement
from comity.federation.sharing import actions, queries, showing, words
from comity.federation.sharing.backlog import unsigned
from comity.federation.sharing.domain import MAY_CALL, MAY_SETTLE, MAY_WATCH, WORTH_A_CALL
from comity.federation.sharing.evidence import Evidence, Side, evidence_of
from comity.federation.sharing.forms import ON, FeedForm, ReasonForm
from comity.federation.sharing.held import held_back
from comity.federation.transport.pause import is_full
from comity.kernel.clock import now
from comity.kernel.errors import NotFound
from comity.kernel.ids import PartyId
from comity.labels.subject import Subject, require_role
from comity.parties.models import Party
from comity.parties.queries import history_of
from comity.shell.marking import highest
from comity.shell.record_views import party_names, subject_of
from comity.shell.refusals import onto, shows_refusals
from comity.shell.texts import plain
from comity.shell.values import address


def _watcher(request: HttpRequest) -> Subject:
    subject = subject_of(request)
    require_role(subject, *MAY_WATCH)
    return subject


@require_GET
@shows_refusals
def room(request: HttpRequest) -> HttpResponse:
    """How the exchange goes with every partner; for whom that is no concern, the channels."""
    subject, at = subject_of(request), now()
    if not subject.has_role(*MAY_WATCH):
        return redirect("federation:channels")
    partners = queries.partners_of(subject, at)
    held = held_back([one.id for one in partners], subject)
    rows = [showing.in_words(one, held, at) for one in partners]
    context = {
        "rows": rows,
        "alarms": [one for one in rows if one.partner.stopped or one.partner.denied],
        "in_step": sum(one.partner.condition == "in_step" for one in rows),
        "backlog": sum(one.partner.backlog.total for one in rows),
        "held": held.count_here.total() + held.count_there.total(),
        "unsigned": unsigned([subject.party]),
        "is_full": is_full(),
        "overtaken": queries.overtaken(subject),
        "own": queries.keys_of([subject.party], at).get(subject.party),
        "stopped": FeedStatus.QUARANTINED,
    }
    return render(request, "federation/exchange.html", context)


@require_GET
@shows_refusals
def partner(request: HttpRequest, party: str) -> HttpResponse:
    """How the exchange goes with one partner."""
    subject, at = _watcher(request), now()
    found = queries.partner_of(subject, party, at)
    held = held_back([found.id], subject)
    here = showing.held_here(held, found.id)
    there = showing.held_there(held, found.id)
    names = party_names()
    labels = [one["of"].label for one in here] + [card.label for card, _why in there if card.label]
    context = {
        "one": showing.in_words(found, held, at),
        "unread": showing.unread(found),
        "here": here,
        "there": there,
        "more_here": held.count_here[found.id] - len(here),
        "more_there": held.count_there[found.id] - len(there),
        "ways": showing.by_channel(found, queries.channels_shared(subject)),
        "denied": [(one, _(words.FINDING_WORDS[Finding(one.finding)])) for one in found.denied],
        "stopped": [(feed, showing.reason(words.STOPPED_WORDS, feed.reason)) for feed in found.stopped],
        "settled": _settled(found, subject),
        "calls": subject.has_role(*MAY_CALL) and found.condition in WORTH_A_CALL,
        "marking": highest(labels, names),
        "address": address,
    }
    return render(request, "federation/exchange_partner.html", context)


def _settled(found: queries.Partner, subject: Subject) -> list[tuple[Settlement, str, str]]:
    """What was decided about a partner before, the newest first: by whom, as far as they are of the reader's party."""
    logs = Witnessed.objects.system("of a partner of the subject's").filter(party=found.id).values("pk")
    feeds = [feed.pk for feed in found.feeds]
    rows = Settlement.objects.filter(feed__in=feeds) | Settlement.objects.filter(witnessed__in=logs)
    several = list(rows.order_by("-pk")[:20])
    names = offices({one.by for one in several if one.party_id == subject.party})
    return [(one, _(words.OUTCOME_WORDS[one.outcome]), names.get(one.by, "")) for one in several]  # type: ignore[index]


@require_POST
@shows_refusals
def again(request: HttpRequest, party: str) -> HttpResponse:
    """Have a partner tried at once."""
    actions.try_again(party=party, actor=_watcher(request), at=now())
    messages.success(request, _("It is tried again within a few seconds."))
    return redirect("federation:exchange-partner", party)


@require_http_methods(["GET", "POST"])
@shows_refusals
def feed(request: HttpRequest, feed: int) -> HttpResponse:
    """A feed that was stopped: both sides of the evidence, and what becomes of it."""
    subject = _watcher(request)
    row, found = _stopped(feed, subject)
    given_up = row.state == FeedStatus.GIVEN_UP
    form = FeedForm(request.POST if request.method == "POST" else None, branch=found.branch, given_up=given_up)
    if request.method == "POST" and form.is_valid():
        with onto(form):
            decide = actions.let_go_on if form.cleaned_data["decision"] == ON else actions.give_up
            decide(feed=feed, reason=form.cleaned_data["reason"], actor=subject, at=now())
            messages.success(request, _("Decided, and put on the log."))
            return redirect("federation:exchange-partner", row.party_id)
    channels = queries.channels_shared(subject)
    context = {
        "row": row,
        "channel": channels[row.channel],
        "name": plain(row.party.name),
        "why": showing.reason(words.STOPPED_WORDS, row.reason),
        "found": found,
        "given_up": given_up,
        "form": form,
        "decides": subject.has_role(*MAY_SETTLE) and bool(form.fields["decision"].choices),  # type: ignore[attr-defined]
    }
    return render(request, "federation/exchange_feed.html", context, status=422 if form.errors else 200)


def _stopped(feed: int, subject: Subject) -> tuple[Feed, Evidence]:
    rows = Feed.objects.filter(pk=feed, own=False, channel__in=list(queries.channels_shared(subject)))
    row = rows.filter(state__in=queries.STANDING_STILL).select_related("party").first()
    found = None if row is None else evidence_of(row)
    if row is None or found is None:
        raise NotFound
    return row, found


@require_GET
@shows_refusals
def evidence(request: HttpRequest, feed: int) -> HttpResponse:
    """Both signed headers and the manifests that verify them, as a file for whoever has to be convinced."""
    row, found = _stopped(feed, _watcher(request))
    said = {
        "channel": row.channel,
        "party": row.party_id,
        "incarnation": row.incarnation,
        "reason": row.reason,
        "headers": [_as_json(side) for side in (found.ours, found.other) if side is not None],
        "manifests": [base64.b64encode(one.data).decode() for one in history_of(PartyId(row.party_id))],
    }
    answer = HttpResponse(json.dumps(said, indent=1), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="evidence-{row.party.handle}-{row.pk}.json"'
    return answer


def _as_json(side: Side) -> dict[str, Any]:
    return {"seq": side.seq, "hash": side.hash, "envelope": base64.b64encode(side.envelope).decode()}


@require_http_methods(["GET", "POST"])
@shows_refusals
def contradiction(request: HttpRequest, checkpoint: int) -> HttpResponse:
    """Two checkpoints of a partner's log that cannot both be true, and whether the log begins anew."""
    subject = _watcher(request)
    row = _denied(checkpoint, subject)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with onto(form):
            reason = form.cleaned_data["reason"]
            actions.begin_anew(checkpoint=checkpoint, reason=reason, actor=subject, at=now())
            messages.success(request, _("Decided, and put on the log."))
            return redirect("federation:exchange-partner", row.party)
    sides = [(one, Note.of(bytes(one.note))) for one in (row.contradicts, row) if one is not None]
    context = {
        "row": row,
        "name": plain(Party.objects.get(pk=row.party).name),
        "finding": _(words.FINDING_WORDS[Finding(row.finding)]),
        "sides": [(one, note, bytes(one.root).hex(), bytes(one.signature).hex()) for one, note in sides],
        "form": form,
        "decides": subject.has_role(*MAY_SETTLE),
    }
    return render(request, "federation/exchange_log.html", context, status=422 if form.errors else 200)


def _denied(checkpoint: int, subject: Subject) -> Witnessed:
    row = Witnessed.objects.system("its party is a partner's, asked just below").filter(pk=checkpoint).first()
    if row is None:
        raise NotFound
    denied = queries.partner_of(subject, row.party, now()).denied
    found = next((one for one in denied if one.pk == checkpoint), None)
    if found is None:
        raise NotFound
    return found
