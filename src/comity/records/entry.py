"""Entering and changing a record of any kind: roles, refs and the kind's own rules, then the unit of work.

One way for forms, data files and programs, so that none of them can enter what another would refuse.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from comity.kernel.errors import DomainError, NotFound, Refused, RoleMissing, require
from comity.kernel.text import N_
from comity.labels.domain import Label, admits_more, may_read
from comity.labels.queries import label_of
from comity.labels.subject import Role, Subject
from comity.records import codec
from comity.records.fields import MultilingualField
from comity.records.kinds import Kind, all_kinds
from comity.records.models import Record, RecordRow
from comity.records.rules import Entry
from comity.records.work import act


class FieldMissing(DomainError):
    """A field that the kind cannot do without is empty."""

    message = N_("Fill this in.")


class WrongKind(DomainError):
    """A ref names a record of a kind that has no place there."""

    message = N_("This cannot refer to a record of that kind.")


class NotAChoice(DomainError):
    """A code that the field does not know."""

    message = N_("“%(code)s” is not one of the choices here.")


class EnteredAlready(DomainError):
    """The same sending came before, and made the record it names."""

    message = N_("This was saved already.")


class LabelHidesFromAuthor(DomainError):
    """A label under which its own author could not read the record."""

    message = N_("You could not read this record under the marking you chose; choose one that you are cleared for.")


class AppendOnly(DomainError):
    """A record of a kind that is never changed."""

    message = N_("This is never changed. Enter a correction, which takes its place and keeps it in the history.")


class LabelCarried(DomainError):
    """A change of the marking that other records carry along."""

    message = N_(
        "%(count)s other records carry this marking, so it cannot change. To mark it otherwise, enter a new record."
    )


class WideningNeedsOfficer(DomainError):
    """A marking that would admit more people, by somebody who may not decide that."""

    message = N_(
        "This marking would admit people whom the present one does not. A release or security officer decides that."
    )


MAY_WIDEN = frozenset({Role.RELEASE_OFFICER, Role.SECURITY_OFFICER})


def enter(
    kind: Kind,
    *,
    fields: Mapping[str, Any],
    label: Label,
    actor: Subject,
    at: datetime,
    uuid: UUID | None = None,
) -> RecordRow:
    """A new record of the actor's party. `fields` are column values; a ref is a Record.

    Whoever may send the same thing twice gives the `uuid` of the record, the same both times.

    Raises:
        RoleMissing: none of the actor's roles may enter this kind.
        EnteredAlready: there is a record of that `uuid`.
        Refused: with every reason that is known at once.
        Other DomainErrors: the kind's own rules.
    """
    require(actor.roles & kind.roles, RoleMissing)
    with act(actor, at) as work:
        require(uuid is None or not _is_used(uuid, actor), EnteredAlready)
        fields = kind.complete(fields)
        entry = Entry(fields, actor, timezone.localdate(at))
        _check(kind, entry)
        label = _label_above(kind, entry) or label
        require(may_read(actor, label), LabelHidesFromAuthor(field="label"))
        return work.create(kind.model, label=label, uuid=uuid, **fields)


def amend(
    kind: Kind,
    row: RecordRow,
    *,
    expected_revision: int,
    fields: Mapping[str, Any],
    actor: Subject,
    at: datetime,
    label: Label | None = None,
) -> None:
    """Change these fields of a record of the actor's own party, which the actor saw at `expected_revision`.

    Raises as `enter` does, and NotYours and StaleRevision as the unit of work does.
    """
    require(not kind.append_only, AppendOnly)
    require(actor.roles & kind.roles, RoleMissing)
    with act(actor, at) as work:
        table = kind.model.objects.visible_to(actor)
        current = table.select_related("record").filter(pk=row.pk).first()
        if current is None:
            raise NotFound
        fields = kind.complete(fields)
        entry = Entry(fields, actor, timezone.localdate(at), current)
        _check(kind, entry)
        label = _label_above(kind, entry) or label
        if label is not None and (before := label_of(current.label_id)) != label:
            check_change_of_label(kind, current.record, label, before, actor)
            if admits_more(label, before):
                work.note("label-widened", current.record.rid)
        work.revise(current, expected_revision=expected_revision, label=label, **fields)


def check_change_of_label(kind: Kind, record: Record, label: Label, before: Label, actor: Subject) -> None:
    """Refuse a marking that would hide the record from its author, open it, or part it from what carries it."""
    require(may_read(actor, label), LabelHidesFromAuthor(field="label"))
    require(not admits_more(label, before) or actor.roles & MAY_WIDEN, WideningNeedsOfficer(field="label"))
    carried = sum(
        other.model.objects.system("whether anything carries its marking").filter(**{other.label_from: record}).count()
        for other in all_kinds()
        if other.label_from and kind.code in (other.refs.get(other.label_from) or (kind.code,))
    )
    require(not carried, LabelCarried(field="label", count=carried))


def _is_used(uuid: UUID, actor: Subject) -> bool:
    """Whether the same sending came before."""
    table = Record.objects.system("which ids the actor's party has used")
    return table.filter(party_id=actor.party, uuid=uuid).exists()


def _check(kind: Kind, entry: Entry) -> None:
    required = [name for name in kind.fields if name in kind.required]
    problems: list[DomainError] = [FieldMissing(field=n) for n in required if _is_empty(kind, n, entry.get(n))]
    problems += _wrong_choices(kind, entry)
    problems += _wrong_refs(kind, entry)
    if problems:
        raise Refused(problems)
    kind.check(entry)


def _is_empty(kind: Kind, name: str, value: Any) -> bool:
    if isinstance(kind.model._meta.get_field(name), MultilingualField) and value:
        return not str(value["text"].get(value["original"], "")).strip()
    return value is None or value in ("", [], ())


def _wrong_choices(kind: Kind, entry: Entry) -> Iterator[DomainError]:
    """A code is one of its field's, also where no form has offered it."""
    for name, choices in kind.choices.items():
        value = entry.fields.get(name) or ()
        known = {str(code) for code, _words in choices()}
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if str(one) not in known:
                yield NotAChoice(field=name, code=str(one)[:80])


