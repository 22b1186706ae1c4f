"""Every domain table can be made anew from revisions; if the two ever differ, the revisions are right."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery

from comity.records import codec, search
from comity.records.kinds import Kind, all_kinds
from comity.records.models import Record, RecordRow, Revision
from comity.records.resolve import body_of
from comity.records.tables import State, apply

_AT_ONCE = 500


def rebuild() -> dict[str, int]:
    """Make heads, the kinds' tables and the search index anew from revisions, in one transaction. Rows per kind."""
    made = {}
    with transaction.atomic(durable=True):
        _repair_heads()
        search.forget_all()
        for kind in all_kinds():
            for name in codec.several(kind.model):
                codec.links(kind.model, name)[0].all().delete()
            kind.model.objects.system("made anew from revisions").delete()
            made[kind.name] = 0
            for states in _latest(kind):
                apply(kind, states)
                search.index({record.pk: (label_id, record.kind, body) for record, label_id, body in states})
                made[kind.name] += len(states)
    return made


def differences() -> Iterator[str]:
    """Where a table says something else than the latest revisions do, one line each; nothing when all is well."""
    for record, (number, log_index, label_id) in _wrong_heads():
        said = f"revision {record.revision} at entry {record.log_index} under label {record.label_id}"
        yield f"{record.rid}: the record stands at {said}, not {number} at {log_index} under {label_id}"
    for kind in all_kinds():
        table = kind.model.objects.system("compare with revisions")
        without = set(table.values_list("pk", flat=True))
        for states in _latest(kind):
            rows: list[RecordRow] = list(table.filter(pk__in=[record.pk for record, _, _ in states]))
            without -= {row.pk for row in rows}
            yield from _compared(kind, states, rows)
            rids = {record.pk: record.rid for record, _, _ in states}
            found = search.differing({record.pk: (label_id, record.kind, body) for record, label_id, body in states})
            yield from (f"{kind.name} {rids[pk]}: the search row is missing or differs" for pk in found)
        for pk in sorted(without):
            yield f"{kind.name}: row {pk} has no revision"


def _compared(kind: Kind, states: Sequence[State], rows: Sequence[RecordRow]) -> Iterator[str]:
    labels = {row.pk: row.label_id for row in rows}
    written: Mapping[int, Mapping[str, Any]] = codec.bodies(rows)
    for record, label_id, body in states:
        if record.pk not in written:
            yield f"{kind.name} {record.rid}: the row is missing"
        elif names := codec.differing(kind.model, written[record.pk], body):
            yield f"{kind.name} {record.rid}: the row differs in {', '.join(names)}"
        elif labels[record.pk] != label_id:
            yield f"{kind.name} {record.rid}: the row has another label"


def _latest(kind: Kind) -> Iterator[list[State]]:
    """The latest (record, label id, body) of every record of the kind, some at a time."""
    records = Record.objects.system("made anew from revisions").filter(
        kind__in=[kind.name, *kind.earlier], revision__gt=0
    )
    last = 0
    while some := list(records.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        last = some[-1].pk
        by_pk = {record.pk: record for record in some}
        newest = Revision.objects.system("the latest of a record").filter(record=OuterRef("record")).order_by("-number")
        found = Revision.objects.system("made anew from revisions").filter(
            record__in=list(by_pk), pk=Subquery(newest.values("pk")[:1])
        )
        yield [(by_pk[r.record_id], r.label_id, body_of(bytes(r.body))) for r in found.order_by("record_id") if r.body]


Head = tuple[int, int, int]
"""The number of a record's latest revision, its entry on the log, and its label."""


def _wrong_heads() -> Iterator[tuple[Record, Head]]:
    """Records that do not stand where their latest revision says; what is written meanwhile is looked at again."""
    last = 0
    while some := list(Record.objects.system("where records stand").filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        last = some[-1].pk
        found = {record.pk for record, head in _heads(some) if head != _stands(record)}
        again = Record.objects.system("where records stand").filter(pk__in=found).order_by("pk") if found else ()
        yield from ((record, head) for record, head in _heads(list(again)) if head != _stands(record))


def _stands(record: Record) -> tuple[int, int | None, int | None]:
    return record.revision, record.log_index, record.label_id


def _heads(records: Sequence[Record]) -> Iterator[tuple[Record, Head]]:
    """Each of these records that has a revision, with what its latest one says."""
    rows = Revision.objects.system("where records stand").filter(record__in=records).order_by("number")
    columns = rows.values_list("record_id", "number", "log_index", "label_id")
    heads = {pk: head for pk, *head in columns}  # the latest comes last
    return ((record, (head[0], head[1], head[2])) for record in records if (head := heads.get(record.pk)))


def _repair_heads() -> None:
    for record, (number, log_index, label_id) in list(_wrong_heads()):
        Record.objects.system("made anew from revisions").filter(pk=record.pk).update(
            revision=number, log_index=log_index, label_id=label_id
        )
