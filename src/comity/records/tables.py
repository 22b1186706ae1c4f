"""Making the tables of a kind say what bodies say: on receipt of a copy, and when everything is made anew."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction

from comity.kernel.ids import PartyId, RecordId
from comity.parties.actions import heard_of
from comity.parties.models import Party
from comity.records import codec
from comity.records.fields import RefField
from comity.records.kinds import Kind
from comity.records.models import Record, RecordRow

State = tuple[Record, int, Mapping[str, Any]]
"""A record, the id of its label, and the body of its latest revision."""

_AT_ONCE = 500


def apply(kind: Kind, states: Sequence[State]) -> None:
    """Make the kind's table say what these latest bodies say. In sets, refs and all; bodies fit their kind."""
    model = kind.model
    decoded = [(record, label_id, codec.values(kind, body)) for record, label_id, body in states]
    singles = [column for column in codec.columns(model) if isinstance(column, RefField)]
    names = [*(column.name for column in singles), *codec.several(model)]
    texts = {text for _, _, fields in decoded for name in names for text in _as_list(fields[name])}
    refs = {str(rid): record for rid, record in stubs({RecordId.parse(text) for text in texts}).items()}
    named = [column.attname for column in codec.columns(model) if column.related_model is Party]
    _let_there_be({PartyId(fields[name]) for _, _, fields in decoded for name in named if fields[name]})
    links: dict[str, dict[int, list[int]]] = {name: {} for name in codec.several(model)}
    rows: list[RecordRow] = []
    for record, label_id, fields in decoded:
        for name, per_row in links.items():
            per_row[record.pk] = [refs[text].pk for text in fields.pop(name)]
        for column in singles:
            text = fields.pop(column.name)
            fields[column.attname] = refs[text].pk if text else None
        rows.append(model(record_id=record.pk, label_id=label_id, **fields))
    changing = [f.name for f in model._meta.concrete_fields if not f.primary_key]
    model.objects.system("apply revisions").bulk_create(
        rows, update_conflicts=True, unique_fields=["record"], update_fields=changing, batch_size=_AT_ONCE
    )
    for name, per_row in links.items():
        link(model, name, per_row)


def insert(rows: Sequence[RecordRow]) -> None:
    """Write new rows of one model, of which each has its record. In one statement, which Django would take apart."""
    if not rows:
        return
    fields = type(rows[0])._meta.concrete_fields
    quote = connection.ops.quote_name
    columns, marks = ", ".join(quote(str(f.column)) for f in fields), ", ".join(["%s"] * len(fields))
    values = [[f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(type(rows[0])._meta.db_table)} ({columns}) VALUES ({marks})",  # noqa: S608
            values,
        )


def link(model: type[RecordRow], name: str, per_row: Mapping[int, Iterable[int]]) -> None:
    """Make the link table behind a `RefsField` say just this: row pk → pks of the records it names."""
    table, source = codec.links(model, name)
    table.filter(**{f"{source}__in": list(per_row)}).delete()
    table.bulk_create(
        (table.model(**{source: pk, "record_id": named}) for pk, records in per_row.items() for named in records),
        batch_size=_AT_ONCE,
    )


def stubs(ids: Iterable[RecordId]) -> dict[RecordId, Record]:
    """The record behind each id; one that we do not have becomes a stub that only its owner can fill.

    Its owner may be a party that was never heard of here: whom a partner works with is no reason to lack its records.
    """
    wanted = set(ids)
    _let_there_be({rid.party for rid in wanted})
    table = Record.objects.system("records behind refs")
    found = {rid: record for some in _batches(sorted(wanted)) for rid, record in _known(some)}
    if missing := sorted(wanted - found.keys()):
        try:
            with transaction.atomic():
                made = table.bulk_create([Record(party_id=i.party, uuid=i.uuid) for i in missing])
            found |= dict(zip(missing, made, strict=True))
        except IntegrityError:  # another writer made some of them meanwhile
            table.bulk_create((Record(party_id=i.party, uuid=i.uuid) for i in missing), ignore_conflicts=True)
            found |= {rid: record for some in _batches(missing) for rid, record in _known(some)}
    return found


def _let_there_be(parties: set[PartyId]) -> None:
    if unknown := parties - set(Party.objects.filter(pk__in=parties).values_list("pk", flat=True)):
        heard_of(unknown)


def _known(ids: Sequence[RecordId]) -> Iterable[tuple[RecordId, Record]]:
    wanted = set(ids)
    rows = Record.objects.system("records behind refs").filter(
        party__in={rid.party for rid in ids}, uuid__in=[rid.uuid for rid in ids]
    )
    return ((row.rid, row) for row in rows if row.rid in wanted)


def _batches(ids: Sequence[RecordId]) -> Iterable[Sequence[RecordId]]:
    return (ids[i : i + _AT_ONCE] for i in range(0, len(ids), _AT_ONCE))


def _as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []
