"""What is asked of every entry: required fields, codes, refs, then the rules of its kind. The same for one and many.

`Checks` reads what it needs to know for a whole set of entries at once, so that a hundred thousand rows of a sheet and
one form are held to one set of rules.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from comity.kernel.errors import DomainError, NotFound, Refused
from comity.kernel.text import N_
from comity.labels.subject import Subject
from comity.records import codec
from comity.records.fields import MultilingualField
from comity.records.kinds import Kind
from comity.records.models import Record, RecordRow
from comity.records.rules import Batch, Entry


class FieldMissing(DomainError):
    """A field that the kind cannot do without is empty."""

    message = N_("Fill this in.")


class WrongKind(DomainError):
    """A ref names a record of a kind that has no place there."""

    message = N_("This cannot refer to a record of that kind.")


class NotAChoice(DomainError):
    """A code that the field does not know."""

    message = N_("“%(code)s” is not one of the choices here.")


def check(kind: Kind, entry: Entry) -> None:
    """Return if the entry may be written, or raise what refuses it: everything that is known at once.

    Raises:
        Refused: required fields, codes and refs.
        Other DomainErrors: the kind's own rules.
    """
    _Basics(kind, [entry]).check(entry)
    kind.check(entry)


def check_basics(kind: Kind, entry: Entry) -> None:
    """The same without the kind's own rules: for what another party will enter, who answers to them."""
    _Basics(kind, [entry]).check(entry)


class Checks:
    """`check` for many entries of one kind by one actor; those that were admitted count for those that follow."""

    def __init__(self, kind: Kind, actor: Subject) -> None:
        self.kind, self._actor = kind, actor
        self._choices = _codes(kind)
        self._basics = _Basics(kind, (), self._choices)
        self._batch: Batch | None = kind.batch(actor) if kind.batch else None

    def load(self, entries: Sequence[Entry]) -> None:
        """Read what is to be known about these entries."""
        self._basics = _Basics(self.kind, entries, self._choices)
        if self._batch is not None:
            self._batch.load(entries)

    def check(self, entry: Entry) -> None:
        """Raise what refuses a loaded entry, if anything does."""
        self._basics.check(entry)
        (self._batch.check if self._batch is not None else self.kind.check)(entry)

    def admit(self, entry: Entry) -> None:
        """Take a new entry that was checked for written."""
        if self._batch is not None:
            self._batch.admit(entry)

    def forget(self) -> None:
        """Somebody else has written meanwhile: read again what is known."""
        self._batch = self.kind.batch(self._actor) if self.kind.batch else None


def _codes(kind: Kind) -> dict[str, frozenset[str]]:
    return {name: frozenset(str(code) for code, _words in choices()) for name, choices in kind.choices.items()}


class _Basics:
    """Required fields, codes and refs of some entries; one query for all their refs."""

    def __init__(
        self, kind: Kind, entries: Sequence[Entry], choices: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        self._kind = kind
        self._required = [
            (name, isinstance(kind.model._meta.get_field(name), MultilingualField))
            for name in kind.fields
            if name in kind.required
        ]
        self._choices = _codes(kind) if choices is None else choices
        self._seen = self._visible(entries)

    def _visible(self, entries: Sequence[Entry]) -> dict[int, str]:
        """Kinds of the named records that their author may see (a stub is nothing to see yet)."""
        named = {
            record.pk
            for entry in entries
            for name in self._kind.refs
            for record in _as_records(entry.fields.get(name))
            if _is_entered(record)
        }
        if not named:
            return {}
        found = Record.objects.visible_to(entries[0].actor).filter(pk__in=named, purged=False)
        return dict(found.values_list("pk", "kind"))

    def check(self, entry: Entry) -> None:
        """Raise everything that is wrong at once."""
        problems: list[DomainError] = [
            FieldMissing(field=name) for name, is_text in self._required if _is_empty(entry.get(name), is_text)
        ]
        problems += self._wrong_choices(entry)
        problems += self._wrong_refs(entry)
        if problems:
            raise Refused(problems)

    def _wrong_choices(self, entry: Entry) -> Iterator[DomainError]:
        """A code is one of its field's, also where no form has offered it."""
        for name, known in self._choices.items():
            value = entry.fields.get(name) or ()
            for one in value if isinstance(value, (list, tuple)) else [value]:
                if str(one) not in known:
                    yield NotAChoice(field=name, code=str(one)[:80])

    def _wrong_refs(self, entry: Entry) -> Iterator[DomainError]:
        """A ref names what its author can see, of a kind that belongs there.

        What the record names already may stay: whoever edits it need not be shown all of it, and must not cut it off.
        A record without a key is one that the same author is about to enter.
        """
        named = {name: _as_records(entry.fields[name]) for name in self._kind.refs if name in entry.fields}
        kept: dict[str, set[int]] | None = None
        for name, records in named.items():
            fitting = self._kind.refs[name]
            for record in records:
                kind = self._seen.get(record.pk) if _is_entered(record) else record.kind
                if kind is None:
                    if entry.row is not None and kept is None:
                        kept = _named_now(named, entry.row)
                    if kept is None or record.pk not in kept.get(name, ()):
                        yield NotFound(field=name)
                elif fitting and kind.partition("/")[0] not in fitting:
                    yield WrongKind(field=name)


def _is_empty(value: Any, is_text: bool) -> bool:
    if is_text and value:
        return not str(value["text"].get(value["original"], "")).strip()
    return value is None or value in ("", [], ())


def _named_now(names: Iterable[str], row: RecordRow) -> dict[str, set[int]]:
    """The pks that each ref of a row names."""
    several = codec.linked([row])
    return {n: set(several[n][row.pk]) if n in several else {getattr(row, f"{n}_id")} for n in names}


def _is_entered(record: Record) -> bool:
    """Whether it stands in its table; one that does not is about to be entered by the same author."""
    return bool(record.pk)


def _as_records(value: Any) -> Iterable[Record]:
    return value if isinstance(value, (list, tuple)) else [value] if value else ()
