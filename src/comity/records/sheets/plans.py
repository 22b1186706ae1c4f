"""What one row will write, as it is kept between the preview and its application."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import models

from comity.kernel.errors import NotFound
from comity.kernel.ids import RecordId
from comity.parties.models import Party
from comity.records import codec
from comity.records.fields import RefField, RefsField
from comity.records.kinds import Kind
from comity.records.models import Record

NEW, CHANGED, KNOWN = "new", "changed", "known"


@dataclass(frozen=True, slots=True)
class Plan:
    """One row: a new record of this uuid; or changes to one, as `revision` showed it; or only a key to remember."""

    row: int
    what: str
    uuid: str
    revision: int
    handle: str
    fields: Mapping[str, Any]  # as a body holds them


def packed(plans: Iterable[Plan]) -> bytes:
    """Plans as bytes."""
    return orjson.dumps([[p.row, p.what, p.uuid, p.revision, p.handle, p.fields] for p in plans])


def unpacked(data: bytes) -> list[Plan]:
    """Plans from bytes."""
    return [Plan(*one) for one in orjson.loads(data)]


class Packing:
    """From column values to bodies; an empty one is kept as None."""

    def __init__(self, kind: Kind) -> None:
        self._write = {column.name: self._writer(column) for column in codec.columns(kind.model)}
        self._ids: dict[int, str] = {}

    def fields(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Column values as a body holds them."""
        return {name: None if value is None else self._write[name](value) for name, value in fields.items()}

    def _writer(self, column: Any) -> Callable[[Any], Any]:
        if isinstance(column, RefsField):
            return lambda records: sorted(str(record.rid) for record in records)
        if isinstance(column, RefField):
            return self._id
        if isinstance(column, models.ForeignKey):
            return lambda party: party.pk
        return lambda value: codec.plain(value, column)

    def _id(self, record: Record) -> str:
        """Few records are named by many rows."""
        if not record.pk:  # one that another row will make
            return str(record.rid)
        if record.pk not in self._ids:
            self._ids[record.pk] = str(record.rid)
        return self._ids[record.pk]


class Unpacking:
    """From bodies to column values, for some plans at once: their records and parties are read in one go."""

    def __init__(self, kind: Kind, plans: Iterable[Plan]) -> None:
        self._columns = {column.name: column for column in codec.columns(kind.model)}
        ids = {text for plan in plans for text in named(kind, plan)}
        table = Record.objects.system("records that a plan names; the entry is checked for its author after")
        rows = table.filter(uuid__in={RecordId.parse(text).uuid for text in ids})
        self._records = {text: row for row in rows if (text := str(row.rid)) in ids}
        self._parties: dict[str, Party] = {}

    def fields(self, plan: Plan) -> dict[str, Any]:
        """The column values of a plan.

        Raises:
            NotFound: a record that it names is not there: refused since, or purged.
        """
        return {name: self._value(self._columns[name], value) for name, value in plan.fields.items()}

    def _value(self, column: Any, value: Any) -> Any:
        if isinstance(column, RefsField):
            return [self._record(text, column) for text in value]
        if isinstance(column, RefField):
            return self._record(value, column) if value else None
        if isinstance(column, models.ForeignKey):
            if not self._parties:
                self._parties = {party.pk: party for party in Party.objects.all()}
            return self._parties.get(value)
        return column.to_python(value)

    def _record(self, text: str, column: Any) -> Record:
        if text not in self._records:
            raise NotFound(field=column.name)
        return self._records[text]


def named(kind: Kind, plan: Plan) -> set[str]:
    """The ids of the records that a plan names."""
    refs = (c.name for c in codec.columns(kind.model) if isinstance(c, RefField | RefsField) and c.name in plan.fields)
    return {text for name in refs for text in _several(plan.fields[name])}


def in_turn(kind: Kind, plans: Sequence[Plan]) -> Iterator[list[Plan]]:
    """Plans of new records in groups, each of which names none of its own: those that it names are written before."""
    group: list[Plan] = []
    made: set[str] = set()
    for plan in plans:
        if made and any(text.rpartition("/")[2] in made for text in named(kind, plan)):
            yield group
            group, made = [], set()
        group.append(plan)
        made.add(plan.uuid)
    if group:
        yield group


def _several(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def uuids(plans: Iterable[Plan]) -> list[UUID]:
    """The ids of the records that plans are about."""
    return [UUID(plan.uuid) for plan in plans]
