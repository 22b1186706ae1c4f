"""Reading the account of the texts, for a subject."""

from collections.abc import Iterable

from django.urls import reverse

from comity.labels.domain import Label, may_read
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.records.resolve import Card, resolve
from comity.reports.domain import Reading, complete
from comity.reports.models import StoredReading, StoredReport
from comity.reports.shape import reading_from, report_from
from comity.shell.cited import Text


def numbers(subject: Subject) -> list[tuple[str, str]]:
    """The numbers of the texts that `subject` may read about, each with the number of its origin. One query."""
    rows = StoredReport.objects.system("labels are asked below, without a second query").order_by("number")
    found = rows.values_list("number", "origin", "label_id")
    return [(number, origin) for number, origin, label_id in found if may_read(subject, label_of(label_id))]


def there_are_some(subject: Subject) -> bool:
    """Whether the room has anything to show."""
    return bool(numbers(subject))


def texts(subject: Subject) -> dict[str, Text]:
    """What whoever cites a text needs to know of it, by its number."""
    return {
        number: Text(reverse("reports:report", args=[number]), origin or number) for number, origin in numbers(subject)
    }


def readings(subject: Subject) -> list[tuple[StoredReading, Reading]]:
    """Every account that `subject` may read, each with the texts that it may read of. Two queries."""
    texts = StoredReport.objects.visible_to(subject).order_by("number")
    by_reading: dict[int, list[StoredReport]] = {}
    for text in texts:
        by_reading.setdefault(text.reading_id, []).append(text)
    stored = StoredReading.objects.visible_to(subject).order_by("directory")
    return [
        (one, complete(reading_from(one.body, [report_from(text.body) for text in by_reading.get(one.pk, ())])))
        for one in stored
    ]


def cards(names: Iterable[str], subject: Subject, language: str) -> dict[str, Card]:
    """What may be shown of the records that an account names."""
    shown = resolve({int(name) for name in names if name.isdecimal()}, subject, language)
    return {str(pk): card for pk, card in shown.items()}


def labels(stored: StoredReading, shown: Iterable[Card]) -> list[Label]:
    """The labels of everything that a page about an account shows."""
    return [label_of(stored.label_id), *(card.label for card in shown if card.label)]
