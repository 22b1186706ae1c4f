"""Entering a record of any kind, changing it, and purging it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.base import File
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from comity.files import store
from comity.kernel.clock import now
from comity.kernel.errors import NotFound, NotYours, RoleMissing, require
from comity.labels.domain import Label
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.records.addresses import record_at
from comity.records.entry import AppendOnly, EnteredAlready
from comity.records.entry import amend as amend_record
from comity.records.entry import enter as enter_record
from comity.records.kinds import Kind, kind_coded, kind_named
from comity.records.models import Record, RecordRow
from comity.records.purge import MAY_PURGE
from comity.records.purge import purge as purge_record
from comity.records.resolve import resolve
from comity.records.work import act
from comity.shell import once
from comity.shell.format import reader
from comity.shell.marking import highest
from comity.shell.record_forms import EntryForm, fill, form_for, initial_of
from comity.shell.record_views import party_names, subject_of
from comity.shell.refusals import onto, shows_refusals
from comity.shell.typed import TypedField
from comity.shell.values import address


@shows_refusals
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a new record of a kind, perhaps under the record that `?about=` names."""
    subject, kind = subject_of(request), kind_coded(code)
    require(subject.roles & kind.roles, RoleMissing)
    if kind.opened_at:
        above, codes = record_at(request.GET.get("about", ""), subject), kind.refs[kind.parent]
        require(not codes or above.kind.partition("/")[0] in codes, NotFound)
        return HttpResponseRedirect(reverse(kind.opened_at, args=[above.slug]))
    fixed, initial = _given(request, kind, subject)
    under = next(iter(fixed.values()), None)
    initial[once.FIELD] = once.fresh(now())
    if under is not None and "read_revision" in kind.unasked:
        initial["revision"] = under.revision
    form = form_for(kind, subject, data=request.POST or None, files=request.FILES or None, initial=initial, fixed=fixed)
    if request.method == "POST" and form.is_valid():
        with onto(form, lambda: {"revision": under.revision} if under is not None else {}):
            record = _entered(request, form, kind, fixed, subject)
            messages.success(request, _("Saved, and put on the log."))
            return HttpResponseRedirect(_page_after(kind, record, under))
    return form_page(request, form, kind, under, subject, _("New: %(kind)s") % {"kind": _(kind.singular)})


def _entered(
    request: HttpRequest, form: EntryForm, kind: Kind, fixed: Mapping[str, Record], subject: Subject
) -> Record:
    """The record that the sent form makes."""
    fields = {**form.parsed(), **fixed}
    if fixed and "read_revision" in kind.unasked:
        fields["read_revision"] = form.cleaned_data.get("revision")
    label = form.cleaned_data.get("label") or _label_above(kind, fields)
    return enter_once(request, kind, fields, label, subject)


def enter_once(request: HttpRequest, kind: Kind, fields: Mapping[str, Any], label: Label, subject: Subject) -> Record:
    """The record that what was sent makes; the one that it made already, where the same sending comes again."""
    at, uuid = now(), once.id_for(request)
    try:
        with act(subject, at):
            row = enter_record(kind, fields=_named(kind, fields), label=label, actor=subject, at=at, uuid=uuid)
            _keep_files(kind, fields, at)
            record: Record = row.record
            return record
    except (EnteredAlready, IntegrityError):  # the database's own word, where both came at the same time
        known = Record.objects.visible_to(subject).filter(party=subject.party, purged=False)
        made = known.filter(uuid=uuid).first() if uuid is not None else None
        if made is None:
            raise
        return made


