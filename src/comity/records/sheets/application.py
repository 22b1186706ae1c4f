"""Applying a checked draft: units of at most 500 rows, each one act, each with its mark in the same transaction.

So whatever stops it (a kill, a power cut) leaves whole units, and going on continues after the last of them. A row that
the rules refuse now, because something changed since the preview, is left out and named.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from comity.audit.log import head
from comity.kernel.errors import DomainError, NotFound, Refused
from comity.labels.domain import Label
from comity.labels.queries import label_of
from comity.labels.scale import PARTNERSHIP, Classification
from comity.labels.subject import Subject
from comity.records.checking import Checks
from comity.records.entry import EnteredAlready, New, amend, enter_many
from comity.records.kinds import kind_named
from comity.records.models import Record
from comity.records.sheets import plans as p
from comity.records.sheets.drafts import finish
from comity.records.sheets.matching import Matching
from comity.records.sheets.models import Sheet, SheetUnit
from comity.records.sheets.rows import RowReader
from comity.records.sheets.validation import Beat, Say, problem
from comity.records.work import act


class Application:
    """Writes the units of one draft, one after the other."""

    def __init__(self, sheet: Sheet, actor: Subject, *, say: Say) -> None:
        self._sheet, self._actor, self._say = sheet, actor, say
        self.kind = kind_named(sheet.kind)
        self._reader = RowReader(self.kind, sheet.columns)
        self._matching = Matching(self.kind, actor, keyed=self._reader.keyed)
        self._checks = Checks(self.kind, actor)
        self._as_of = -1  # where the log ended after our last unit: if it still does, what we know is still true

    def run(self, beat: Beat, now: Any) -> None:
        """Apply every unit that is not applied yet, then delete the draft's content."""
        waiting = SheetUnit.objects.filter(sheet=self._sheet, applied=False).order_by("number")
        for pk in list(waiting.values_list("pk", flat=True)):
            beat(self._unit(pk, now()))
        finish(self._sheet)

    def _unit(self, pk: int, at: datetime) -> int:
        """Apply one unit; how many rows the draft has applied with it."""
        with act(self._actor, at) as work:
            unit = SheetUnit.objects.select_for_update().filter(pk=pk, applied=False).first()
            sheet = Sheet.objects.get(pk=self._sheet.pk)
            if unit is None:  # somebody else was faster
                return sheet.done
            plans = p.unpacked(bytes(unit.plans))
            before = head().size
            if before != self._as_of:
                self._checks.forget()
            refused = self._enter([one for one in plans if one.what == p.NEW], at)
            refused |= self._amend([one for one in plans if one.what == p.CHANGED], at)
            self._remember([one for one in plans if one.handle and one.row not in refused])
            self._as_of = before + work.entries
            SheetUnit.objects.filter(pk=pk).update(applied=True, plans=b"[]")
            sheet.done += len(plans)
            sheet.counts["refused"] = sheet.counts.get("refused", 0) + len(refused)
            sheet.problems += [
                problem(row, *self._said(error)) for row, error in sorted(refused.items(), key=lambda one: one[0])
            ]
            sheet.save(update_fields=["done", "counts", "problems"])
        return sheet.done

    def _said(self, error: DomainError) -> tuple[int | None, str, Any]:
        first = error.errors[0] if isinstance(error, Refused) and error.errors else error
        return self._reader.place_of(first.field), "", self._say(error)

    def _enter(self, plans: Sequence[p.Plan], at: datetime) -> dict[int, DomainError]:
        label, refused = self._label(), dict[int, DomainError]()
        for group in p.in_turn(self.kind, plans):
            unpacking = p.Unpacking(self.kind, group)
            new: list[tuple[int, New]] = []
            for one in group:
                try:
                    new.append((one.row, New(unpacking.fields(one), label, UUID(one.uuid))))
                except NotFound as refusal:
                    refused[one.row] = refusal
            answers = enter_many(self.kind, [one for _, one in new], actor=self._actor, at=at, checks=self._checks)
            for (row, _), answer in zip(new, answers, strict=True):
                if isinstance(answer, DomainError) and not isinstance(answer, EnteredAlready):
                    refused[row] = answer
        return refused

    def _label(self) -> Label:
        """The marking that was chosen; where the kind carries another record's, nobody asks for this one."""
        if self._sheet.label_id is not None:
            return label_of(self._sheet.label_id)
        return Label(PARTNERSHIP, Classification.UNCLASSIFIED, frozenset({self._actor.party}))

    def _amend(self, plans: Sequence[p.Plan], at: datetime) -> dict[int, DomainError]:
        unpacking = p.Unpacking(self.kind, plans)
        records = self._records(plans)
        table = self.kind.model.objects.system("rows that a plan is about; amending asks what its author may see")
        pks = [record.pk for record in records.values()]
        rows = {row.pk: row for row in table.select_related("record").filter(pk__in=pks)}
        refused: dict[int, DomainError] = {}
        for one in plans:
            record = records.get(one.uuid)
            row = rows.get(record.pk) if record is not None else None
            try:
                if row is None:
                    raise NotFound
                amend(
                    self.kind,
                    row,
                    expected_revision=one.revision,
                    fields=unpacking.fields(one),
                    actor=self._actor,
                    at=at,
                )
            except DomainError as refusal:
                refused[one.row] = refusal
        return refused

    def _remember(self, plans: Sequence[p.Plan]) -> None:
        records = self._records(plans)
        self._matching.remember((one.handle, records[one.uuid]) for one in plans if one.uuid in records)

    def _records(self, plans: Sequence[p.Plan]) -> dict[str, Record]:
        if not plans:
            return {}
        table = Record.objects.system("records that a plan is about; amending asks what its author may see")
        found = table.filter(party_id=self._actor.party, uuid__in=p.uuids(plans), purged=False)
        return {str(record.uuid): record for record in found}
