"""Names of people in what is to leave: letter for letter, in either script, as the records of people spell them.

A name stands in records of people and mentions; where a text spells one of them all the same, it names that person.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max

from comity.kernel.text import fold
from comity.records import search
from comity.records.kinds import all_kinds
from comity.records.models import Record, Revision, RowsQuerySet
from comity.records.resolve import body_of
from comity.records.spelled import SHORTEST

_WORD = re.compile(r"\w+")
_FIELDS = ("name", "variants")


def names_now() -> Names:
    """The names as they stand; made anew when a record of a person came, changed or went."""
    rows = _people().aggregate(number=Count("pk"), last=Max("log_index"))
    newest = Revision.objects.system("which is the newest name").filter(log_index=rows["last"] or -1)
    digest = newest.values_list("commitment", flat=True).first()
    return _names((rows["number"], bytes(digest or b"")))


@lru_cache(maxsize=1)
def _names(state: tuple[int, bytes]) -> Names:  # noqa: ARG001  (what they are of)
    return Names()


def _people() -> RowsQuerySet[Record]:
    kinds = [kind.name for kind in all_kinds() if kind.names_people]
    table = Record.objects.system("names that a release must not carry unseen")
    return table.filter(kind__in=kinds, revision__gt=0, purged=False)


class Names:
    """Every spelling of every person and mention on this node."""

    def __init__(self) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        rows = Revision.objects.system("names that a release must not carry unseen").filter(
            log_index__in=_people().values("log_index"), body__isnull=False
        )
        for pk, data in rows.values_list("record_id", "body").iterator(chunk_size=500):
            for spelling in spellings(body_of(bytes(data or b""))):
                self._by_first[spelling[0]].append((spelling, pk))

    def in_(self, body: Mapping[str, Any]) -> frozenset[int]:
        """The records of people and mentions of which a text of this body holds a whole spelling."""
        found = set()
        for text in search.texts(body):
            words = tuple(_WORD.findall(fold(text)))
            for at, word in enumerate(words):
                for spelling, pk in self._by_first.get(word, ()):
                    if words[at : at + len(spelling)] == spelling:
                        found.add(pk)
        return frozenset(found)


def spellings(body: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Every spelling that a record of a person gives, as folded words; what is too short stands everywhere."""
    for text in search.texts([body.get(name) for name in _FIELDS]):
        words = tuple(_WORD.findall(fold(text)))
        if len("".join(words)) >= SHORTEST:
            yield words