@shows_refusals
def amend(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a record of one's own party."""
    subject = subject_of(request)
    found = record_at(slug, subject)
    kind = kind_named(found.kind)
    require(found.party_id == subject.party, NotYours)
    require(subject.roles & kind.roles, RoleMissing)
    require(not kind.append_only, AppendOnly)
    return amend_page(request, found, kind, subject)


@dataclass(frozen=True, slots=True)
class Filling:
    """First values that a form gets from elsewhere, what stands above it, and what is done in the act that saves it."""

    values: Mapping[str, Any]
    above: Markup
    after: Callable[[int, datetime], None]  # with the number of the revision made


def amend_page(
    request: HttpRequest, found: Record, kind: Kind, subject: Subject, filling: Filling | None = None
) -> HttpResponse:
    """The form of a record that its reader may change, and saving it."""
    slug, row = found.slug, row_of(kind, found, subject)
    initial = initial_of(kind, row)
    form = form_for(kind, subject, data=request.POST or None, files=request.FILES or None, initial=initial, amends=True)
    if filling is not None:
        fill(form, filling.values)
    if request.method == "POST" and form.is_valid():
        with onto(form, lambda: initial):
            at, fields = now(), form.parsed()
            seen = form.cleaned_data.get("revision") or 0
            label = form.cleaned_data.get("label")
            with act(subject, at):
                named = _named(kind, fields)
                amend_record(kind, row, expected_revision=seen, fields=named, label=label, actor=subject, at=at)
                _keep_files(kind, fields, at)
                if filling is not None:
                    filling.after(seen + 1, at)
            messages.success(request, _("Saved, and put on the log."))
            return HttpResponseRedirect(reverse(kind.page, args=[slug]))
    if form.stale == [] and not request.FILES and filling is None:
        # Somebody saved the very same: most likely this person, with a second press of the button.
        return HttpResponseRedirect(reverse(kind.page, args=[slug]))
    title = _("Edit: %(kind)s") % {"kind": _(kind.singular)}
    return form_page(request, form, kind, found, subject, title, before=filling.above if filling else Markup(""))


def form_page(
    request: HttpRequest,
    form: forms.Form,
    kind: Kind,
    above: Record | None,
    subject: Subject,
    title: str,
    *,
    before: Markup = Markup(""),  # noqa: B008  (immutable)
) -> HttpResponse:
    """The page of a form under the record that it belongs to; `before` stands above the form."""
    card = resolve([above.pk], subject, reader())[above.pk] if above else None
    context = {
        "form": form,
        "kind": kind,
        "title": title,
        "before": before,
        "above": card,
        "back": address(card) if card and card.shown else "/",
        "marking": highest([card.label], party_names()) if card and card.label else None,
    }
    for name in request.FILES:
        if form.errors and name in form.fields and name not in form.errors:
            form.add_error(name, _("Choose the file again: what was attached is not kept when a form is refused."))
    refused = getattr(form, "unstored", 409 if getattr(form, "stale", None) is not None else 422)
    return render(request, "shell/entry.html", context, status=refused if form.errors else 200)


def _given(request: HttpRequest, kind: Kind, subject: Subject) -> tuple[dict[str, Record], dict[str, Any]]:
    """The refs and first values that the page it was opened from gives to a form."""
    if corrects := request.GET.get("corrects"):
        require(kind.append_only and kind.code in kind.refs.get("supersedes", ()), NotFound)
        old = record_at(corrects, subject, kind=kind.code)
        row = row_of(kind, old, subject)
        parents = Record.objects.visible_to(subject).filter(revision__gt=0, purged=False)
        parent = parents.filter(pk=getattr(row, f"{kind.parent}_id")).first()
        if parent is None:  # who may read a figure may not always read what it is a figure of
            raise NotFound
        initial = {k: v for k, v in initial_of(kind, row).items() if k not in {"revision", "note"}}
        return {kind.parent: parent, "supersedes": old}, initial
    if (about := request.GET.get("about")) and kind.parent:
        above = record_at(about, subject)
        codes = kind.refs[kind.parent]
        require(not codes or above.kind.partition("/")[0] in codes, NotFound)
        return {kind.parent: above}, {}
    return {}, {}


def row_of(kind: Kind, record: Record, subject: Subject) -> RecordRow:
    """The row of a record, as long as `subject` may read it."""
    row: RecordRow | None = kind.model.objects.visible_to(subject).select_related("record").filter(pk=record.pk).first()
    if row is None:
        raise NotFound
    return row


def _named(kind: Kind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with each uploaded file named by its digest."""
    named = dict(fields)
    for name in kind.named_files:
        upload = fields.get(name)
        named[name] = store.digest_of(_content(upload)) if isinstance(upload, File) else upload or ""
    return named


def _keep_files(kind: Kind, fields: Mapping[str, Any], at: datetime) -> None:
    """Keep the uploaded files; only once the record that names them was accepted."""
    for name in kind.named_files:
        upload = fields.get(name)
        if isinstance(upload, File):
            store.keep(_content(upload), at=at, field=name)


def _content(upload: "File[bytes]") -> bytes:
    upload.seek(0)
    content: bytes = upload.read()
    return content


def _label_above(kind: Kind, fields: Mapping[str, Any]) -> Any:
    """The label of the record it belongs under; a form without a marking of its own has such a record."""
    above = fields.get(kind.label_from)
    if not isinstance(above, Record) or above.label_id is None:
        raise NotFound
    return label_of(above.label_id)


def _page_after(kind: Kind, record: Record, above: Record | None) -> str:
    shown = above or record
    return reverse(kind_named(above.kind).page if above else kind.page, args=[shown.slug])


class PurgeForm(forms.Form):
    """Why, and that it is meant."""

    reason = TypedField(max_length=300)
    meant = forms.BooleanField()


@shows_refusals
def purge(request: HttpRequest, slug: str) -> HttpResponse:
    """Destroy a record's content for good."""
    subject = subject_of(request)
    found = record_at(slug, subject)
    require(found.party_id == subject.party, NotYours)
    require(subject.roles & MAY_PURGE, RoleMissing)
    form = PurgeForm(request.POST or None)
    form.fields["reason"].label = _("Why it is purged")
    form.fields["reason"].help_text = _("Stays on the log: name nobody.")
    form.fields["meant"].label = _("I understand that nobody can bring it back")
    if request.method == "POST" and form.is_valid():
        with onto(form):
            purge_record(found, reason=form.cleaned_data["reason"], actor=subject, at=now())
            messages.success(request, _("Purged. The log says so, and still verifies."))
            return HttpResponseRedirect("/")
    return form_page(request, form, kind_named(found.kind), found, subject, _("Purge"))
