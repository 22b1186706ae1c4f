"""Entering and changing a record of any kind: roles, refs and the kind's own rules, then the unit of work.

One way for forms, data files and programs, so that none of them can enter what another would refuse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from comity.kernel.errors import DomainError, NotFound, RoleMissing, require
from comity.kernel.text import N_
from comity.labels.domain import Label, admits_more, may_read
from comity.labels.queries import label_of
from comity.labels.subject import Role, Subject
from comity.records.checking import Checks, check
from comity.records.kinds import Kind, all_kinds
from comity.records.models import Record, RecordRow
from comity.records.rules import Entry
from comity.records.work import act


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
        check(kind, entry)
        label = _label_above(kind, entry) or label
        require(may_read(actor, label), LabelHidesFromAuthor(field="label"))
        return work.create(kind.model, label=label, uuid=uuid, **{**fields, **kind.stamp(entry)})


@dataclass(frozen=True, slots=True)
class New:
    """A record to be entered with others; as `enter` takes it."""

    fields: Mapping[str, Any]
    label: Label
    uuid: UUID


def enter_many(
    kind: Kind, several: Sequence[New], *, actor: Subject, at: datetime, checks: Checks
) -> list[RecordRow | DomainError]:
    """For each of these the new record, or what refuses it as `enter` would; those that are accepted are written.

    `checks` may have seen others before: whoever keeps it from one act to the next answers for nobody else having
    written meanwhile.

    Raises:
        RoleMissing: none of the actor's roles may enter this kind.
    """
    require(actor.roles & kind.roles, RoleMissing)
    if kind.batch is None:  # its rules know of others only what is written
        return [_one(kind, new, actor, at) for new in several]
    with act(actor, at) as work:
        today = timezone.localdate(at)
        entries = [Entry(kind.complete(new.fields), actor, today) for new in several]
        checks.load(entries)
        table = Record.objects.system("which ids the actor's party has used")
        used = table.filter(party_id=actor.party, uuid__in=[new.uuid for new in several])
        known = set(used.values_list("uuid", flat=True))
        answers: list[RecordRow | DomainError | None] = []
        accepted = []
        for new, entry in zip(several, entries, strict=True):
            try:
                require(new.uuid not in known, EnteredAlready)
                checks.check(entry)
                label = _label_above(kind, entry) or new.label
                require(may_read(actor, label), LabelHidesFromAuthor(field="label"))
            except DomainError as refusal:
                answers.append(refusal)
                continue
            checks.admit(entry)
            accepted.append((label, new.uuid, entry.fields))
            answers.append(None)
        rows = iter(work.create_many(kind.model, accepted))
        return [next(rows) if answer is None else answer for answer in answers]


def _one(kind: Kind, new: New, actor: Subject, at: datetime) -> RecordRow | DomainError:
    try:
        return enter(kind, fields=new.fields, label=new.label, actor=actor, at=at, uuid=new.uuid)
    except DomainError as refusal:
        return refusal


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
        check(kind, entry)
        label = _label_above(kind, entry) or label
        if label is not None and (before := label_of(current.label_id)) != label:
            check_change_of_label(kind, current.record, label, before, actor)
            if admits_more(label, before):
                work.note("label-widened", current.record.rid)
        work.revise(current, expected_revision=expected_revision, label=label, **{**fields, **kind.stamp(entry)})


def check_change_of_label(kind: Kind, record: Record, label: Label, before: Label, actor: Subject) -> None:
    """Refuse a marking that would hide the record from its author, open it, or part it from what carries it.

    What the author is not shown carries another marking than this one, and is neither counted nor told of. A
    question or a proposal binds its owner to no marking.
    """
    require(may_read(actor, label), LabelHidesFromAuthor(field="label"))
    require(not admits_more(label, before) or actor.roles & MAY_WIDEN, WideningNeedsOfficer(field="label"))
    carried = sum(
        other.model.objects.visible_to(actor).filter(**{other.label_from: record}).count()
        for other in all_kinds()
        if other.label_from and other.holds_label and kind.code in (other.refs.get(other.label_from) or (kind.code,))
    )
    require(not carried, LabelCarried(field="label", count=carried))


def _is_used(uuid: UUID, actor: Subject) -> bool:
    """Whether the same sending came before."""
    table = Record.objects.system("which ids the actor's party has used")
    return table.filter(party_id=actor.party, uuid=uuid).exists()


def _label_above(kind: Kind, entry: Entry) -> Label | None:
    """The label of the record it belongs under, where the kind carries that one and no other."""
    above = entry.get(kind.label_from) if kind.label_from else None
    return label_of(above.label_id) if isinstance(above, Record) and above.label_id is not None else None
