"""Checking the rows of a draft: what each would write, or everything that is wrong with it. Writes no record.

Rows go through in sets of at most 500, held to the rules that a form is held to (`records.checking`). Where rows name
rows of the same file (a ministry's tree in one sheet), those above are checked first, and a row under a bad row is bad.
Stopped in the middle, it starts again from the first row: nothing it wrote counts before the end.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from comity.kernel.errors import DomainError, Refused
from comity.kernel.ids import uuid7
from comity.kernel.text import N_, fold
from comity.labels.domain import may_read
from comity.labels.queries import label_of, steady
from comity.labels.subject import Subject
from comity.records import codec
from comity.records.checking import Checks
from comity.records.entry import AppendOnly, LabelHidesFromAuthor
from comity.records.fields import RefsField
from comity.records.kinds import kind_named
from comity.records.models import Record, RecordRow
from comity.records.rules import Entry
from comity.records.sheets import plans as p
from comity.records.sheets.cells import Named, text_in_languages
from comity.records.sheets.drafts import UNIT, rows_below
from comity.records.sheets.matching import Matching
from comity.records.sheets.models import Sheet, SheetUnit, State
from comity.records.sheets.refs import Names
from comity.records.sheets.refusals import MOST_PROBLEMS
from comity.records.sheets.rows import Row, RowReader, called

Say = Callable[[DomainError], Mapping[str, str]]
"""A refusal in words, per language of the interface."""
Beat = Callable[[int], None]
"""Told how many rows are done, after each set; raises to stop."""

MOST_LEVELS = 60


class UnderABadRow(DomainError):
    """The row that it names is refused itself."""

    message = N_("Row %(row)s, which this one names, cannot be accepted.")


class Circle(DomainError):
    """Rows that stand under each other in a circle, or deeper than any organisation."""

    message = N_(
        "This row and those that it names stand under each other in a circle, or more than %(most)s levels deep."
    )


def problem(number: int, place: int | None, value: str, words: Mapping[str, str]) -> dict[str, Any]:
    """One reason why one row is bad, as a draft keeps it."""
    return {"n": number, "c": place, "v": value[:80], "w": dict(words)}


class Validation:
    """One pass over the rows of a draft."""

    def __init__(self, sheet: Sheet, actor: Subject, at: datetime, *, say: Say, random: Callable[[int], bytes]) -> None:
        self._sheet, self._actor, self._at, self._say, self._random = sheet, actor, at, say, random
        self.kind = kind_named(sheet.kind)
        self._reader = RowReader(self.kind, sheet.columns)
        self._matching = Matching(self.kind, actor, keyed=self._reader.keyed)
        self._checks = Checks(self.kind, actor)
        self._today = timezone.localdate(at)
        self._packing = p.Packing(self.kind)
        self._readable: dict[int | None, bool] = {}
        refs = {name: codes for name, codes in self.kind.refs.items() if name in self._reader.fields}
        self._within = [name for name, codes in refs.items() if self.kind.code in codes]
        self._in_file: dict[str, list[int]] = {}
        self._names = {
            name: Names(codes, actor, self._in_file if name in self._within else {}) for name, codes in refs.items()
        }
        self._taken: dict[int, Record] = {}  # what rows of the file stand for, where rows may name rows
        self._bad: set[int] = set()
        self._counts = {p.NEW: 0, "changed": 0, "unchanged": 0, "bad": 0}
        self._problems: list[dict[str, Any]] = []
        self._ready: list[p.Plan] = []
        self._units = self._done = 0

    def run(self, beat: Beat) -> None:
        """Check every row, and leave what they would write and what is wrong in the draft."""
        SheetUnit.objects.filter(sheet=self._sheet).delete()
        rows = (self._reader.read(number, cells) for number, cells in rows_below(self._sheet))
        for some in self._levels(rows) if self._within else _sets(rows):
            with steady():  # labels are looked up once a set
                self._check_set(some)
            self._done += len(some)
            beat(self._done)
            if self._counts["bad"] > MOST_PROBLEMS:
                self._counts["stopped"] = 1
                break
        self._flush(all_of_them=True)
        with transaction.atomic():
            if "stopped" in self._counts:
                SheetUnit.objects.filter(sheet=self._sheet).delete()
            self._problems.sort(key=lambda one: one["n"])
            Sheet.objects.filter(pk=self._sheet.pk).update(
                state=State.CHECKED, counts=self._counts, problems=self._problems, done=0, holder="", beat=None
            )

    def _levels(self, rows: Iterable[Row]) -> Iterator[list[Row]]:
        """Sets of rows such that each row comes after those of the file that it names."""
        waiting = {row.number: row for row in rows}
        for row in waiting.values():
            for name in {*called(self.kind, row), *({fold(row.key)} if row.key else ())}:
                self._in_file.setdefault(name, []).append(row.number)
        above = {row.number: set(self._named_rows(row)) for row in waiting.values()}
        for _ in range(MOST_LEVELS):
            level = [n for n in waiting if not above[n] & waiting.keys()]
            yield from _sets(waiting[n] for n in level)
            for n in level:
                del waiting[n]
            if not waiting:
                return
        for row in waiting.values():
            row.wrong.append(Circle(field=self._within[0], most=MOST_LEVELS))
        yield from _sets(iter(waiting.values()))

    def _named_rows(self, row: Row) -> Iterator[int]:
        for name in self._within:
            named = row.values.get(name)
            for text in named.texts if isinstance(named, Named) else ():
                yield from self._in_file.get(fold(text), ())

    def _check_set(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._resolve(row)
        known = self._matching.match([row for row in rows if not row.wrong])
        standing = self._standing([pk for pk in known.values() if pk is not None])
        linked = codec.linked(list(standing.values()))
        entries: list[tuple[Row, Entry]] = []
        for row in rows:
            if row.wrong:
                self._refuse(row)
                continue
            current = standing.get(known[row.number] or 0)
            fields = self._fields(row, current, linked)
            if current is not None:
                self._taken_as(row, current.record)
                if not fields or not (self._reader.keyed or self.kind.natural):
                    self._same(row, current)
                    continue
            try:
                entries.append((row, Entry(self.kind.complete(fields), self._actor, self._today, current)))
            except DomainError as refusal:
                row.wrong.append(refusal)
                self._refuse(row)
        self._checks.load([entry for _, entry in entries])
        for row, entry in entries:
            try:
                self._check_one(row, entry)
            except DomainError as refusal:
                row.wrong += refusal.errors if isinstance(refusal, Refused) else (refusal,)
                self._refuse(row)
        self._flush()

    def _resolve(self, row: Row) -> None:
        """Records in place of what the cells call them."""
        refused = {refusal.field for refusal in row.wrong}
        for name, named in row.values.items():
            if not isinstance(named, Named) or name in refused:
                continue
            try:
                records = [self._record(name, text) for text in named.texts]
                row.values[name] = records if named.several else records[0]
            except DomainError as refusal:
                refusal.field = name
                row.wrong.append(refusal)

    def _record(self, name: str, text: str) -> Record:
        found = self._names[name].find(text, taken=self._taken)
        if isinstance(found, Record):
            return found
        if found in self._bad or found not in self._taken:
            raise UnderABadRow(row=found)
        return self._taken[found]

    def _standing(self, pks: Sequence[int]) -> dict[int, RecordRow]:
        table = self.kind.model.objects.visible_to(self._actor).select_related("record")
        return {row.pk: row for row in table.filter(pk__in=pks)}

    def _fields(
        self, row: Row, current: RecordRow | None, linked: Mapping[str, Mapping[int, list[int]]]
    ) -> dict[str, Any]:
        """The column values that a row gives; of a record that stands already, only those that differ."""
        fields = dict(row.values)
        for name, texts in row.texts.items():
            before = getattr(current, name) if current is not None else None
            fields[name] = text_in_languages(texts, self._reader.languages(name), before)
        if current is None:
            return fields
        return {name: value for name, value in fields.items() if self._differs(name, value, current, linked)}

    def _differs(
        self, name: str, value: Any, current: RecordRow, linked: Mapping[str, Mapping[int, list[int]]]
    ) -> bool:
        column: Any = self.kind.model._meta.get_field(name)
        if isinstance(column, RefsField):
            return {record.pk for record in value} != set(linked[name][current.pk])
        before = getattr(current, column.attname)
        return bool((value.pk if column.is_relation else value) != before)

    def _check_one(self, row: Row, entry: Entry) -> None:
        if entry.row is not None and self.kind.append_only:
            raise AppendOnly
        self._checks.check(entry)
        if entry.row is None:
            above = entry.get(self.kind.label_from) if self.kind.label_from else None
            label_id = above.label_id if above is not None else self._sheet.label_id
            if not self._may_read(label_id):
                raise LabelHidesFromAuthor(field="label")
            self._checks.admit(entry)
            self._plan_new(row, entry, label_id)
        else:
            record = entry.row.record
            self._plan(row, p.CHANGED, record.uuid, record.revision, entry.fields)
            self._counts["changed"] += 1

    def _may_read(self, label_id: int | None) -> bool:
        if label_id not in self._readable:
            self._readable[label_id] = label_id is not None and may_read(self._actor, label_of(label_id))
        return self._readable[label_id]

    def _plan_new(self, row: Row, entry: Entry, label_id: int | None) -> None:
        uuid = uuid7(self._at, self._random(10))
        if self._within:
            record = Record(party_id=self._actor.party, uuid=uuid, kind=self.kind.name, label_id=label_id)
            self._taken[row.number] = record
        self._plan(row, p.NEW, uuid, 0, entry.fields)
        self._counts[p.NEW] += 1

    def _same(self, row: Row, current: RecordRow) -> None:
        self._counts["unchanged"] += 1
        if self._reader.keyed:
            self._plan(row, p.KNOWN, current.record.uuid, 0, {})

    def _plan(self, row: Row, what: str, uuid: UUID, revision: int, fields: Mapping[str, Any]) -> None:
        handle = self._matching.handle_of(row)
        said = self._packing.fields(fields)
        self._ready.append(p.Plan(row.number, what, str(uuid), revision, handle, said))

    def _taken_as(self, row: Row, record: Record) -> None:
        if self._within:
            self._taken[row.number] = record

    def _refuse(self, row: Row) -> None:
        self._counts["bad"] += 1
        if self._within:
            self._bad.add(row.number)
        for refusal in row.wrong:
            place = self._reader.place_of(refusal.field)
            value = row.cells[place] if place is not None and place < len(row.cells) else ""
            self._problems.append(problem(row.number, place, value, self._say(refusal)))

    def _flush(self, *, all_of_them: bool = False) -> None:
        while len(self._ready) >= UNIT or (all_of_them and self._ready):
            unit, self._ready = self._ready[:UNIT], self._ready[UNIT:]
            self._units += 1
            SheetUnit.objects.create(sheet=self._sheet, number=self._units, plans=p.packed(unit))


def _sets(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while some := list(islice(rows, UNIT)):
        yield some
