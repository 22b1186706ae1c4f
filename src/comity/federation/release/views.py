"""Pages of release: choosing what and where to, looking at just what would leave, deciding; and past decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from comity.accounts.queries import offices
from comity.federation.channels.domain import DECIDERS
from comity.federation.channels.queries import Known, channel_at
from comity.federation.channels.views import kind_words
from comity.federation.models import Release
from comity.federation.models.release import State
from comity.federation.release import actions, queries
from comity.federation.release.actions import look_again
from comity.federation.release.domain import MOST
from comity.federation.release.forms import ConfirmForm, ReleaseForm
from comity.federation.release.showing import context_of
from comity.kernel.clock import now
from comity.labels.domain import Refusal
from comity.labels.subject import Role, Subject, require_role
from comity.records.addresses import record_at
from comity.records.resolve import resolve
from comity.shell.format import reader
from comity.shell.marking import highest
from comity.shell.record_views import party_names, subject_of
from comity.shell.refusals import onto, shows_refusals
from comity.shell.values import address

LISTED = 200


@require_http_methods(["GET", "POST"])
@shows_refusals
def release(request: HttpRequest) -> HttpResponse:
    """Choose what and where to; look at just what would leave; decide."""
    subject = subject_of(request)
    require_role(subject, Role.RELEASE_OFFICER)
    asked = request.POST if request.method == "POST" else request.GET
    slugs = asked.getlist("record")
    known = _channel(asked.get("channel", ""), subject)
    if known is None:
        return _choose_channel(request, subject, slugs)
    if asked.get("all"):
        pks = queries.candidates(known, subject, asked.getlist("kind"), MOST)
    else:
        pks = [record_at(slug, subject).pk for slug in slugs]
    if not pks:
        return _choose_records(request, known, subject, asked.getlist("kind"), empty=bool(asked.get("look")))
    return _review(request, known, subject, pks)


def _channel(pk: str, subject: Subject) -> Known | None:
    """The channel that was chosen; the only one, where there is no other."""
    if pk:
        found = channel_at(pk, subject)
        actions.check_sender(found, subject.party)
        return found
    open_to = queries.channels_for(subject)
    return open_to[0] if len(open_to) == 1 else None


def _choose_channel(request: HttpRequest, subject: Subject, slugs: Sequence[str]) -> HttpResponse:
    rows = resolve([record_at(slug, subject).pk for slug in slugs], subject, reader())
    labels, names = [card.label for card in rows.values() if card.label], party_names()

    def fits(known: Known) -> bool:
        return all(known.manifest.members <= label.releasable_to for label in labels)

    context = {
        "channels": [
            (known, sorted(names.get(one, one[:8]) for one in known.manifest.members), fits(known))
            for known in sorted(queries.channels_for(subject), key=fits, reverse=True)
        ],
        "slugs": slugs,
        "cards": list(rows.values()),
        "address": address,
        "marking": highest(labels, names),
    }
    return render(request, "federation/release_where.html", context)


def _choose_records(
    request: HttpRequest, known: Known, subject: Subject, kinds: Sequence[str], *, empty: bool
) -> HttpResponse:
    carried = sorted(((name, kind_words(name)) for name in known.manifest.kinds), key=lambda one: one[1])
    chosen = [name for name, _words in carried if name in kinds]
    pks = queries.candidates(known, subject, chosen, LISTED + 1)
    cards = resolve(pks[:LISTED], subject, reader())
    shown = [cards[pk] for pk in pks[:LISTED] if cards[pk].shown]
    context = {
        "known": known,
        "carried": carried,
        "chosen": chosen,
        "cards": shown,
        "more": len(pks) > LISTED,
        "most": MOST,
        "empty": empty and request.method == "POST",
        "address": address,
        "marking": highest([card.label for card in shown if card.label], party_names()),
    }
    return render(request, "federation/release_what.html", context)


def _review(request: HttpRequest, known: Known, subject: Subject, pks: Sequence[int]) -> HttpResponse:
    found = queries.prospect(known, pks, subject)
    form = ReleaseForm(request.POST if "seen" in request.POST else None)
    if "seen" in request.POST and form.is_valid():
        with onto(form):
            reason, seen = form.cleaned_data["reason"], request.POST["seen"]
            made = actions.release(channel=known.row.pk, records=pks, seen=seen, reason=reason, actor=subject, at=now())
            return _decided(request, made)
    context = context_of(found, subject, found.refusals(subject))
    slugs = [one.row.slug for one in found.leaving]
    context |= {"form": form, "slugs": slugs}
    return render(request, "federation/release.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, made: Release) -> HttpResponse:
    if made.state == State.RELEASED:
        messages.success(request, _("Released, and put on the log. It leaves with the next step to every member."))
    else:
        messages.warning(request, _("Decided, and put on the log. It waits for another person before it leaves."))
    return redirect("federation:release-decision", made.pk)


@require_GET
@shows_refusals
def decisions(request: HttpRequest) -> HttpResponse:
    """What the reader's party released, the newest first, and what waits."""
    subject = subject_of(request)
    require_role(subject, *DECIDERS)
    rows = list(Release.objects.filter(party_id=subject.party).select_related("channel").order_by("-pk")[:LISTED])
    context = {
        "waiting": queries.waiting_for(subject),
        "rows": rows,
        "offices": offices({row.by for row in rows}),
        "counts": {row.pk: len(row.chosen) for row in rows},
        "releases": subject.has_role(Role.RELEASE_OFFICER),
    }
    return render(request, "federation/releases.html", context)


