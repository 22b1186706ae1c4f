"""The pages of sharing a record: why each party has it or has not, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from comity.federation.channels.queries import channel_at
from comity.federation.release.explain import HAS_WORDS, WHY_WORDS, Explained
from comity.federation.release.forms import WithdrawForm
from comity.federation.release.holding import explained
from comity.federation.release.withdrawal import withdraw as withdraw_record
from comity.kernel.clock import now
from comity.kernel.errors import NotYours, require
from comity.labels.subject import Role, require_role
from comity.records.addresses import record_at
from comity.records.kinds import kind_named
from comity.records.resolve import resolve
from comity.shell.format import number, reader
from comity.shell.marking import highest
from comity.shell.record_views import labels_of, party_names, subject_of
from comity.shell.refusals import onto, shows_refusals
from comity.shell.values import address


@require_GET
@shows_refusals
def sharing(request: HttpRequest, slug: str) -> HttpResponse:
    """Of each party why it has a record, or has not."""
    subject = subject_of(request)
    found = record_at(slug, subject)
    card = resolve([found.pk], subject, reader())[found.pk]
    context = {
        "record": found,
        "title": card.title,
        "back": address(card),
        "own": found.party_id == subject.party,
        "rows": [(party, _(HAS_WORDS[why.has]), why.has, reasons(why)) for party, why in explained(found, subject)],
        "marking": highest(labels_of(found), party_names()),
    }
    return render(request, "federation/sharing.html", context)


def reasons(why: Explained) -> list[str]:
    """The reasons in the reader's language."""
    return [
        _(WHY_WORDS[reason]) % {"channel": f"\u2068{name}\u2069", "revision": number(revision)}
        for reason, name, revision in why.reasons
    ]


@require_http_methods(["GET", "POST"])
@shows_refusals
def withdraw(request: HttpRequest, slug: str, channel: str) -> HttpResponse:
    """Take a record back from a channel."""
    subject = subject_of(request)
    found = record_at(slug, subject)
    require(found.party_id == subject.party, NotYours)
    require_role(subject, Role.RELEASE_OFFICER)
    known = channel_at(channel, subject)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with onto(form):
            said = form.cleaned_data
            withdraw_record(
                channel=channel, record=found.pk, mode=said["mode"], reason=said["reason"], actor=subject, at=now()
            )
            messages.success(request, _("Withdrawn, and put on the log. Members are told with the next step."))
            return redirect("federation:sharing", slug)
    card = resolve([found.pk], subject, reader())[found.pk]
    context = {
        "form": form,
        "title": card.title,
        "back": address(card),
        "record": found,
        "known": known,
        "kind": _(kind_named(found.kind).singular),
        "marking": highest(labels_of(found), party_names()),
    }
    return render(request, "federation/withdraw.html", context, status=422 if form.errors else 200)
