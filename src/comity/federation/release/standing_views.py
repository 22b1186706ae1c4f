"""Pages of standing rules: those of a channel, signing one, ending one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.accounts.queries import offices
from comity.federation.channels.queries import channel_at
from comity.federation.channels.views import kind_words
from comity.federation.models import StandingRule
from comity.federation.release import standing
from comity.federation.release.actions import check_sender
from comity.federation.release.forms import RuleForm
from comity.kernel.clock import now
from comity.labels.subject import Role, require_role
from comity.shell.record_views import subject_of
from comity.shell.refusals import onto, shows_refusals


@require_http_methods(["GET", "POST"])
@shows_refusals
def rules(request: HttpRequest, channel: str) -> HttpResponse:
    """The standing rules of the reader's party in a channel, and a form to sign one."""
    subject, at = subject_of(request), now()
    require_role(subject, Role.RELEASE_OFFICER)
    known = channel_at(channel, subject)
    check_sender(known, subject.party)
    form = RuleForm(request.POST if request.method == "POST" else None, known=known)
    if request.method == "POST" and form.is_valid():
        with onto(form):
            standing.sign_rule(channel=channel, **form.rule(at), actor=subject, at=at)
            messages.success(request, _("Signed, and put on the log."))
            return redirect("federation:standing", channel)
    rows = list(StandingRule.objects.filter(channel=known.row, party_id=subject.party).order_by("-pk"))
    context = {
        "known": known,
        "form": form,
        "rows": [
            (row, _(", ").join(map(kind_words, row.kinds)), row.ended_at is None and row.until > at) for row in rows
        ],
        "offices": offices({row.signed_by for row in rows}),
    }
    return render(request, "federation/standing.html", context, status=422 if form.errors else 200)


@require_POST
@shows_refusals
def end(request: HttpRequest, channel: str, rule: int) -> HttpResponse:
    """Let a rule release nothing more."""
    subject = subject_of(request)
    require_role(subject, Role.RELEASE_OFFICER)
    channel_at(channel, subject)
    standing.end_rule(rule=rule, actor=subject, at=now())
    messages.success(request, _("Ended, and put on the log."))
    return redirect("federation:standing", channel)
