"""Making the tables of a kind say what bodies say: on receipt of a copy, and when everything is made anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection

from comity.kernel.ids import PartyId, RecordId
from comity.parties.actions import heard_of
from comity.parties.models import Party
from comity.records import codec
from comity.records.fields import RefField
from comity.records.kinds import Kind
from comity.records.models import Record, RecordRow


@dataclass(frozen=True, slots=True)
class Known:
    """A record as it stands here, read without its model: taking in a frame asks for hundreds. `kind` "" is a stub."""

    pk: int
    rid: RecordId
    kind: str
    revision: int
    purged: bool
    withheld: bool


State = tuple[Record | Known, int, Mapping[str, Any]]
"""A record, the id of its label, and the body of its latest revision."""

_AT_ONCE = 500


def apply(kind: Kind, states: Sequence[State]) -> None:
    """Make the kind's table say what these latest bodies say. In sets, refs and all; bodies fit their kind."""
    model = kind.model
    decoded = [(record.pk, label_id, codec.values(kind, body)) for record, label_id, body in states]
    singles = [column for column in codec.columns(model) if isinstance(column, RefField)]
    names = [*(column.name for column in singles), *codec.several(model)]
    texts = {text for _, _, fields in decoded for name in names for text in _as_list(fields[name])}
    refs = {str(rid): record.pk for rid, record in known({RecordId.parse(text) for text in texts}).items()}
    named = [column.attname for column in codec.columns(model) if column.related_model is Party]
    _let_there_be({PartyId(fields[name]) for _, _, fields in decoded for name in named if fields[name]})
    links: dict[str, dict[int, list[int]]] = {name: {} for name in codec.several(model)}
    for pk, label_id, fields in decoded:
        for name, per_row in links.items():
            per_row[pk] = [refs[text] for text in fields.pop(name)]
        for column in singles:
            text = fields.pop(column.name)
            fields[column.attname] = refs[text] if text else None
        fields["record_id"], fields["label_id"] = pk, label_id
    _write(model, [fields for _, _, fields in decoded], replacing=True)
    for name, per_row in links.items():
        link(model, name, per_row)


def insert(rows: Sequence[RecordRow]) -> None:
    """Write new rows of one model, of which each has its record."""
    if rows:
        names = [f.attname for f in type(rows[0])._meta.concrete_fields]
        _write(type(rows[0]), [{name: getattr(row, name) for name in names} for row in rows], replacing=False)


def _write(model: type[RecordRow], rows: Sequence[Mapping[str, Any]], *, replacing: bool) -> None:
    """Rows of one model, each a value per attribute, in one statement, which Django would take apart."""
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns, marks = ", ".join(quote(str(f.column)) for f in fields), ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608  (the model's own names)
    if replacing:
        others = [quote(str(f.column)) for f in fields if not f.primary_key]
        key = quote(str(model._meta.pk.column))
        sql += f" ON CONFLICT ({key}) DO UPDATE SET {', '.join(f'{name} = EXCLUDED.{name}' for name in others)}"
    stored = [(f.attname, f.get_db_prep_save) for f in fields]
    with connection.cursor() as cursor:
        cursor.executemany(sql, [[prepared(row[name], connection) for name, prepared in stored] for row in rows])


def link(model: type[RecordRow], name: str, per_row: Mapping[int, Iterable[int]]) -> None:
    """Make the link table behind a `RefsField` say just this: row pk → pks of the records it names."""
    table, source = codec.links(model, name)
    table.filter(**{f"{source}__in": list(per_row)}).delete()
    table.bulk_create(
        (table.model(**{source: pk, "record_id": named}) for pk, records in per_row.items() for named in records),
        batch_size=_AT_ONCE,
    )


def known(ids: Iterable[RecordId]) -> dict[RecordId, Known]:
    """The record behind each id; one that we do not have becomes a stub that only its owner can fill.

    Its owner may be a party that was never heard of here: whom a partner works with is no reason to lack its records.
    """
    wanted = sorted(set(ids))
    _let_there_be({rid.party for rid in wanted})
    found = _found(wanted)
    if missing := [rid for rid in wanted if rid not in found]:
        with connection.cursor() as cursor:  # of which another writer may make some meanwhile
            cursor.executemany(
                "INSERT INTO records_record (party_id, uuid, kind, revision, purged, withheld)"
                " VALUES (%s, %s, '', 0, %s, %s) ON CONFLICT (party_id, uuid) DO NOTHING",
                [(rid.party, _stored(rid.uuid), False, False) for rid in missing],
            )
        found |= _found(missing)
    return found


def stubs(ids: Iterable[RecordId]) -> dict[RecordId, Record]:
    """As `known`, for whoever needs the models."""
    by_pk = {record.pk: rid for rid, record in known(ids).items()}
    return {by_pk[pk]: row for pk, row in Record.objects.system("records behind refs").in_bulk(list(by_pk)).items()}


def _let_there_be(parties: set[PartyId]) -> None:
    if parties and (unknown := parties - set(Party.objects.filter(pk__in=parties).values_list("pk", flat=True))):
        heard_of(unknown)


def _found(ids: Sequence[RecordId]) -> dict[RecordId, Known]:
    """Those of the ids, in their order, of which there is a record."""
    found: dict[RecordId, Known] = {}
    with connection.cursor() as cursor:
        for party, several in groupby(ids, key=attrgetter("party")):
            while some := list(islice(several, _AT_ONCE)):
                by_uuid = {_stored(rid.uuid): rid for rid in some}
                marks = ", ".join(["%s"] * len(by_uuid))
                cursor.execute(
                    "SELECT uuid, id, kind, revision, purged, withheld FROM records_record"  # noqa: S608  (only marks)
                    f" WHERE party_id = %s AND uuid IN ({marks})",
                    [party, *by_uuid],
                )
                for uuid, pk, kind, revision, purged, withheld in cursor.fetchall():
                    rid = by_uuid[uuid]
                    found[rid] = Known(pk, rid, kind, revision, bool(purged), bool(withheld))
    return found


def _stored(uuid: UUID) -> UUID | str:
    """A UUID as the database gives it back: PostgreSQL has a type for it."""
    return uuid if connection.features.has_native_uuid_field else uuid.hex


def _as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []
