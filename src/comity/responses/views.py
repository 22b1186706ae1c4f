"""Responding to a record of another party, and what its owner does with a proposal."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from markupsafe import Markup

from comity.kernel.clock import now
from comity.kernel.errors import NotFound, NotYours, RoleMissing, StaleRevision, require
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.records.addresses import record_at
from comity.records.entry import amend as amend_record
from comity.records.entry import enter as enter_record
from comity.records.kinds import Kind, kind_coded, kind_named
from comity.records.models import Record
from comity.records.resolve import resolve
from comity.responses import domain, models, proposing, queries, sections
from comity.shell import once
from comity.shell.entry_views import Filling, amend_page, enter_once, form_page, row_of
from comity.shell.fields import MultilingualField
from comity.shell.format import reader
from comity.shell.marking import highest
from comity.shell.record_forms import EntryForm, form_for, initial_of
from comity.shell.record_views import frame_for, labels_of, own_body, party_names, subject_of
from comity.shell.refusals import onto, shows_refusals
from comity.shell.values import address

WHY = "proposed_because"


def proposal_kind() -> Kind:
    """The kind of proposals."""
    return kind_coded("responses.proposal")


@require_GET
@shows_refusals
def respond(request: HttpRequest, slug: str) -> HttpResponse:
    """The ways in which this person can respond to a record."""
    subject = subject_of(request)
    found = record_at(slug, subject)
    context = {
        **_head(found, subject),
        "choices": sections.choices(found, kind_named(found.kind), subject),
    }
    return render(request, "responses/respond.html", context)


def _head(record: Record, subject: Subject) -> dict[str, object]:
    """The record that a page is about: its title, where it is, its marking."""
    card = resolve([record.pk], subject, reader())[record.pk]
    return {"title": card.title, "back": address(card), "marking": highest(labels_of(record), party_names())}


@shows_refusals
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """The form that the owner has, for somebody of another party: what differs is stored as a proposal of theirs."""
    subject = subject_of(request)
    found = record_at(slug, subject)
    kind = kind_named(found.kind)
    require(found.party_id != subject.party, domain.OwnToEdit)
    require(proposing.may_change(kind), domain.NoProposals)
    require(subject.roles & kind.roles & proposal_kind().roles, RoleMissing)
    initial = initial_of(kind, row_of(kind, found, subject))
    initial[once.FIELD] = once.fresh(now())
    form = form_for(kind, subject, data=request.POST or None, initial=initial, labels=False, amends=True)
    for name in kind.named_files & form.fields.keys():
        del form.fields[name]
    form.fields[WHY] = MultilingualField(rows=2, required=False, label=_("Why you propose it"))
    if request.method == "POST" and form.is_valid():
        with onto(form, lambda: initial):
            made = _proposed(request, form, kind, found, subject)
            messages.success(request, _("Proposed, and put on the log. Its owner decides."))
            return HttpResponseRedirect(reverse("responses:proposal", args=[made.slug]))
    title = _("Propose a change: %(kind)s") % {"kind": _(kind.singular)}
    return form_page(request, form, kind, found, subject, title)


def _proposed(request: HttpRequest, form: EntryForm, kind: Kind, found: Record, subject: Subject) -> Record:
    seen, typed = form.cleaned_data.get("revision"), form.parsed()
    require(seen == found.revision, StaleRevision)
    fields = {
        "about": found,
        "read_revision": seen,
        "changes": proposing.changes_to(kind, own_body(found), typed),
        "reason": typed.get(WHY),
    }
    if found.label_id is None:
        raise NotFound
    return enter_once(request, proposal_kind(), fields, label_of(found.label_id), subject)


@require_GET
@shows_refusals
def proposal(request: HttpRequest, slug: str) -> HttpResponse:
    """A proposal: what it changes in what the record says now, how it stands, and what can be done with it."""
    subject = subject_of(request)
    found, it = _proposal(slug, subject)
    frame = frame_for(found, subject)
    frame["fact_rows"] = frame["shown"].facts(frame["body"], leave_out=frozenset({"changes", "read_commitment"}))
    labels = labels_of(found) + ([it.about.label] if it.about and it.about.label else [])
    context = {
        **frame,
        "it": it,
        "decides": _may_decide(it, subject),
        "withdraws": it.state.is_open and found.party_id == subject.party and _may_enter(subject),
        "steps": [],  # what can be done stands with what is proposed
        "asks": [step for step in frame["steps"] if "/edit/" not in step.address],
        "marking": highest([*labels, *(label for one in frame["sections"] for label in one.labels)], party_names()),
    }
    return render(request, "responses/proposal.html", context)


def _proposal(slug: str, subject: Subject) -> tuple[Record, queries.Proposed]:
    found = record_at(slug, subject, kind="responses.proposal")
    several = queries.proposals(models.Proposal.objects.visible_to(subject).filter(pk=found.pk), subject)
    if not several:
        raise NotFound
    return found, several[0]


def _may_enter(subject: Subject) -> bool:
    return bool(subject.roles & proposal_kind().roles)


def _may_decide(it: queries.Proposed, subject: Subject) -> bool:
    """Whether this person is one who edits the record, and there is something to decide."""
    return (
        it.kind is not None and it.owner == subject.party and it.state.is_open and bool(subject.roles & it.kind.roles)
    )


def _to_decide(slug: str, subject: Subject) -> tuple[Record, queries.Proposed, Record, Kind]:
    """A proposal that this person may decide on, and the record it is for."""
    found, it = _proposal(slug, subject)
    if it.record is None or it.kind is None:
        raise NotFound
    require(it.owner == subject.party, domain.AnswerOfTheOwner)
    require(subject.roles & it.kind.roles, RoleMissing)
    return found, it, it.record, it.kind


@shows_refusals
def accept(request: HttpRequest, slug: str) -> HttpResponse:
    """The owner's own form, filled with the proposal. Saving it is a revision of the owner's, and the answer."""
    subject = subject_of(request)
    found, it, record, kind = _to_decide(slug, subject)
    if not it.state.is_open:
        return HttpResponseRedirect(reverse("responses:proposal", args=[slug]))

    def answer(number: int, at: datetime) -> None:
        _reply(found, subject, at, decision=domain.Decision.ACCEPTED, made_revision=number)

    values = proposing.filled(kind, proposing.changes_in(it.said.row.changes), subject)
    above = Markup(render_to_string("responses/accept.html", {"it": it}))  # noqa: S704  (a template of ours)
    return amend_page(request, record, kind, subject, Filling(values, above, answer))


def _reply(found: Record, subject: Subject, at: datetime, **fields: object) -> None:
    if found.label_id is None:
        raise NotFound
    kind = kind_coded("responses.reply")
    enter_record(kind, fields={"about": found, **fields}, label=label_of(found.label_id), actor=subject, at=at)


class DeclineForm(forms.Form):
    """Why a proposal is declined."""

    reason = MultilingualField(rows=3)


@shows_refusals
def decline(request: HttpRequest, slug: str) -> HttpResponse:
    """Decline a proposal with a reason."""
    subject = subject_of(request)
    found, it, _record, _kind = _to_decide(slug, subject)
    page = reverse("responses:proposal", args=[slug])
    if not it.state.is_open:
        return HttpResponseRedirect(page)
    form = DeclineForm(request.POST or None)
    form.fields["reason"].label = _("Why it is declined")
    if request.method == "POST" and form.is_valid():
        with onto(form):
            reason = form.cleaned_data["reason"]
            _reply(found, subject, now(), decision=domain.Decision.DECLINED, reason=reason)
            messages.success(request, _("Declined, and put on the log."))
            return HttpResponseRedirect(page)
    return form_page(request, form, proposal_kind(), found, subject, _("Decline the proposal"))


@shows_refusals
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Withdraw a proposal of one's own party."""
    explained = _("It stays on the log, and nobody can accept it any more.")
    return _said_of_own(request, slug, "responses.proposal", domain.Put.WITHDRAWN, _("Withdraw"), explained)


@shows_refusals
def answered(request: HttpRequest, slug: str) -> HttpResponse:
    """Say of a question of one's own party that it is answered."""
    explained = _("It leaves what waits for both sides, and stays on the page with its answers.")
    return _said_of_own(request, slug, "responses.question", domain.Asked.ANSWERED, _("Mark as answered"), explained)


def _said_of_own(request: HttpRequest, slug: str, code: str, state: str, heading: str, explained: str) -> HttpResponse:
    """Put one's own record into another state, after one question whether that is meant."""
    subject, kind = subject_of(request), kind_coded(code)
    found = record_at(slug, subject, kind=code)
    require(found.party_id == subject.party, NotYours)
    require(subject.roles & kind.roles, RoleMissing)
    if request.method == "POST":
        row = row_of(kind, found, subject)
        revision = found.revision
        if row.state != state:  # type: ignore[attr-defined]  # proposals and questions have one
            fields = {"state": state}
            amend_record(kind, row, expected_revision=revision, fields=fields, actor=subject, at=now())
            messages.success(request, _("Saved, and put on the log."))
        return HttpResponseRedirect(reverse(kind.page, args=[slug]))
    context = {**_head(found, subject), "heading": heading, "explained": explained}
    return render(request, "responses/confirm.html", context)
