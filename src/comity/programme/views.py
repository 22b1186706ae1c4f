"""The objectives room: the tree, an objective as a story, an indicator, and why its number is what it is."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comity.kernel.clock import now
from comity.kernel.codes import known
from comity.labels.domain import Label
from comity.labels.queries import label_of
from comity.programme import display, files, gathering, lists, models, queries
from comity.programme.domain.confidence import confidence_in, standing_verifications
from comity.programme.domain.facts import MeasurementFact
from comity.programme.domain.states import initiative_standing
from comity.programme.domain.vocabulary import InitiativeStatus, ResultLevel, area_words
from comity.programme.drawing import chart_of, spark_of
from comity.records.addresses import record_at
from comity.records.kinds import kind_coded
from comity.records.models import Record
from comity.records.resolve import Card, resolve
from comity.responses.domain import FINDING_WORDS, MODE_WORDS
from comity.shell.export import export, exporting, places
from comity.shell.format import reader, separator
from comity.shell.marking import Marking, highest
from comity.shell.record_views import frame_for, labels_on, party_names, subject_of
from comity.shell.refusals import shows_refusals
from comity.shell.texts import plain
from comity.shell.values import address


def _today() -> date:
    return timezone.localtime(now()).date()


@require_GET
def objectives(request: HttpRequest) -> HttpResponse:
    """Every objective, under its mandate, with how its indicators stand."""
    subject = subject_of(request)
    found = queries.programmes(subject, _today())
    labels = [line.label for programme in found for line in programme.lines]
    labels += [label_of(programme.row.label_id) for programme in found if programme.row]
    context = {
        "programmes": found,
        "export": places("programme:objectives-export"),
        "enters": subject.roles & kind_coded("programme.mandate").roles,
        "marking": highest(labels, party_names()),
        "area_words": area_words,
    }
    return render(request, "programme/objectives.html", context)


@exporting
def objectives_export(request: HttpRequest, form: str) -> FileResponse:
    """Every objective, as a file."""
    return export(request, form, files.of_objectives(queries.programmes(subject_of(request), _today())))


@require_GET
@shows_refusals
def objective(request: HttpRequest, slug: str) -> HttpResponse:
    """One objective: what is wanted, what is done, what changed, how sure we are."""
    subject = subject_of(request)
    found = record_at(slug, subject, kind="programme.objective")
    line, mandate = queries.objective_line(found.pk, subject, _today())
    results = list(
        models.Result.objects.visible_to(subject).filter(objective=found).order_by("pk").select_related("record")
    )
    initiatives = models.Initiative.objects.visible_to(subject).filter(objectives=found).order_by("pk")
    cards = resolve(initiatives.values_list("pk", flat=True), subject, reader())
    context = {
        **frame_for(found, subject),
        "line": line,
        "mandate": mandate,
        "results": [
            (
                row,
                [one for one in line.indicators if one.row.result_id == row.pk],
                [one for one in line.proposed if one.row.result_id == row.pk],
            )
            for row in results
        ],
        "initiatives": [card for card in cards.values() if card.shown],
        "because": [display.said(note, party_names()) for note in line.standing.because],
        "display": display,
        "names": party_names(),
        "spark": spark_of,
        "level_words": {level.value: level.words for level in ResultLevel},
    }
    context["panel_rows"] = [(kind, shown) for kind, shown in context["panel_rows"] if kind.code != "programme.result"]
    rows = [*results, *(one.row for one in (*line.indicators, *line.proposed))]
    context["marking"] = _marking(found, context, [label_of(row.label_id) for row in rows], context["initiatives"])
    return render(request, "programme/objective.html", context)


@require_GET
@shows_refusals
def mandate(request: HttpRequest, slug: str) -> HttpResponse:
    """A mandate: scope, areas, term, and the objectives and initiatives that stand on it."""
    subject = subject_of(request)
    found = record_at(slug, subject, kind="programme.mandate")
    programme = next(p for p in queries.programmes(subject, _today()) if p.row and p.row.pk == found.pk)
    context = {
        **frame_for(found, subject),
        "programme": programme,
        "because": display.said(programme.standing.because, party_names()),
    }
    context["panel_rows"] = [
        (kind, shown) for kind, shown in context["panel_rows"] if kind.code != "programme.objective"
    ]
    context["marking"] = _marking(found, context, [line.label for line in programme.lines])
    return render(request, "programme/mandate.html", context)


@require_GET
@shows_refusals
def initiative(request: HttpRequest, slug: str) -> HttpResponse:
    """What a party does, and the clause of the mandate that it stands on."""
    subject = subject_of(request)
    found = record_at(slug, subject, kind="programme.initiative")
    row = models.Initiative.objects.visible_to(subject).select_related("record").get(pk=found.pk)
    mandates = models.Mandate.objects.visible_to(subject).select_related("record__party")
    of = mandates.filter(pk=row.mandate_id).first()
    fact = gathering.initiative(row, subject)
    standing = initiative_standing(fact, gathering.mandate(of) if of else None, _today())
    clauses = lists.clauses(of.clauses) if of else {}
    status = known(InitiativeStatus, row.status)
    context = {
        **frame_for(found, subject),
        "standing": standing,
        "because": [display.said(note, party_names()) for note in standing.because],
        "clause": clauses.get(row.clause),
        "status": _(status.words) if status else row.status,
        "known": status,
        "host": party_names().get(fact.host, _("the host")),
    }
    # The clause itself is said above, in words; its key is of use only in the form.
    context["fact_rows"] = context["shown"].facts(context["body"], leave_out=frozenset({"note", "status", "clause"}))
    context["marking"] = _marking(found, context, [label_of(of.label_id)] if of else [])
    return render(request, "programme/initiative.html", context)


@require_GET
@shows_refusals
def indicator(request: HttpRequest, slug: str) -> HttpResponse:
    """An indicator from its baseline through its measurements to its target."""
    subject = subject_of(request)
    found = record_at(slug, subject, kind="programme.indicator")
    line = queries.indicator_line(found.pk, subject, _today())
    context = {**frame_for(found, subject), **_figures(line, subject)}
    context["panel_rows"] = []
    context["marking"] = _marking(found, context, [], [context["result"], context["objective"]])
    return render(request, "programme/indicator.html", context)


@require_GET
@shows_refusals
def why(request: HttpRequest, slug: str) -> HttpResponse:
    """Why this number: the measurements, rules and steps it came from."""
    subject = subject_of(request)
    found = record_at(slug, subject, kind="programme.indicator")
    line = queries.indicator_line(found.pk, subject, _today())
    it, names = line.assessment, party_names()
    parts = [(_("The state"), it.derivation)]
    parts += [(_("All recorded figures together"), it.roll_up)] if it.roll_up else []
    context = {
        **frame_for(found, subject),
        **_figures(line, subject),
        "parts_of": [
            (words, display.rows(derivation, it.indicator, names, line.row.levels, line.row.unit))
            for words, derivation in parts
        ],
    }
    return render(request, "programme/why.html", context)


@require_GET
@shows_refusals
def measurement(request: HttpRequest, slug: str) -> HttpResponse:
    """One measurement, with its breakdown and what others found when they checked it."""
    subject = subject_of(request)
    found = record_at(slug, subject, kind="programme.measurement")
    row = models.Measurement.objects.visible_to(subject).get(pk=found.pk)
    line = queries.indicator_line(row.indicator_id, subject, _today())
    fact = next(m for m in line.assessment.indicator.measurements if m.id == found.slug)
    context = {
        **frame_for(found, subject),
        "line": line,
        "row": row,
        "fact": fact,
        "figure": display.amount(fact.amount, line.assessment.indicator.measure, line.row.levels, line.row.unit),
        "cells": _cells(fact, line),
        "confidence": confidence_in(fact),
        "findings": standing_verifications(fact),
        "names": party_names(),
        "finding_words": FINDING_WORDS,
        "mode_words": MODE_WORDS,
        "replaced_by": next((m for m in line.assessment.indicator.measurements if m.supersedes == found.slug), None),
    }
    return render(request, "programme/measurement.html", context)


def _marking(
    record: Record, context: dict[str, Any], labels: Iterable[Label], cards: Iterable[Card | None] = ()
) -> Marking | None:
    """The marking of a record's page: the highest of all that it shows beside the record."""
    shown = [card.label for card in cards if card is not None and card.label]
    return highest([*labels_on(record, context), *labels, *shown], party_names())


