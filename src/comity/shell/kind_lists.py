"""The list that every kind of record has: found by words, narrowed by what its fields may say, newest change first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from comity.kernel.errors import DomainError
from comity.labels.domain import Label
from comity.labels.subject import Subject
from comity.parties.queries import introduced
from comity.records import codec, search, visible
from comity.records.addresses import record_at
from comity.records.fields import PartialDateField, QuantityField, RefsField
from comity.records.kinds import Kind
from comity.records.models import Record, RowsQuerySet
from comity.records.resolve import Card, resolve
from comity.shell.format import reader
from comity.shell.lists import Filter, Listing
from comity.shell.ref_fields import offered
from comity.shell.texts import plain
from comity.shell.values import Shown

OWNER = "owner"
MOST_OPTIONS = 40  # of a ref that is chosen from a list; what has more is reached from a record's own page
_SHORT = (models.ForeignKey, RefsField, PartialDateField, QuantityField, models.DateField, models.IntegerField)
_SHORTEST = 40  # characters of a code


@dataclass(frozen=True, slots=True)
class Lines:
    """Some records of a list with what its columns hold, and the cursor after which the next ones begin."""

    rows: list[tuple[Card, list[Any]]]
    shown: Shown
    after: int | None

    def labels(self, card: Card, values: Iterable[Any]) -> list[Label]:
        """The label of every record that one row shows, those that it only names included."""
        return [*([card.label] if card.label else []), *self.shown.labels(values)]


def columns_of(kind: Kind) -> tuple[str, ...]:
    """The fields that a list of this kind shows beside title and owner."""
    if kind.listed:
        return kind.listed
    known = {column.name: column for column in codec.columns(kind.model)}
    short = [name for name in kind.fields if name in known and _is_short(kind, name, known[name])]
    return tuple(sorted(short, key=lambda name: name != kind.parent))


def _is_short(kind: Kind, name: str, column: Any) -> bool:
    if name in kind.choices or isinstance(column, _SHORT):
        return True
    is_code = isinstance(column, models.CharField) and (column.max_length or 0) <= _SHORTEST
    return is_code and name not in kind.named_files


def asked_of(kind: Kind, given: Mapping[str, Any], subject: Subject) -> Listing:
    """What an address asks of the list of a kind."""
    filters = [_owners()]
    for name, words in kind.fields.items():
        column = kind.model._meta.get_field(name)
        if isinstance(column, models.CharField) and name in kind.choices:
            choices = tuple((str(code), _(said)) for code, said in kind.choices[name]())
            filters.append(Filter(name, _(words.label), choices))
        elif name in kind.refs and (name == kind.parent or name in columns_of(kind)):
            filters.append(Filter(name, _(words.label), _options(kind, name, given, subject)))
    return Listing.of(given, [one for one in filters if one.choices])


def _owners() -> Filter:
    return Filter(OWNER, _("Owner"), tuple((party.handle, plain(party.name)) for party in introduced().order_by("pk")))


def _options(kind: Kind, name: str, given: Mapping[str, Any], subject: Subject) -> tuple[tuple[str, str], ...]:
    """The records that a list may be narrowed to: all that may be named, where they are few; else the one asked for.

    Nobody narrows a list to a record that is not shown to them: what refers to it would be told.
    """
    codes = kind.refs[name]
    records = Record.objects.visible_to(subject).filter(revision__gt=0, purged=False)
    named = [f"{code}/1" for code in codes]
    if codes and records.filter(kind__in=named)[: MOST_OPTIONS + 1].count() <= MOST_OPTIONS:
        return tuple((card.slug, card.title) for card in offered(kind, name, subject))
    try:
        asked = record_at(str(given.get(name, "")), subject)
    except DomainError:
        return ()
    return tuple((card.slug, card.title) for card in resolve([asked.pk], subject, reader()).values() if card.shown)


@dataclass(frozen=True, slots=True)
class KindList:
    """The records of a kind that an address asks for, as one subject may see them."""

    kind: Kind
    asked: Listing
    subject: Subject

    def lines(self, after: int, limit: int) -> Lines:
        """The records after the cursor (0: from the first), and how their columns are shown."""
        found = visible.page(
            self._rows(), self.subject, key="log_index", after=(after, 0) if after else None, limit=limit
        )
        resolved = resolve([row.pk for row in found.rows], self.subject, reader())
        columns = columns_of(self.kind)
        rows = [
            (card, [(card.body or {}).get(name) for name in columns])
            for row in found.rows
            if (card := resolved[row.pk]).shown
        ]
        shown = Shown(self.kind, [dict(zip(columns, values, strict=True)) for _card, values in rows], self.subject)
        return Lines(rows, shown, found.after[0] if found.after else None)

    def all(self, at_once: int) -> Iterator[Lines]:
        """The whole list, part by part."""
        after: int | None = 0
        while after is not None:
            lines = self.lines(after, at_once)
            yield lines
            after = lines.after

    def count(self) -> int:
        """How many there are, up to `visible.COUNT_CAP` + 1."""
        return visible.count(self._rows(), self.subject)

    def _rows(self) -> RowsQuerySet[Record]:
        rows = Record.objects.system("scoped by visible.page and visible.count")
        rows = rows.filter(kind=self.kind.name, revision__gt=0, purged=False)
        if self.asked.words:
            rows = rows.filter(pk__in=search.matching(self.asked.words))
        chosen = dict(self.asked.chosen)
        if owner := chosen.pop(OWNER, ""):
            rows = rows.filter(party__handle=owner)
        if chosen:
            table = self.kind.model.objects.system("what narrows rows that are scoped by their own label")
            rows = rows.filter(Exists(table.filter(pk=OuterRef("pk"), **self._conditions(chosen))))
        return rows

    def _conditions(self, chosen: Mapping[str, str]) -> dict[str, Any]:
        return {
            name: record_at(value, self.subject).pk if name in self.kind.refs else value
            for name, value in chosen.items()
        }
