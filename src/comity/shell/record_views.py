"""The page that every kind of record has, and what other pages about a record share with it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comity.audit.proofs import inclusion
from comity.files import store
from comity.kernel.errors import NotFound, require
from comity.labels.domain import Label
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records.addresses import record_at
from comity.records.history import field_words, history
from comity.records.kinds import Kind, all_kinds, kind_named
from comity.records.models import Record, Revision
from comity.records.purge import MAY_PURGE
from comity.records.resolve import Card, body_of, resolve
from comity.shell import beside, cited
from comity.shell.beside import Step
from comity.shell.format import reader
from comity.shell.marking import highest
from comity.shell.refusals import shows_refusals
from comity.shell.texts import plain
from comity.shell.values import Shown, address


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
    sections = beside.sections(record, kind, subject)
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
        "marking": highest([*labels_of(record), *_labels_in(sections)], party_names()),
        "sections": sections,
        "changes": [_change_in_words(kind, change, shown) for change in changes],
        "steps": steps(record, kind, subject),
        "panel_rows": panels(record, kind, subject),
        "address": address,
        "is_copy": record.party_id != subject.party,
        "may_purge": record.party_id == subject.party and subject.has_role(*MAY_PURGE),
    }


def _labels_in(sections: Iterable[beside.Section]) -> list[Label]:
    return [label for section in sections for label in section.labels]


def labels_on(record: Record, frame: Mapping[str, Any]) -> list[Label]:
    """The labels of a record, of those listed under it, and of what rooms put on its page."""
    listed = [card.label for _kind, several in frame["panel_rows"] for card in several if card.label]
    return [*labels_of(record), *listed, *_labels_in(frame["sections"])]


def _change_in_words(kind: Kind, change: Any, shown: Shown) -> dict[str, Any]:
    rows = [(_(field_words(kind, d.field)), *shown.change(d.field, d.before, d.after)) for d in change.differences]
    return {"change": change, "rows": rows}


def steps(record: Record, kind: Kind, subject: Subject) -> list[Step]:
    """What this person can do with the record now. On another party's record: respond, never edit."""
    found = []
    offered = beside.steps(record, kind, subject)
    is_own = record.party_id == subject.party
    if is_own and not kind.append_only and subject.roles & kind.roles:
        found.append(Step(_("Edit"), reverse("shell:amend", args=[record.slug])))
    found += [] if is_own else offered
    for other in sorted(all_kinds(), key=lambda kind: kind.names_people):  # a name is nobody's first step
        codes = other.refs.get(other.parent)
        fits = codes is not None and (kind.code in codes or (codes == () and kind.code.startswith("programme.")))
        if fits and not other.responds and subject.roles & other.roles and not (other.names_people and kind.label_from):
            query = f"?about={record.slug}"
            words = _("Add: %(kind)s") % {"kind": _(other.singular)}
            found.append(Step(words, reverse("shell:enter", args=[other.code]) + query))
    if kind.append_only and is_own and subject.roles & kind.roles:
        query = f"?corrects={record.slug}"
        found.append(Step(_("Correct"), reverse("shell:enter", args=[kind.code]) + query))
    return found + (offered if is_own else [])


def panels(record: Record, kind: Kind, subject: Subject) -> list[tuple[Kind, list[Card]]]:
    """The records listed under this one, by kind, newest first."""
    found = []
    for other in all_kinds():
        codes = other.refs.get(other.parent)
        if codes is None or other.responds or (codes and kind.code not in codes):
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
