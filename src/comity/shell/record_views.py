"""Pages that every kind of record has: itself, entering one, changing it, its proof, purging it."""

import json
import secrets
from collections.abc import Mapping
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
from django.views.decorators.http import require_GET

from comity.audit.proofs import inclusion
from comity.files import store
from comity.kernel.clock import now
from comity.kernel.errors import NotFound, NotYours, RoleMissing, require
from comity.labels.domain import Label
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records.addresses import record_at
from comity.records.entry import AppendOnly, EnteredAlready
from comity.records.entry import amend as amend_record
from comity.records.entry import enter as enter_record
from comity.records.history import field_words, history
from comity.records.kinds import Kind, all_kinds, kind_coded, kind_named
from comity.records.models import Record, RecordRow, Revision
from comity.records.purge import MAY_PURGE
from comity.records.purge import purge as purge_record
from comity.records.resolve import Card, body_of, resolve
from comity.records.work import act
from comity.shell import cited, once
from comity.shell.format import reader
from comity.shell.marking import highest
from comity.shell.record_forms import EntryForm, form_for, initial_of
from comity.shell.refusals import onto, shows_refusals
from comity.shell.texts import plain
from comity.shell.typed import TypedField
from comity.shell.values import Shown, address


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done now: words and where."""

    words: str
    address: str


def subject_of(request: HttpRequest) -> Subject:
    """Who asks; pages that need one are closed to strangers before this is reached."""
    subject = getattr(request, "subject", None)
    if not isinstance(subject, Subject):
        raise NotFound
    return subject


def party_names() -> dict[Any, str]:
    """Parties' names in the reader's language, by id."""
    return {party.pk: plain(party.name) for party in Party.objects.all()}


def own_body(record: Record) -> Mapping[str, Any]:
    """The body of the latest revision of a record whose reader was checked."""
    revision = Revision.objects.system("the record was resolved for its reader").get(
        record=record, number=record.revision
    )
    return body_of(bytes(revision.body or b""))


def labels_of(record: Record) -> list[Label]:
    """The label of a record, as `highest` takes it; a stub has none."""
    return [] if record.label_id is None else [label_of(record.label_id)]


def frame_for(record: Record, subject: Subject) -> dict[str, Any]:
    """What every page about one record shows around its own content."""
    kind, body = kind_named(record.kind), own_body(record)
    changes = history(record, subject)
    shown = Shown(
        kind,
        [body, *({d.field: v} for c in changes for d in c.differences for v in (d.before, d.after))],
        subject,
        slug=record.slug,
    )
    return {
        "record": record,
        "kind": kind,
        "body": body,
        "title": kind.title(body, reader()),
        "shown": shown,
        "fact_rows": shown.facts(body, leave_out=frozenset({"note"})),
        "sources": body.get("sources", []),
        "place_of": cited.places(subject),
        "marking": highest(labels_of(record), party_names()),
        "changes": [_change_in_words(kind, change, shown) for change in changes],
        "steps": steps(record, kind, subject),
        "panel_rows": panels(record, kind, subject),
        "address": address,
        "is_copy": record.party_id != subject.party,
        "may_purge": record.party_id == subject.party and subject.has_role(*MAY_PURGE),
    }


def _change_in_words(kind: Kind, change: Any, shown: Shown) -> dict[str, Any]:
    rows = [(_(field_words(kind, d.field)), *shown.change(d.field, d.before, d.after)) for d in change.differences]
    return {"change": change, "rows": rows}


def steps(record: Record, kind: Kind, subject: Subject) -> list[Step]:
    """What this person can do with the record now. On another party's record: respond, never edit."""
    found = []
    if record.party_id == subject.party and not kind.append_only and subject.roles & kind.roles:
        found.append(Step(_("Edit"), reverse("shell:amend", args=[record.slug])))
    for other in sorted(all_kinds(), key=lambda kind: kind.names_people):  # a name is nobody's first step
        codes = other.refs.get(other.parent)
        fits = codes is not None and (kind.code in codes or (codes == () and kind.code.startswith("programme.")))
        if fits and subject.roles & other.roles and _sensible(other, kind, record, subject):
            query = f"?about={record.slug}"
            words = _("Add: %(kind)s") % {"kind": _(other.singular)}
            found.append(Step(words, reverse("shell:enter", args=[other.code]) + query))
    if kind.append_only and record.party_id == subject.party and subject.roles & kind.roles:
        query = f"?corrects={record.slug}"
        found.append(Step(_("Correct"), reverse("shell:enter", args=[kind.code]) + query))
    return found


def _sensible(new: Kind, kind: Kind, record: Record, subject: Subject) -> bool:
    """Nobody concurs with, or verifies, what is its own; a figure, marked as what it belongs to, names nobody."""
    if new.names_people and kind.label_from:
        return False
    return not new.code.startswith("responses.") or record.party_id != subject.party


