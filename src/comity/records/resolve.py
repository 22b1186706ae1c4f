"""How a page learns of another record: a card if its reader may see it, and otherwise no word of it.

No page follows a ref by itself, so neither a title nor a sort key nor a count can leak.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from comity.labels.domain import Label
from comity.labels.queries import label_of, readable_label_ids
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records.kinds import Kind, UnknownKind, kind_named
from comity.records.models import Record, Revision


@dataclass(frozen=True, slots=True)
class Card:
    """What one line about a record says. When not `shown`: only that we do not have it, or may not see it."""

    pk: int
    shown: bool
    slug: str = ""
    title: str = ""
    kind: Kind | None = None
    party: Party | None = None
    label: Label | None = None
    body: Mapping[str, Any] | None = None
    at: datetime | None = None  # of its latest revision


def resolve(record_pks: Iterable[int | None], subject: Subject, language: str) -> dict[int, Card]:
    """A card for each record; three queries however many there are."""
    pks = {pk for pk in record_pks if pk is not None}
    cards = {pk: Card(pk, shown=False) for pk in pks}
    records = Record.objects.visible_to(subject).filter(pk__in=pks, revision__gt=0).select_related("party")
    heads = {record.log_index: record for record in records}
    # Asked for by label as well, SQLite would walk through all that the reader may read.
    readable = set(readable_label_ids(subject))
    revisions = Revision.objects.system("scoped just below").filter(log_index__in=list(heads))
    for log_index, label_id, data, at in revisions.values_list("log_index", "label_id", "body", "at"):
        record = heads[log_index]
        if label_id in readable and data is not None:  # a purged one has no content
            cards[record.pk] = replace(card(record, body_of(bytes(data)), language), at=at)
    return cards


def card(record: Record, body: Mapping[str, Any], language: str) -> Card:
    """The card of a record whose reader has been checked, from the body of its latest revision."""
    try:
        kind = kind_named(record.kind)
    except UnknownKind:
        return Card(record.pk, shown=False)
    return Card(
        pk=record.pk,
        shown=True,
        slug=record.slug,
        title=kind.title(body, language),
        kind=kind,
        party=record.party,
        label=None if record.label_id is None else label_of(record.label_id),
        body=body,
    )


def body_of(data: bytes) -> Mapping[str, Any]:
    """The body inside stored envelope bytes, which were checked when they were written."""
    envelope: Any = orjson.loads(data)
    body: Mapping[str, Any] = envelope["body"]
    return body
