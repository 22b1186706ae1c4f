"""The room "From the reports": what each sentence of the texts behind an example became here, or why nothing."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from comity.kernel.errors import NotFound, require
from comity.labels.grading import RELIABILITY_WORDS, Reliability
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.records.resolve import Card
from comity.reports import domain, files, queries
from comity.reports.models import StoredReading
from comity.shell import export
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
    stored, reading, text, cards = _text(subject, number)
    became = {name for one in text.sentences for name in one.became}
    context = {
        **WORDS,
        "text": text,
        "reading": reading,
        "counts": domain.counts(reading, [text]),
        "rules": {rule.key: rule for rule in reading.rules},
        "cards": cards,
        "above": above([cards[name] for name in became if name in cards], subject),
        "files": export.places("reports:report-export", number),
        "marking": highest(queries.labels(stored, cards.values()), party_names()),
    }
    return render(request, "reports/report.html", context)


@require_POST
@shows_refusals
def report_export(request: HttpRequest, number: str, form: str) -> FileResponse:
    """The account of one text as a file."""
    stored, reading, text, cards = _text(subject_of(request), number)
    return export.export(request, form, files.of_report(text, reading, cards, label_of(stored.label_id)))


def _text(subject: Subject, number: str) -> tuple[StoredReading, domain.Reading, domain.Report, dict[str, Card]]:
    """A text that `subject` may read about, with the account it belongs to and the records that its sentences name."""
    found = [
        (stored, reading, one)
        for stored, reading in queries.readings(subject)
        for one in reading.reports
        if one.number == number
    ]
    require(bool(found), NotFound)
    stored, reading, text = found[0]
    named = {name for one in text.sentences for name in (*one.became, one.speaker) if name}
    return stored, reading, text, queries.cards(named, subject, reader())