def panels(record: Record, kind: Kind, subject: Subject) -> list[tuple[Kind, list[Card]]]:
    """The records listed under this one, by kind, newest first."""
    found = []
    for other in all_kinds():
        codes = other.refs.get(other.parent)
        if codes is None or (codes and kind.code not in codes):
            continue
        rows = other.model.objects.visible_to(subject).filter(**{other.parent: record})
        pks = list(rows.order_by("-record__log_index").values_list("pk", flat=True)[:100])
        if pks:
            cards = resolve(pks, subject, reader())
            found.append((other, [cards[pk] for pk in pks if cards[pk].shown]))
    return found


@require_GET
@shows_refusals
def record(request: HttpRequest, slug: str) -> HttpResponse:
    """A record of any kind; a kind with a page of its own is shown there."""
    subject = subject_of(request)
    found = record_at(slug, subject)
    kind = kind_named(found.kind)
    if kind.page != "shell:record":
        return HttpResponseRedirect(reverse(kind.page, args=[slug]))
    return render(request, "shell/record.html", frame_for(found, subject))


@shows_refusals
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a new record of a kind, perhaps under the record that `?about=` names."""
    subject, kind = subject_of(request), kind_coded(code)
    require(subject.roles & kind.roles, RoleMissing)
    fixed, initial = _given(request, kind, subject)
    above = next(iter(fixed.values()), None)
    initial[once.FIELD] = once.token(now(), secrets.token_bytes(16))
    form = form_for(kind, subject, data=request.POST or None, files=request.FILES or None, initial=initial, fixed=fixed)
    if request.method == "POST" and form.is_valid():
        with onto(form):
            record = _entered(request, form, kind, fixed, subject)
            messages.success(request, _("Saved, and put on the log."))
            return HttpResponseRedirect(_page_after(kind, record, above))
    return _form_page(request, form, kind, above, subject, _("New: %(kind)s") % {"kind": _(kind.singular)})


def _entered(
    request: HttpRequest, form: EntryForm, kind: Kind, fixed: Mapping[str, Record], subject: Subject
) -> Record:
    """The record that the sent form makes; the one that it made already, where the same sending comes again."""
    at, uuid = now(), once.id_for(request)
    fields = {**form.parsed(), **fixed}
    label = form.cleaned_data.get("label") or _label_above(kind, fields)
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
    row = _row(kind, found, subject)
    initial = initial_of(kind, row)
    form = form_for(kind, subject, data=request.POST or None, files=request.FILES or None, initial=initial, amends=True)
    if request.method == "POST" and form.is_valid():
        with onto(form, lambda: initial):
            at, fields = now(), form.parsed()
            seen = form.cleaned_data.get("revision") or 0
            label = form.cleaned_data.get("label")
            with act(subject, at):
                named = _named(kind, fields)
                amend_record(kind, row, expected_revision=seen, fields=named, label=label, actor=subject, at=at)
                _keep_files(kind, fields, at)
            messages.success(request, _("Saved, and put on the log."))
            return HttpResponseRedirect(reverse(kind.page, args=[slug]))
    if form.stale == [] and not request.FILES:
        # Somebody saved the very same: most likely this person, with a second press of the button.
        return HttpResponseRedirect(reverse(kind.page, args=[slug]))
    return _form_page(request, form, kind, found, subject, _("Edit: %(kind)s") % {"kind": _(kind.singular)})


def _form_page(
    request: HttpRequest, form: forms.Form, kind: Kind, above: Record | None, subject: Subject, title: str
) -> HttpResponse:
    card = resolve([above.pk], subject, reader())[above.pk] if above else None
    context = {
        "form": form,
        "kind": kind,
        "title": title,
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
        row = _row(kind, old, subject)
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


def _row(kind: Kind, record: Record, subject: Subject) -> RecordRow:
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


@require_GET
@shows_refusals
def proof(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The inclusion proof of one revision, as a file that anyone can check."""
    subject = subject_of(request)
    found = record_at(slug, subject)
    revision = Revision.objects.visible_to(subject).filter(record=found, number=number).first()
    if revision is None:
        raise NotFound
    text = json.dumps(inclusion(revision.log_index).json(), indent=1)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="proof-{slug}-{number}.json"'
    return response


@require_GET
@shows_refusals
def scan(request: HttpRequest, slug: str, field: str) -> HttpResponse:
    """A file that a record names, to whoever may read the record; always as a download, never shown by the browser."""
    subject = subject_of(request)
    found = record_at(slug, subject)
    kind = kind_named(found.kind)
    digest = own_body(found).get(field) if field in kind.named_files else None
    require(digest, NotFound)
    content, media_type = store.read(str(digest))
    response = HttpResponse(content, content_type=media_type)
    extension = media_type.rpartition("/")[2]
    response["Content-Disposition"] = f'attachment; filename="{field}-{slug}.{extension}"'
    return response


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
    return _form_page(request, form, kind_named(found.kind), found, subject, _("Purge"))