def _wrong_refs(kind: Kind, entry: Entry) -> Iterator[DomainError]:
    """A ref names what its author can see, of a kind that belongs there (a stub is nothing to see yet).

    What the record names already may stay: whoever edits it need not be shown all of it, and must not cut it off.
    """
    named = {name: _as_records(entry.fields[name]) for name in kind.refs if name in entry.fields}
    pks = {record.pk for records in named.values() for record in records}
    if not pks:
        return
    visible = Record.objects.visible_to(entry.actor).filter(pk__in=pks, purged=False)
    seen = dict(visible.values_list("pk", "kind"))
    kept = {} if entry.row is None or seen.keys() >= pks else _named_now(named, entry.row)
    for name, records in named.items():
        for record in records:
            if record.pk not in seen and record.pk in kept.get(name, ()):
                continue
            if record.pk not in seen:
                yield NotFound(field=name)
            elif kind.refs[name] and seen[record.pk].partition("/")[0] not in kind.refs[name]:
                yield WrongKind(field=name)


def _named_now(names: Iterable[str], row: RecordRow) -> dict[str, set[int]]:
    """The pks that each ref of a row names."""
    several = codec.linked([row])
    return {n: set(several[n][row.pk]) if n in several else {getattr(row, f"{n}_id")} for n in names}


def _as_records(value: Any) -> Iterable[Record]:
    return value if isinstance(value, (list, tuple)) else [value] if value else []


def _label_above(kind: Kind, entry: Entry) -> Label | None:
    """The label of the record it belongs under, where the kind carries that one and no other."""
    above = entry.get(kind.label_from) if kind.label_from else None
    return label_of(above.label_id) if isinstance(above, Record) and above.label_id is not None else None
