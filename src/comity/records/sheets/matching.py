"""Which row is which record: by the key that the file gives, else by the kind's natural fields, else by all it says.

So the same file twice changes nothing, a changed row changes its record, and only what is new is entered.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from comity.kernel.errors import DomainError
from comity.kernel.text import N_, fold
from comity.labels.subject import Subject
from comity.records import codec
from comity.records.checking import FieldMissing
from comity.records.fields import MultilingualField, RefField
from comity.records.kinds import Kind
from comity.records.models import Handle, Record
from comity.records.sheets.keys import directory, key_of
from comity.records.sheets.rows import Row
from comity.records.sheets.targets import KEY

Token = tuple[Any, ...]


class SameAsRow(DomainError):
    """Two rows of the file for one record."""

    message = N_("This is the same as row %(row)s. Leave one of them out, or give each row a key.")


class SameAsSeveral(DomainError):
    """A row that could be any of several records."""

    message = N_("%(count)s records match this row. Give each row a key, so that it is clear which is meant.")


class Matching:
    """Recognises rows of one file; what rows are called must be unique in it."""

    def __init__(self, kind: Kind, actor: Subject, *, keyed: bool) -> None:
        self.kind, self._actor, self._keyed = kind, actor, keyed
        self._directory = directory(kind.code, actor.party)
        self._columns: list[Any] = [kind.model._meta.get_field(name) for name in kind.natural]
        self._scope = next((c for c in self._columns if isinstance(c, RefField)), None)
        self._loaded: set[int | None] = set()
        self._known: dict[Token, set[int]] = defaultdict(set)
        self._rows: dict[Token | str, int] = {}

    def match(self, rows: Sequence[Row]) -> dict[int, int | None]:
        """Row number → pk of the record that it is, None for a new one; what is doubtful is put on its row."""
        by_handle = self._by_handle(rows)
        if self.kind.natural:
            self._load(rows)
        found: dict[int, int | None] = {}
        for row in rows:
            try:
                found[row.number] = self._one(row, by_handle)
            except DomainError as refusal:
                row.wrong.append(refusal)
        return found

    def handle_of(self, row: Row) -> str:
        """What the record is remembered by, once the row is applied; "" where its natural fields will do."""
        if self._keyed:
            return key_of(row.key)
        return "" if self.kind.natural else _said(row)

    def remember(self, handles: Iterable[tuple[str, Record]]) -> None:
        """Keep what each handle stands for."""
        Handle.objects.bulk_create(
            [Handle(directory=self._directory, key=key, record=record, digest="") for key, record in handles],
            update_conflicts=True,
            unique_fields=["directory", "key"],
            update_fields=["record"],
        )

    def _one(self, row: Row, by_handle: Mapping[str, int]) -> int | None:
        if self._keyed and not row.key:
            raise FieldMissing(field=KEY)
        handle = self.handle_of(row)
        tokens = self._tokens_of(row) if self.kind.natural else []
        names: list[Token | str] = [handle] if handle else list(tokens)
        for name in names:
            if (before := self._rows.setdefault(name, row.number)) != row.number:
                raise SameAsRow(row=before)
        if handle in by_handle:
            return by_handle[handle]
        known = set[int]().union(*(self._known.get(token, ()) for token in tokens))
        if handle and known:  # a record that another key stands for is another one
            known -= set(
                Handle.objects.filter(directory=self._directory, record__in=known).values_list("record_id", flat=True)
            )
        if len(known) > 1 and not self.kind.append_only:
            raise SameAsSeveral(count=len(known))
        return max(known, default=None)  # of corrections of one figure, the last

    def _by_handle(self, rows: Sequence[Row]) -> dict[str, int]:
        wanted = {handle for row in rows if (handle := self.handle_of(row))}
        if not wanted:
            return {}
        handles = Handle.objects.filter(directory=self._directory, key__in=wanted)
        pks = dict(handles.values_list("key", "record_id"))
        visible = Record.objects.visible_to(self._actor).filter(pk__in=pks.values())
        shown = set(visible.values_list("pk", flat=True))
        return {key: pk for key, pk in pks.items() if pk in shown}

    def _load(self, rows: Sequence[Row]) -> None:
        """Read what the party's own records are called, as far as these rows need it."""
        table = self.kind.model.objects.visible_to(self._actor)
        table = table.filter(record__party_id=self._actor.party, record__purged=False)
        if self._scope is None:
            if self._loaded:
                return
            self._loaded.add(None)
        else:
            above = {_pk(row.values.get(self._scope.name)) for row in rows} - self._loaded
            self._loaded |= above
            pks = [pk for pk in above if pk is not None]
            inside = table.filter(**{f"{self._scope.name}__in": pks}) if pks else table.none()
            table = inside | table.filter(**{f"{self._scope.name}__isnull": True}) if None in above else inside
        for pk, *values in table.values_list("pk", *(column.attname for column in self._columns)):
            for token in _tokens(zip(self._columns, values, strict=True)):
                self._known[token].add(pk)

    def _tokens_of(self, row: Row) -> list[Token]:
        return _tokens((column, _said_of(row, column)) for column in self._columns)


def _said_of(row: Row, column: Any) -> Any:
    if isinstance(column, MultilingualField):
        return {"text": row.texts.get(column.name, {})}
    value = row.values.get(column.name)
    if isinstance(value, Record):  # one that is yet to be entered is called by its uuid
        return value.pk or str(value.uuid)
    return column.get_default() if value is None and not column.null else value


def _tokens(pairs: Iterable[tuple[Any, Any]]) -> list[Token]:
    """What one record is called: a token for each version of its text, of which there is one at most."""
    said: list[Any] = []
    versions: list[tuple[int, str]] = []  # where in a token a text stands, and a version of it
    for column, value in pairs:
        if isinstance(column, MultilingualField):
            texts = value["text"].items() if value else ()
            versions = [(len(said), f"{code}:{fold(text)}") for code, text in texts if text]
            if not versions:
                return []
            said.append("")
        else:
            said.append(value if isinstance(column, RefField) else codec.plain(value, column))
    return [(*said[:at], version, *said[at + 1 :]) for at, version in versions] or [tuple(said)]


def _pk(value: Any) -> int | None:
    return value.pk if isinstance(value, Record) else None


def _said(row: Row) -> str:
    """Everything that a row says, as a handle."""
    values = {name: _plain(value) for name, value in row.values.items()}
    return key_of(json.dumps([values, row.texts], sort_keys=True, ensure_ascii=False, default=str))


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return str(value.rid)
    return [_plain(one) for one in value] if isinstance(value, list) else value
