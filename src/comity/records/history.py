"""What became of a record: its revisions as differences a person can read, each under its own label."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.kernel.ids import BadId, RecordId
from comity.labels.subject import Subject
from comity.records.kinds import Kind
from comity.records.models import Record, Revision
from comity.records.resolve import body_of


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that changed, before and after as the bodies hold them; None is absent."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One revision, and how it differs from the last one before it that this reader may see.

    `differences` is empty for the first visible one. `purged` says that its content is gone and only its commitment
    stands.
    """

    number: int
    log_index: int
    at: datetime
    actor: str
    purged: bool
    first: bool
    differences: tuple[Difference, ...]


def history(record: Record, subject: Subject) -> list[Change]:
    """The record's revisions that `subject` may read, newest first."""
    changes: list[Change] = []
    before: Mapping[str, Any] | None = None
    for revision in Revision.objects.visible_to(subject).filter(record=record).order_by("number"):
        body = None if revision.body is None else body_of(bytes(revision.body))
        changes.append(
            Change(
                number=revision.number,
                log_index=revision.log_index,
                at=revision.at,
                actor=revision.actor,
                purged=body is None,
                first=before is None,
                differences=() if before is None or body is None else differences(before, body),
            )
        )
        before = body or before
    return changes[::-1]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The fields in which two bodies differ, in order of name."""
    names = sorted(before.keys() | after.keys())
    return tuple(Difference(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n))


def refs_in(value: Any) -> set[RecordId]:
    """The records that a body value names."""
    if isinstance(value, str):
        try:
            return {RecordId.parse(value)}
        except BadId:
            return set()
    if isinstance(value, list):
        return {ref for inner in value for ref in refs_in(inner)}
    return set()


def field_words(kind: Kind, name: str) -> str:
    """The message id of what a field is called; a newer version's field is called by its name."""
    words = kind.fields.get(name)
    return words.label if words else name
