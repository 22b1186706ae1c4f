"""The unit of work: every write of a record happens inside `act`, and is on the log when it ends.

`act` promises that either everything in it is durable (rows, revisions, search rows, log entries) or nothing is.
What is written is only staged; on leaving, the staged rows are read again, encoded as canonical bytes, and the log's
lock is taken last and for as short as can be.
"""

import contextvars
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from comity.audit.log import Leaf, append
from comity.kernel import failpoints
from comity.kernel.errors import NotYours, StaleRevision, require
from comity.kernel.ids import RecordId, uuid7
from comity.labels.domain import Label
from comity.labels.queries import intern, steady
from comity.labels.subject import Subject
from comity.records import codec
from comity.records.append import Staged, append_revisions
from comity.records.kinds import kind_of
from comity.records.models import Record, RecordRow
from comity.records.schema import check_body
from comity.records.tables import insert, link

R = TypeVar("R", bound=RecordRow)

_together: contextvars.ContextVar[bool] = contextvars.ContextVar("together", default=False)
_current: contextvars.ContextVar["Work | None"] = contextvars.ContextVar("work", default=None)


class Work:
    """What one act has staged so far."""

    def __init__(self, actor: Subject, at: datetime) -> None:
        self.actor = actor
        self.at = at
        self._staged: dict[int, tuple[type[RecordRow], int]] = {}  # record pk → its table, revision that was seen
        self._shown: dict[int, Record] = {}  # what callers hold of the records they created
        self._leaves: list[Leaf] = []

    def create(self, model: type[R], *, label: Label, uuid: UUID | None = None, **fields: Any) -> R:
        """A new record of the actor's party; `uuid` only where the same sending must not make two."""
        return self.create_many(model, [(label, uuid, fields)])[0]

    def create_many(self, model: type[R], several: Sequence[tuple[Label, UUID | None, Mapping[str, Any]]]) -> list[R]:
        """New records of the actor's party, in sets: each with its label, perhaps its uuid, and its fields."""
        kind = kind_of(model).name
        records = Record.objects.system("new records").bulk_create(
            Record(
                party_id=self.actor.party,
                uuid=uuid or uuid7(self.at, secrets.token_bytes(10)),
                kind=kind,
                label_id=intern(label),
            )
            for label, uuid, _ in several
        )
        given = [dict(fields) for _, _, fields in several]
        links = [_take_several(model, fields) for fields in given]
        rows = [model(record=r, label_id=r.label_id, **fields) for r, fields in zip(records, given, strict=True)]
        insert(rows)
        for name in codec.several(model):
            link(model, name, {row.pk: named[name] for row, named in zip(rows, links, strict=True) if name in named})
        for record in records:
            self._staged[record.pk] = (model, 0)
            self._shown[record.pk] = record
        return rows

    @property
    def entries(self) -> int:
        """How many entries the log will have of this act, as far as it is."""
        return len(self._staged) + len(self._leaves)

    def revise(self, row: RecordRow, *, expected_revision: int, label: Label | None = None, **fields: Any) -> None:
        """Change these fields of the record, as `expected_revision` showed it to whoever changes it.

        Raises:
            NotYours: another party owns the record; this node holds a copy.
            StaleRevision: somebody changed it meanwhile (raised at the latest on leaving the act).
        """
        record = Record.objects.system("who owns what is to be changed").get(pk=row.pk)
        require(record.party_id == self.actor.party, NotYours)
        require(record.revision == expected_revision or row.pk in self._staged, StaleRevision)
        model = type(row)
        several = _take_several(model, fields)
        if label is not None:
            fields["label_id"] = intern(label)
            Record.objects.system("its new label").filter(pk=row.pk).update(label_id=fields["label_id"])
        if fields:
            model.objects.system("the fields that change").filter(pk=row.pk).update(**fields)
        for name, pks in several.items():
            link(model, name, {row.pk: pks})
        self._staged.setdefault(row.pk, (model, expected_revision))

    def note(self, event: str, about: RecordId | None = None, **facts: Any) -> None:
        """Put something on the log that is not a revision (a sign-in, an export, a purge)."""
        self._leaves.append(Leaf(event, self.actor.party, self.actor.account, str(about or ""), facts))

    def finish(self) -> None:
        """Encode and log everything staged; called by `act`, still inside its transaction."""
        staged: list[Staged] = []
        for model in dict.fromkeys(model for model, _ in self._staged.values()):
            pks = [pk for pk, (of, _) in self._staged.items() if of is model]
            rows = list(model.objects.system("re-read what is committed").filter(pk__in=pks))
            self._give_records(rows)
            bodies, kind = codec.bodies(rows), kind_of(model)
            for body in bodies.values():
                check_body(kind, body)  # what is logged here must be what any other node can read
            staged += [Staged(row.record, row.label_id, self._staged[row.pk][1], bodies[row.pk]) for row in rows]
        staged.sort(key=lambda one: one.record.pk)  # the order of creation, and one order of locking
        if staged:
            first = append_revisions(staged, actor=self.actor.account, at=self.at)
            for i, one in enumerate(staged):
                if (record := self._shown.get(one.record.pk)) is not None:
                    record.revision, record.log_index = one.seen + 1, first + i
        if self._leaves:
            append(self._leaves, self.at)

    def _give_records(self, rows: Iterable[RecordRow]) -> None:
        """Each row its record: the one that was created here, or the one that is stored."""
        missing = [row.pk for row in rows if row.pk not in self._shown]
        stored = Record.objects.system("what is committed").in_bulk(missing)
        for row in rows:
            row.record = self._shown.get(row.pk) or stored[row.pk]


@contextmanager
def act(actor: Subject, at: datetime) -> Iterator[Work]:
    """The one unit of work. The outermost is durable; one inside another joins it.

    Raises what the actions in it raise; then nothing of it was written.
    """
    if (outer := _current.get()) is not None:
        require(outer.actor == actor, NotYours)
        yield outer
        return
    work = Work(actor, at)
    token = _current.set(work)
    try:
        with transaction.atomic(durable=not _together.get()), steady():
            yield work
            work.finish()
            failpoints.reached(failpoints.BEFORE_COMMIT)
        if not _together.get():
            failpoints.reached(failpoints.AFTER_COMMIT)
    finally:
        _current.reset(token)


@contextmanager
def together() -> Iterator[None]:
    """Acts inside this, of one party after another, are durable together or not at all: how an import goes in."""
    token = _together.set(True)
    try:
        with transaction.atomic(durable=True), steady():
            yield
    finally:
        _together.reset(token)


def _take_several(model: type[RecordRow], fields: dict[str, Any]) -> Mapping[str, Iterable[int]]:
    """Take the refs to several records out of `fields`: they live in link tables."""
    return {name: [record.pk for record in fields.pop(name)] for name in codec.several(model) if name in fields}
