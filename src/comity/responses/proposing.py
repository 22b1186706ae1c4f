"""A proposal for another party's record: what it changes, checked, told as differences, and filled into a form.

What is proposed travels as the record's own fields hold it. A proposal that came from elsewhere may hold anything; what
the kind has no place for is left out of forms and shown as it came.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from comity.kernel.errors import DomainError, NotFound, Refused, RoleMissing, require
from comity.kernel.ids import BadId, RecordId
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records import codec
from comity.records.checking import FieldMissing, check_basics
from comity.records.fields import RefField, RefsField
from comity.records.history import field_words
from comity.records.kinds import Kind, kind_named
from comity.records.models import Record
from comity.records.rules import Entry
from comity.records.schema import fits
from comity.responses import domain
from comity.responses.wording import said_in
from comity.shell.differences import text_changes
from comity.shell.values import Shown

Change = tuple[str, Any]
"""A field and the value that is proposed for it, as a body holds it; None for none."""


def may_change(kind: Kind) -> bool:
    """Whether others may propose changes to records of this kind: to what is edited, and is nobody's own word or name.

    A name stands in records of persons alone, so no proposal may repeat it.
    """
    return not (kind.append_only or kind.responds or kind.names_people)


def proposable(kind: Kind) -> tuple[str, ...]:
    """The fields that may be proposed; a file cannot."""
    return tuple(name for name in kind.fields if name not in kind.named_files | kind.unasked)


def changes_in(stored: Any) -> tuple[Change, ...]:
    """The changes that a stored list says, each field once."""
    rows = stored if isinstance(stored, list) else []
    named = {row["field"]: row.get("value") for row in rows if isinstance(row, Mapping) and _is_name(row.get("field"))}
    return tuple(named.items())


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 80


def changes_to(kind: Kind, body: Mapping[str, Any], typed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was typed, where it differs from `body`, as a proposal stores it."""
    columns = {column.name: column for column in codec.columns(kind.model)}
    found = []
    for name in proposable(kind):
        if name not in typed:
            continue
        value = _written(columns[name], typed[name])
        if said_in({name: value}, [name]) != said_in(body, [name]):
            found.append({"field": name} if value in (None, "", []) else {"field": name, "value": value})
    return found


def _written(column: Any, value: Any) -> Any:
    if isinstance(column, RefsField):
        return sorted(str(record.rid) for record in value or ())
    if isinstance(value, Record):
        return str(value.rid)
    if isinstance(value, Party):
        return value.pk
    return codec.plain(value, column)


def check_proposal(entry: Entry) -> None:
    """Another party's record, a kind and fields that can be changed, values that can stand there."""
    require(entry.get("state") != "", FieldMissing(field="state"))
    about: Record = entry.get("about")
    require(about.party_id != entry.actor.party, domain.OwnToEdit(field="about"))
    kind = kind_named(about.kind)
    require(may_change(kind), domain.NoProposals(field="about"))
    require(entry.actor.roles & kind.roles, RoleMissing)
    if entry.row is not None:
        same = entry.get("about") == entry.row.about and entry.get("changes") == entry.row.changes
        require(same, domain.ProposalStands)
        return
    changes = changes_in(entry.get("changes"))
    require(changes, domain.NothingProposed)
    check_changes(kind, about, changes, entry)


def check_changes(kind: Kind, about: Record, changes: Iterable[Change], entry: Entry) -> None:
    """Each field is one of the kind's and can hold its value; what the values name, the author may see."""
    columns = {column.name: column for column in codec.columns(kind.model)}
    known = set(proposable(kind))
    wrong = [
        domain.NoSuchField(name=name)
        for name, value in changes
        if name not in known or not (value is None or fits(columns[name], value))
    ]
    if wrong:
        raise Refused(wrong)
    row = kind.model.objects.system("its author may see it: so the basics of this entry found").get(pk=about.pk)
    fields = {name: _as_column(columns[name], value, entry.actor) for name, value in changes}
    check_basics(kind, Entry(fields, entry.actor, entry.today, row))


def _as_column(column: Any, value: Any, subject: Subject) -> Any:
    """A body's value as the rules of entry take it. A ref to what is not shown is one to nothing."""
    if isinstance(column, RefsField):
        return list(_records(value or [], subject))
    if isinstance(column, RefField):
        return next(iter(_records([value], subject)), None) if value else None
    return codec.plain(column.get_default(), column) if value is None else column.to_python(value)


def _records(texts: Iterable[str], subject: Subject) -> list[Record]:
    """The records behind ids, in their order. One that is not shown refuses all, as one that is not there."""
    ids = []
    for text in texts:
        try:
            ids.append(RecordId.parse(text))
        except (BadId, TypeError):
            continue
    if not ids:
        return []
    rows = Record.objects.visible_to(subject).filter(
        party__in={i.party for i in ids}, uuid__in=[i.uuid for i in ids], revision__gt=0, purged=False
    )
    known = {row.rid: row for row in rows}
    require(all(one in known for one in ids), NotFound)
    return [known[one] for one in ids]


def filled(kind: Kind, changes: Sequence[Change], subject: Subject) -> dict[str, Any]:
    """First values for the owner's form; what the kind has no place for, or the owner cannot see, stays as it is."""
    columns = {column.name: column for column in codec.columns(kind.model)}
    found = {}
    for name, value in changes:
        column = columns.get(name)
        if name not in proposable(kind) or not (value is None or fits(column, value)):
            continue
        try:
            made = _as_column(column, value, subject)
        except NotFound:
            continue
        if isinstance(column, RefsField):
            made = [str(record.pk) for record in made]
        elif isinstance(made, Record):
            made = made.pk
        found[name] = made
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """One proposed change as a page tells it: `words` for a text, else before and after (None for nothing)."""

    field: str
    words: Any
    before: Any
    after: Any
    stands: bool  # the record says it already


def rows(kind: Kind, now: Mapping[str, Any], changes: Sequence[Change], subject: Subject) -> list[Row]:
    """The changes against what the record says now."""
    shown = Shown(kind, [now, dict(changes)], subject)
    made = []
    for name, value in changes:
        before = now.get(name)
        words = text_changes(before, value)
        old, new = (None, None) if words else (_safely(shown, name, before), _safely(shown, name, value))
        stands = said_in({name: value}, [name]) == said_in(now, [name])
        made.append(Row(_(field_words(kind, name)), words, old, new, stands))
    return made


def _safely(shown: Shown, name: str, value: Any) -> Any:
    """A value as a page shows it; one that the field cannot hold, as the characters that came."""
    try:
        return shown.value(name, value)
    except (DomainError, ValueError, TypeError, KeyError, AttributeError):
        return str(value)[:500]
