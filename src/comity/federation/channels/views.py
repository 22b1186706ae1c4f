"""Pages of channels: those that one's party is in, one of them in plain words, and founding, changing, closing one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from comity.accounts.queries import group_names
from comity.federation.channels import actions, queries
from comity.federation.channels.domain import Closed, Said, in_words
from comity.federation.channels.forms import ChangeForm, ChannelForm, CloseForm
from comity.federation.protocol.channel import ChannelManifest
from comity.kernel.clock import now
from comity.kernel.errors import NotYours, require
from comity.labels.subject import Role, Subject, require_role
from comity.parties.models import Party
from comity.records.kinds import UnknownKind, kind_named
from comity.shell.record_views import party_names, subject_of
from comity.shell.refusals import onto, shows_refusals


def said(manifest: ChannelManifest, subject: Subject) -> Said:
    """A channel in sentences of the reader's language."""
    names, groups = party_names(), group_names(subject.party)
    return in_words(
        manifest,
        say=_,
        party_name=lambda party: names.get(party, party[:8]),
        kind_name=kind_words,
        group_name=lambda key: groups.get(key, key),
    )


def kind_words(name: str) -> str:
    """What records of a kind are called; a kind this node does not read by its own name."""
    try:
        return _(kind_named(name).plural)
    except UnknownKind:
        return name


@require_GET
@shows_refusals
def channels(request: HttpRequest) -> HttpResponse:
    """The channels that the reader's party is in."""
    subject = subject_of(request)
    known = queries.channels_of(subject)
    context = {
        "rows": [(one, said(one.manifest, subject)) for one in known],
        "founds": subject.has_role(Role.RELEASE_OFFICER),
    }
    return render(request, "federation/channels.html", context)


@require_GET
@shows_refusals
def channel(request: HttpRequest, channel: str) -> HttpResponse:
    """One channel: who will see what is released there, and how it came to be so."""
    subject = subject_of(request)
    return _channel_page(request, queries.channel_at(channel, subject), subject)


def _channel_page(
    request: HttpRequest, known: queries.Known, subject: Subject, form: CloseForm | None = None
) -> HttpResponse:
    parties = Party.objects.in_bulk(list(known.manifest.members))
    keeps = known.row.owner_id == subject.party and subject.has_role(Role.RELEASE_OFFICER)
    context = {
        "known": known,
        "said": said(known.manifest, subject),
        "members": [(pk, parties.get(pk)) for pk in sorted(known.manifest.members)],
        "versions": queries.versions_of(known.row),
        "keeps": keeps and not known.row.closed,
        "sends": _sends(known, subject),
        "form": form or CloseForm(initial={"version": known.row.version}),
    }
    return render(request, "federation/channel.html", context, status=422 if form and form.errors else 200)


def _sends(known: queries.Known, subject: Subject) -> bool:
    return subject.party in known.manifest.senders and not known.row.closed and subject.has_role(Role.RELEASE_OFFICER)


@require_http_methods(["GET", "POST"])
@shows_refusals
def found(request: HttpRequest) -> HttpResponse:
    """Found a channel."""
    subject = subject_of(request)
    require_role(subject, Role.RELEASE_OFFICER)
    initial = ChannelForm.initial_of_new(request.GET.getlist("member"))
    form = ChannelForm(request.POST if request.method == "POST" else None, subject=subject, initial=initial)
    if request.method == "POST" and form.is_valid():
        with onto(form):
            made = actions.found_channel(**form.said(), actor=subject, at=now())
            messages.success(request, _("Founded, signed, and put on the log."))
            return redirect("federation:channel", made.pk)
    context: dict[str, Any] = {"form": form, "title": _("Found a channel"), "known": None}
    return render(request, "federation/channel_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@shows_refusals
def change(request: HttpRequest, channel: str) -> HttpResponse:
    """Change who is in a channel, or what it carries."""
    subject = subject_of(request)
    require_role(subject, Role.RELEASE_OFFICER)
    known = _own(channel, subject)
    initial = {**ChangeForm.initial_of(known.manifest), "version": known.row.version}
    form = ChangeForm(request.POST if request.method == "POST" else None, subject=subject, initial=initial)
    if request.method == "POST" and form.is_valid():
        with onto(form):
            version = form.cleaned_data["version"]
            wanted = form.said(known.manifest)
            actions.change_channel(channel=channel, expected_version=version, actor=subject, at=now(), **wanted)
            messages.success(request, _("Changed, signed, and put on the log."))
            return redirect("federation:channel", channel)
    context = {"form": form, "title": _("Change the channel"), "known": known}
    return render(request, "federation/channel_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@shows_refusals
def close(request: HttpRequest, channel: str) -> HttpResponse:
    """Let nothing more be said in a channel."""
    subject = subject_of(request)
    require_role(subject, Role.RELEASE_OFFICER)
    known = _own(channel, subject)
    form = CloseForm(request.POST)
    if form.is_valid():
        with onto(form):
            version = form.cleaned_data["version"]
            actions.close_channel(channel=channel, expected_version=version, actor=subject, at=now())
            messages.success(request, _("Closed, signed, and put on the log."))
            return redirect("federation:channel", channel)
    return _channel_page(request, known, subject, form)


def _own(channel: str, subject: Subject) -> queries.Known:
    known = queries.channel_at(channel, subject)
    require(known.row.owner_id == subject.party, NotYours)
    require(not known.row.closed, Closed)
    return known
