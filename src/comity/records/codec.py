"""Between a row and the body of its revision. One way to write each type of column, for every kind."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.db import models

from comity.kernel.dates import PartialDate
from comity.kernel.decimals import quantity_text
from comity.kernel.ids import RecordId
from comity.records.fields import QuantityField, RefField, RefsField
from comity.records.kinds import Body, Kind
from comity.records.models import Record, RecordRow

_FRAME = {"record", "label", "beyond"}  # columns that are not part of the body


@cache
def columns(model: type[RecordRow]) -> tuple[Any, ...]:
    """The model's columns that make the body, refs to several records among them."""
    meta = model._meta
    return tuple(f for f in (*meta.concrete_fields, *meta.local_many_to_many) if f.name not in _FRAME)


@cache
def several(model: type[RecordRow]) -> tuple[str, ...]:
    """The names of the columns that refer to several records: they live in link tables."""
    return tuple(column.name for column in columns(model) if isinstance(column, RefsField))


def links(model: type[RecordRow], name: str) -> tuple[models.Manager[Any], str]:
    """The rows of the link table behind a `RefsField`, and its column that names the row."""
    column: Any = model._meta.get_field(name)
    return column.remote_field.through._base_manager, f"{model._meta.model_name}_id"  # noqa: SLF001  (documented)


def linked(rows: Sequence[RecordRow]) -> dict[str, dict[int, list[int]]]:
    """Per RefsField: row pk → pks of the records it names, in ascending order. One query a field."""
    found: dict[str, dict[int, list[int]]] = {}
    for name in several(type(rows[0])) if rows else ():
        table, source = links(type(rows[0]), name)
        per_row: dict[int, list[int]] = {row.pk: [] for row in rows}
        pairs = table.filter(**{f"{source}__in": list(per_row)}).order_by("record_id")
        for row_pk, record_pk in pairs.values_list(source, "record_id"):
            per_row[row_pk].append(record_pk)
        found[name] = per_row
    return found


def referenced(rows: Sequence[RecordRow], links_of: Mapping[str, Mapping[int, list[int]]]) -> set[int]:
    """The pks of every record that `rows` name."""
    pks = {pk for per_row in links_of.values() for named in per_row.values() for pk in named}
    for column in columns(type(rows[0])) if rows else ():
        if isinstance(column, RefField):
            pks.update(pk for row in rows if (pk := getattr(row, column.attname)) is not None)
    return pks


def bodies(rows: Sequence[RecordRow]) -> dict[int, dict[str, Any]]:
    """The body of each row (all of one model), by pk, in a bounded number of queries."""
    if not rows:
        return {}
    links_of = linked(rows)
    ids = record_ids(referenced(rows, links_of))
    made = {}
    for row in rows:
        body: dict[str, Any] = dict(row.beyond)
        for column in columns(type(row)):
            if isinstance(column, RefsField):
                value: Any = sorted(str(ids[pk]) for pk in links_of[column.name][row.pk])
            elif isinstance(column, RefField):
                pk = getattr(row, column.attname)
                value = None if pk is None else str(ids[pk])
            else:
                value = plain(getattr(row, column.attname), column)
            if value is not None:
                body[column.name] = value
        made[row.pk] = body
    return made


def record_ids(pks: Iterable[int]) -> dict[int, RecordId]:
    """What the records are called on every node. Ids carry no content, so no subject is asked."""
    rows = Record.objects.system("ids of referenced records, to write them").in_bulk(list(pks))
    return {pk: row.rid for pk, row in rows.items()}


def plain(value: Any, column: Any) -> Any:
    """A column's value as canonical JSON can hold it; None is left out of the body."""
    if value is None:
        return None
    if isinstance(column, QuantityField):
        return quantity_text(value)
    if isinstance(value, PartialDate):
        return value.text
    if isinstance(value, date):
        return value.isoformat()
    return value


def values(kind: Kind, body: Body) -> dict[str, Any]:
    """A body that fits its kind as column values, by attribute: refs still as texts of record ids.

    What this version does not know goes under `beyond`, and comes back with `bodies`.
    """
    known = {column.name: column for column in columns(kind.model)}
    fields: dict[str, Any] = {"beyond": {name: value for name, value in body.items() if name not in known}}
    for name, column in known.items():
        value = body.get(name)
        if isinstance(column, (RefField, RefsField)):
            fields[name] = value or ([] if isinstance(column, RefsField) else None)
        elif value is None:
            fields[column.attname] = column.get_default()
        else:
            fields[column.attname] = column.to_python(value)
    return fields


def differing(model: type[RecordRow], written: Body, stored: Body) -> tuple[str, ...]:
    """The fields in which what a row would write differs from what is stored, in order of name.

    A field that an older version did not know is absent from what is stored, and stands at its default in the row.
    """
    usual = {column.name: _usual(column) for column in columns(model)}
    names = sorted(written.keys() | stored.keys())
    return tuple(n for n in names if written.get(n) != stored.get(n, usual.get(n)))


def _usual(column: Any) -> Any:
    return [] if isinstance(column, RefsField) else plain(column.get_default(), column)
