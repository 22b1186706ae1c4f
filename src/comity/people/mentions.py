"""Who is mentioned, and who a party says it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from comity.labels.domain import Label
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.people.models import Identification
from comity.records.resolve import Card, resolve


@dataclass(frozen=True, slots=True)
class Identified:
    """What one party says of a mention and a person; `mention` may not be shown to this reader."""

    row: Identification
    card: Card
    mention: Card

    def labels(self) -> Iterable[Label]:
        """The marking of everything that its line shows."""
        yield label_of(self.row.label_id)
        yield from ([self.mention.label] if self.mention.label else [])


def identified_as(person: int, subject: Subject, language: str) -> list[Identified]:
    """What parties say of mentions and this person, newest first; of what `subject` may read."""
    table = Identification.objects.visible_to(subject).filter(person=person).select_related("record")
    rows = list(table.order_by("-record__log_index"))
    cards = resolve([pk for row in rows for pk in (row.pk, row.mention_id)], subject, language)
    return [Identified(row, cards[row.pk], cards[row.mention_id]) for row in rows]