def _figures(line: queries.IndicatorLine, subject: Any) -> dict[str, Any]:
    """What the pages of an indicator share."""
    it, row, names = line.assessment, line.row, party_names()
    result = resolve([row.result_id], subject, reader())[row.result_id]
    above = models.Result.objects.visible_to(subject).filter(pk=row.result_id).values_list("objective_id", flat=True)
    objective = next(iter(resolve(above, subject, reader()).values()), None)
    measure = it.indicator.measure

    def figure(derivation: Any) -> str:
        return display.amount(derivation.amount, measure, row.levels, row.unit) if derivation else ""

    return {
        "line": line,
        "it": it,
        "row": row,
        "names": names,
        "result": result,
        "objective": objective,
        "headline": display.headline(it),
        "figure": figure,
        "amount": lambda value: display.amount(value, measure, row.levels, row.unit),
        "flags": [(flag.kind.words, display.said(flag.note, names)) for flag in it.flags],
        "why_words": it.derivation.said(_, display.teller(names)),
        "finding_words": FINDING_WORDS,
        "chart": chart_of(line),
        "address": address,
    }


def _cells(fact: MeasurementFact, line: queries.IndicatorLine) -> list[tuple[str, str]]:
    words, of = lists.option_words(line.row.dimensions), line.row
    made = []
    for cell in fact.cells:
        named = separator().join(plain(words.get(pair)) or pair[1] for pair in cell.options)
        made.append((named, display.amount(cell.amount, line.assessment.indicator.measure, of.levels, of.unit)))
    return made
