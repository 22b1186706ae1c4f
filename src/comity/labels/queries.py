"""Labels as rows: giving each distinct marking its id, and telling which ids a subject may read.

An id is made from the label's content, so what this module remembers about an id stays true across processes,
rolled-back transactions and rebuilt databases. Nothing is remembered about a subject except under that whole subject.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import Count, F, Sum

from comity.kernel.canonical import encode
from comity.labels.domain import Label, may_read
from comity.labels.models import InternedLabel
from comity.labels.subject import Subject

_SMALL = 2**31 - 1
"""Ids are summed modulo this: a million of them stay well inside 63 bits."""


class LabelCollision(RuntimeError):
    """Two labels whose digests begin alike: possible only by intent, and never let in."""


@dataclass(slots=True)
class _Seen:
    """What one unit of work has learned of labels so far."""

    interned: dict[Label, int] = field(default_factory=dict)
    readable: dict[Subject, tuple[int, ...]] = field(default_factory=dict)


_seen: ContextVar[_Seen | None] = ContextVar("labels_seen", default=None)


@contextmanager
def steady() -> Iterator[None]:
    """Inside one transaction, look labels up once, and again only after one was interned here.

    A label that another writer adds meanwhile is not read until this ends: less is shown for a moment, never more.
    """
    if _seen.get() is not None:
        yield
        return
    token = _seen.set(_Seen())
    try:
        yield
    finally:
        _seen.reset(token)


def digest_of(label: Label) -> bytes:
    """SHA-256 of the label's canonical bytes."""
    return hashlib.sha256(encode(label.json())).digest()


def label_id(label: Label) -> int:
    """The id `label` has on every node: the first 63 bits of its digest."""
    return int.from_bytes(digest_of(label)[:8], "big") >> 1


def intern(label: Label) -> int:
    """The id of `label`, whose row is written if it is the first of its kind. One query when it is not.

    Raises:
        LabelCollision: the id belongs to another label.
    """
    seen = _seen.get()
    if seen is None:
        return _intern(label)
    if label not in seen.interned:
        seen.interned[label] = _intern(label)
        seen.readable.clear()
    return seen.interned[label]


def _intern(label: Label) -> int:
    wanted, digest = label_id(label), digest_of(label).hex()
    if InternedLabel.objects.filter(pk=wanted, digest=digest).exists():
        return wanted
    # Another writer may be first; who comes second must find the same marking there.
    InternedLabel.objects.bulk_create(
        [InternedLabel(id=wanted, digest=digest, body=label.json())], ignore_conflicts=True
    )
    if not InternedLabel.objects.filter(pk=wanted, digest=digest).exists():
        raise LabelCollision(f"label {wanted} is already another marking")
    return wanted


@lru_cache(maxsize=8192)
def label_of(label_id: int) -> Label:
    """The label that `intern` gave this id. Raises InternedLabel.DoesNotExist."""
    return Label.of(InternedLabel.objects.values_list("body", flat=True).get(pk=label_id))


def readable_label_ids(subject: Subject) -> tuple[int, ...]:
    """Ids of every label that `subject` may read, ascending. One query when no label was added since the last time."""
    seen = _seen.get()
    if seen is None:
        return _readable(subject, _state())
    if subject not in seen.readable:
        seen.readable[subject] = _readable(subject, _state())
    return seen.readable[subject]


def _state() -> tuple[int, int]:
    """How many labels there are, and a sum over them: changes whenever the set of labels does.

    Counting alone would not do: a label whose transaction was rolled back may be followed by another one.
    """
    found = InternedLabel.objects.aggregate(number=Count("pk"), total=Sum(F("pk") % _SMALL))
    return found["number"], int(found["total"] or 0)


@lru_cache(maxsize=1024)
def _readable(subject: Subject, state: tuple[int, int]) -> tuple[int, ...]:  # noqa: ARG001  (part of the key)
    rows = InternedLabel.objects.order_by("pk").values_list("pk", "body")
    return tuple(pk for pk, body in rows if may_read(subject, Label.of(body)))
