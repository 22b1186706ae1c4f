"""A search over every kind, as its address asks for it: page by page, newest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from comity.labels.domain import Label
from comity.labels.subject import Subject
from comity.records.kinds import all_kinds
from comity.records.resolve import Card, resolve
from comity.records.search import find
from comity.shell.format import reader
from comity.shell.values import above

LONGEST = 200  # characters of a query


@dataclass(frozen=True, slots=True)
class Found:
    """Some records that were found, what each belongs under, and the cursor of those that follow (0: none)."""

    cards: list[Card]
    above: dict[int, Card]
    before: int

    def labels(self, card: Card) -> list[Label]:
        """The labels of what the line of one record shows."""
        named = self.above.get(card.pk)
        return [one.label for one in (card, named) if one is not None and one.label is not None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address searches for: words, and perhaps a kind (code)."""

    words: str
    kind: str

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Wanted":
        """Read an address; a kind that nobody knows is none."""
        kind = str(given.get("kind", ""))
        known = kind if any(kind == one.code for one in all_kinds()) else ""
        return cls(str(given.get("q", "")).strip()[:LONGEST], known)

    def address(self, **more: object) -> str:
        """The query of this search."""
        parts = {"q": self.words, "kind": self.kind, **more}
        return "?" + urlencode({name: value for name, value in parts.items() if value})

    def found(self, subject: Subject, *, before: int, limit: int) -> Found:
        """The records after the cursor (0: from the newest) that `subject` may read."""
        kinds = [kind.name for kind in all_kinds() if kind.code == self.kind]
        hits = find(self.words, subject, kinds=kinds, before=before, limit=limit + 1) if self.words else []
        cards = resolve([hit.record_pk for hit in hits[:limit]], subject, reader())
        shown = [cards[hit.record_pk] for hit in hits[:limit] if cards[hit.record_pk].shown]
        return Found(shown, above(shown, subject), hits[limit - 1].record_pk if len(hits) > limit else 0)

    def all(self, subject: Subject, at_once: int) -> Iterator[Found]:
        """Everything that is found, part by part."""
        part = self.found(subject, before=0, limit=at_once)
        yield part
        while part.before:
            part = self.found(subject, before=part.before, limit=at_once)
            yield part