@require_http_methods(["GET", "POST"])
@shows_refusals
def decision(request: HttpRequest, release: int) -> HttpResponse:
    """One decision; while it waits, just what would leave by it, for whoever may confirm it."""
    subject = subject_of(request)
    require_role(subject, *DECIDERS)
    row = queries.release_at(release, subject)
    waits = row.state == State.WAITING_SECOND
    asked = waits and row.by != subject.account and subject.has_role(Role.RELEASE_OFFICER, Role.LEGAL_ADVISER)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with onto(form):
            said = form.cleaned_data
            if said["says"] == "yes":
                actions.confirm(release=row.pk, seen=said["seen"], actor=subject, at=now())
            else:
                actions.refuse(release=row.pk, actor=subject, at=now(), reason=said["reason"])
            messages.success(request, _("Put on the log."))
            return redirect("federation:release-decision", row.pk)
    context = _about(row, subject, waits=waits)
    context |= {"asked": asked, "form": form}
    if asked and not form.is_bound:
        context["form"] = ConfirmForm(initial={"seen": context["found"].seen})
    return render(request, "federation/decision.html", context, status=422 if form.errors else 200)


def _about(row: Release, subject: Subject, *, waits: bool) -> dict[str, Any]:
    """What is shown of a decision: of one that waits what would leave, of any other the records it was about."""
    people = offices({one for one in (row.by, row.second, row.reviewer) if one})
    context: dict[str, Any] = {"row": row, "offices": people, "waits": waits}
    if waits:
        _row, found = look_again(row.pk, subject)
        releaser = queries.acting(row.by)
        second = queries.acting(row.second)
        refused: list[list[Refusal]] = [[] for _one in found.leaving]
        if releaser is not None:
            refused = found.refusals(releaser, reviewed=bool(row.reviewer), second=second)
        return context_of(found, subject, refused) | context | {"changed": found.seen != row.seen_hash}
    pks = queries.chosen_of(row)
    cards = resolve(pks, subject, reader())
    shown = [card for card in cards.values() if card.shown]
    return context | {
        "cards": shown,
        "unseen": len(row.chosen) - len(shown),
        "address": address,
        "marking": highest([card.label for card in shown if card.label], party_names()),
    }
