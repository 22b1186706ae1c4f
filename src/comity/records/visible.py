"""Lists of what a person may read, in pages that cost the same however much there is.

`label_id IN (…) ORDER BY …` makes both databases sort everything. Each label's rows stand in order in an index
(label, key, pk), so the first rows of each label are read from it and merged: never more than labels × limit rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, models

from comity.labels.queries import readable_label_ids
from comity.labels.subject import Subject
from comity.records.models import RowsQuerySet

M = TypeVar("M", bound=models.Model)
_LABELS_AT_ONCE = 400  # SQLite takes at most 500 parts in one compound SELECT
_SENTINEL = -7_777_777  # stands for the label while the one part that all share is compiled
COUNT_CAP = 1_000


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows in order, and the cursor (key, pk) after which the next page begins, if there is one."""

    rows: Sequence[M]
    after: tuple[Any, int] | None


def page(
    rows: RowsQuerySet[M],
    subject: Subject,
    *,
    key: str,
    descending: bool = True,
    after: tuple[Any, int] | None = None,
    limit: int = 50,
) -> Page[M]:
    """The `limit` rows after `after` that `subject` may read, ordered by (`key`, pk).

    `rows` is a system queryset with the list's filters, not yet scoped: scoping is what this does. `key` is a column of
    theirs that is never null, and stands in an index (label, key, pk). A page may be shorter than `limit` when rows
    went, or were marked otherwise, while it was made; `after` says whether there are more.
    """
    labels = readable_label_ids(subject)
    pks = _merged(rows, labels, key, descending, after, limit + 1)
    readable = set(labels)
    found = {pk: row for pk, row in rows.in_bulk(pks[:limit]).items() if getattr(row, "label_id", None) in readable}
    ordered = [found[pk] for pk in pks[:limit] if pk in found]
    last = ordered[-1] if ordered and len(pks) > limit else None
    return Page(ordered, None if last is None else (getattr(last, key), last.pk))


def count(rows: RowsQuerySet[M], subject: Subject) -> int:
    """How many of `rows` the subject may read, up to `COUNT_CAP` + 1 (shown as "1,000+")."""
    return rows.visible_to(subject).order_by()[: COUNT_CAP + 1].count()


def _merged(
    rows: RowsQuerySet[M],
    labels: Sequence[int],
    key: str,
    descending: bool,
    after: tuple[Any, int] | None,
    limit: int,
) -> list[int]:
    sign, order = ("-", "DESC") if descending else ("", "ASC")
    part = rows.filter(label_id=_SENTINEL)
    if after is not None:
        side = "lt" if descending else "gt"
        # Said so that an index finds the place: at or beyond the key, and of the same key only what comes after.
        part = part.filter(**{f"{key}__{side}e": after[0]}).filter(
            models.Q(**{f"{key}__{side}": after[0]}) | models.Q(**{f"pk__{side}": after[1]})
        )
    compiled, values = part.order_by(f"{sign}{key}", f"{sign}pk").values_list("pk", key)[:limit].query.sql_with_params()
    found: list[tuple[int, Any]] = []
    with connection.cursor() as cursor:
        for some in _in_parts(labels):
            union = " UNION ALL ".join([f"SELECT * FROM ({compiled}) AS part{i}" for i in range(len(some))])  # noqa: S608
            cursor.execute(
                f"SELECT * FROM ({union}) AS merged ORDER BY 2 {order}, 1 {order} LIMIT {limit:d}",  # noqa: S608
                [label if value == _SENTINEL else value for label in some for value in values],
            )
            found += cursor.fetchall()
    if len(labels) > _LABELS_AT_ONCE:
        found.sort(key=lambda row: (row[1], row[0]), reverse=descending)
    return [row[0] for row in found[:limit]]


def _in_parts(labels: Sequence[int]) -> Iterator[Sequence[int]]:
    return (labels[i : i + _LABELS_AT_ONCE] for i in range(0, len(labels), _LABELS_AT_ONCE))
