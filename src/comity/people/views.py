"""The people room, to read: organisations as a tree and as a chart, positions with their holders, people."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comity.kernel.clock import now
from comity.labels.domain import Label
from comity.people import chart, drawing, files
from comity.people.domain import FINDING_WORDS, NATURE_WORDS, STATUS_WORDS
from comity.people.exchange import STAFF
from comity.people.mentions import identified_as
from comity.people.models import Position
from comity.people.naming import styled, styled_card
from comity.people.posts import Holding, in_order, offices_of, posts
from comity.people.queries import Unit, lineage, tree
from comity.records.addresses import record_at
from comity.records.kinds import Kind, kind_coded
from comity.records.purge import MAY_PURGE
from comity.records.resolve import Card, resolve
from comity.shell import cited
from comity.shell.beside import Step
from comity.shell.export import export, places
from comity.shell.format import reader
from comity.shell.marking import highest
from comity.shell.record_views import frame_for, labels_of, party_names, subject_of
from comity.shell.refusals import shows_refusals
from comity.shell.values import address

AT_ONCE = 60  # positions of one organisation on its page
_ENTERED = ("people.organisation", "people.person")  # from the room itself; the rest from the page above it


def today() -> date:
    """The day, in the node's own time zone."""
    return timezone.localtime(now()).date()


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Every organisation, its positions and their holders, as this reader may see them."""
    return _room(request, "people/people.html", "list")


@require_GET
def organisation_chart(request: HttpRequest) -> HttpResponse:
    """The same organisations, drawn."""
    return _room(request, "people/chart.html", "chart")


@require_POST
@shows_refusals
def people_export(request: HttpRequest, form: str) -> FileResponse:
    """The whole room, as a file."""
    return export(request, form, files.of_people(subject_of(request), on=today()))


def _room(request: HttpRequest, template: str, view: str) -> HttpResponse:
    subject = subject_of(request)
    units = tree(subject, reader(), on=today())
    labels = [label for unit in units for label in unit.labels()]
    context = {
        "units": units,
        "view": view,
        "export": places("people:people-export"),
        "protects": subject.has_role(*MAY_PURGE),
        "enters": [kind_coded(code) for code in _ENTERED if subject.roles & STAFF],
        "charts": chart.charts(units) if view == "chart" else [],
        "alone": [unit for unit in units if not unit.units],
    }
    return page(request, template, labels, context)


@require_GET
@shows_refusals
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """One organisation: what it is part of, what is inside it, and its positions."""
    subject, on = subject_of(request), today()
    record = record_at(slug, subject, kind="people.organisation")
    table = Position.objects.visible_to(subject).filter(organisation=record)
    total, number = table.count(), page_number(request.GET.get("page"))
    some = in_order(table).values_list("pk", flat=True)[(number - 1) * AT_ONCE : number * AT_ONCE]
    own = posts(table.filter(pk__in=list(some)), subject, reader(), on=on).get(record.pk, ())
    units = tree(subject, reader(), on=on, root=record.pk)
    above = lineage(record.pk, subject, reader())
    card = resolve([record.pk], subject, reader())[record.pk]
    frame = frame_for(record, subject)
    here = Unit(card, "", own, units, total, sum(1 + unit.inside for unit in units))
    labels = [*here.labels(), *(card.label for card in above if card.label)]
    context = {
        **frame,
        "here": here,
        "chart": chart.figure(here) if units else "",
        "crumbs": [(_("People"), reverse("people:people")), *((card.title, address(card)) for card in above)],
        "before": f"?page={number - 1}" if number > 1 else None,
        "after": f"?page={number + 1}" if number * AT_ONCE < total else None,
        "panel_rows": _without(frame["panel_rows"], "people.organisation", "people.position"),
    }
    return page(request, "people/organisation.html", labels, context)


@require_GET
@shows_refusals
def position(request: HttpRequest, slug: str) -> HttpResponse:
    """One position: who holds it, who stands in, whom it works with on the other side, and who held it before."""
    subject, on = subject_of(request), today()
    record = record_at(slug, subject, kind="people.position")
    table = Position.objects.visible_to(subject)
    ((post,),) = posts(table.filter(pk=record.pk), subject, reader(), on=on).values()
    others = table.filter(pk__in=[pair.card.pk for pair in post.pairs])
    opposite = {one.row.pk: one for several in posts(others, subject, reader(), on=on).values() for one in several}
    above = lineage(post.row.organisation_id, subject, reader(), itself=True)
    frame = frame_for(record, subject)
    labels = [*labels_of(record), *post.labels(), *(label for one in opposite.values() for label in one.labels())]
    steps = frame["steps"]
    if subject.roles & STAFF and record.party_id == subject.party:
        replace = Step(_("Replace the holder"), reverse("people:replace", args=[slug]))
        steps = [replace, *steps]
    context = {
        **frame,
        "steps": steps,
        "post": post,
        "opposite": opposite,
        "timeline": timeline(post.holdings, on),
        "span": drawing.span(post.holdings, on=on),
        "crumbs": [(_("People"), reverse("people:people")), *((card.title, address(card)) for card in above)],
        "panel_rows": _without(frame["panel_rows"], "people.appointment"),
    }
    return page(request, "people/position.html", [*labels, *(c.label for c in above if c.label)], context)


@require_GET
@shows_refusals
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """One person: the offices held, the spellings of the name, and the mentions that somebody says are this person."""
    subject, on = subject_of(request), today()
    record = record_at(slug, subject, kind="people.person")
    held = offices_of(record.pk, subject, reader(), on=on)
    identified = identified_as(record.pk, subject, reader())
    frame = frame_for(record, subject)
    protects = frame["may_purge"]
    labels = [*labels_of(record), *(one.label for one in held), *(card.label for card in _cards(held) if card.label)]
    labels += [label for one in identified for label in one.labels()]
    context = {
        **frame,
        "title": styled(frame["body"], reader()),
        "timeline": timeline(held, on),
        "span": drawing.span(held, on=on),
        "identified": identified,
        "protects": protects,
        "may_purge": False,  # not the record alone: everything that carries the name
    }
    return page(request, "people/person.html", labels, context)


def _without(panels: list[tuple[Kind, list[Card]]], *codes: str) -> list[tuple[Kind, list[Card]]]:
    """The panels of a page but those of kinds that it shows in its own way."""
    return [(kind, cards) for kind, cards in panels if kind.code not in codes]


def _cards(held: Iterable[Holding]) -> Iterable[Card]:
    return [card for one in held for card in (one.person, one.position)]


def timeline(held: Iterable[Holding], on: date) -> list[tuple[Holding, Any]]:
    """Appointments, each with its bar on one scale of time."""
    several = list(held)
    return list(zip(several, drawing.bars(several, on=on), strict=True))


def page_number(text: str | None) -> int:
    """A page's number as an address gives it; the first page for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 1


def page(request: HttpRequest, template: str, labels: Iterable[Label], context: dict[str, Any]) -> HttpResponse:
    """A page of this room, marked with the highest of `labels`."""
    words = {"status_words": STATUS_WORDS, "nature_words": NATURE_WORDS, "finding_words": FINDING_WORDS}
    common = {
        "marking": highest(labels, party_names()),
        "place_of": cited.places(subject_of(request)),
        "address": address,
        "styled": lambda card: styled_card(card, reader()),
        **words,
    }
    return render(request, template, {**context, **common})
