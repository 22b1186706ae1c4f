"""The room "From the reports": what each sentence of the texts behind an example became here, or why nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from comity.kernel.errors import NotFound, require
from comity.labels.grading import RELIABILITY_WORDS, Reliability
from comity.reports import domain, queries
from comity.shell.format import reader
from comity.shell.marking import highest
from comity.shell.record_views import party_names, subject_of
from comity.shell.refusals import shows_refusals
from comity.shell.values import above, address

WORDS: dict[str, Any] = {
    "mode_words": domain.MODES,
    "reason_words": domain.REASONS,
    "nature_words": domain.NATURES,
    "grade_words": {grade.value: words for grade, words in RELIABILITY_WORDS.items()},
    "unjudged": Reliability.F.value,
    "address": address,
}


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """Every text with its counts, then what they say side by side, then the rules that came of them."""
    subject = subject_of(request)
    told, labels = [], []
    for stored, reading in queries.readings(subject):
        named = {name for finding in reading.findings for name in finding.records}
        cards = queries.cards(named, subject, reader())
        labels += queries.labels(stored, cards.values())
        asked: dict[str, list[str]] = {}
        for report in reading.reports:
            for one in report.sentences:
                for rule in one.rules:
                    asked.setdefault(rule, []).append(f"{report.number}:{one.number}")
        told.append(
            {
                "reading": reading,
                "counts": domain.counts(reading, reading.reports),
                "by_report": [(report, domain.counts(reading, [report])) for report in reading.reports],
                "findings": [
                    (nature, [finding for finding in reading.findings if finding.nature == nature])
                    for nature in domain.NATURES
                ],
                "sentences": {f"{r.number}:{one.number}": (r, one) for r in reading.reports for one in r.sentences},
                "asked": asked,
                "cards": cards,
                "above": above(cards.values(), subject),
            }
        )
    context = {**WORDS, "told": told, "marking": highest(labels, party_names())}
    return render(request, "reports/reports.html", context)


@require_GET
@shows_refusals
def report(request: HttpRequest, number: str) -> HttpResponse:
    """One text: where it is from, how it is graded, and the account of each of its sentences."""
    subject = subject_of(request)
    found = [
        (stored, reading, one)
        for stored, reading in queries.readings(subject)
        for one in reading.reports
        if one.number == number
    ]
    require(bool(found), NotFound)
    stored, reading, text = found[0]
    became = {handle for one in text.sentences for handle in one.became}
    speakers = {one.speaker for one in text.sentences if one.speaker}
    cards = queries.cards(became | speakers, subject, reader())
    context = {
        **WORDS,
        "text": text,
        "reading": reading,
        "counts": domain.counts(reading, [text]),
        "rules": {rule.key: rule for rule in reading.rules},
        "cards": cards,
        "above": above([cards[handle] for handle in became if handle in cards], subject),
        "marking": highest(queries.labels(stored, cards.values()), party_names()),
    }
    return render(request, "reports/report.html", context)
