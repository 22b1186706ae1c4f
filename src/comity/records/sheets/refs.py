"""What a cell names: a record that its reader may see, by address, key or title; or a row of the same file."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings

from comity.kernel.errors import DomainError, NotFound
from comity.kernel.text import N_, fold
from comity.labels.subject import Subject
from comity.records.addresses import record_at
from comity.records.kinds import Kind, kind_named
from comity.records.models import Handle, Record, Revision
from comity.records.resolve import body_of
from comity.records.sheets.keys import directory, key_of
from comity.records.sheets.refusals import Typed

_AT_ONCE = 2_000


class NamesNothing(DomainError):
    """No record by that name, as far as the reader is shown; and no row."""

    message = N_("Nothing that you can see is called “%(text)s”. Write its title, its key or its address.")


class NamesSeveral(DomainError):
    """A title that more than one has."""

    message = N_("%(count)s records are called “%(text)s”. Write the key or the address of the one that is meant.")


class NamesRows(DomainError):
    """A title that stands in several rows of the file."""

    message = N_("“%(text)s” stands in several rows of this file (%(rows)s). Give each a key, and write that here.")


class Names:
    """Finds what texts name among records of some kinds; `in_file`: the rows of the file, by what they are called."""

    def __init__(
        self, kinds: Iterable[str], actor: Subject, in_file: Mapping[str, Sequence[int]] | None = None
    ) -> None:
        self._codes, self._actor = tuple(kinds), actor
        self._in_file = {} if in_file is None else in_file  # filled later, where it is empty now
        self._titles: dict[str, set[int]] | None = None
        self._found: dict[str, Record] = {}

    def find(self, text: str, *, taken: Mapping[int, Record]) -> Record | int:
        """The record, or the number of the row; `taken` says which record a row of the file was recognised as.

        Raises:
            NamesNothing, NamesSeveral, NamesRows: as they say.
        """
        if text in self._found:
            return self._found[text]
        rows = self._in_file.get(fold(text), ())
        if len(rows) > 1:
            raise NamesRows(text=Typed(text, 80), rows=", ".join(str(row) for row in rows[:5]))
        records = self._records(text)
        if rows:
            # A row that is one of them is no second meaning, nor is any other if that row is a new record of its own.
            if rows[0] in taken and records <= {taken[rows[0]].pk}:
                return taken[rows[0]]
            if not records:
                return rows[0]
        if len(records) + len(rows) > 1:
            raise NamesSeveral(count=len(records) + len(rows), text=Typed(text, 80))
        if not records:
            raise NamesNothing(text=Typed(text, 80))
        found = Record.objects.visible_to(self._actor).get(pk=records.pop())
        self._found[text] = found
        return found

    def _records(self, text: str) -> set[int]:
        """The pks of the visible records that go by this text: by address or key just one, else by title."""
        try:
            record = record_at(text.strip().rstrip("/").rpartition("/")[2], self._actor)
        except NotFound:
            pass
        else:
            return {record.pk} if self._fits(record.kind) else set()
        visible = self._visible()
        by_key = set(visible.filter(pk__in=self._of_keys(text)).values_list("pk", flat=True)[:2])
        return by_key or set(self._by_title().get(fold(text), ()))

    def _of_keys(self, text: str) -> list[int]:
        """What a data file or a sheet called so."""
        places = [directory(code, self._actor.party) for code in self._codes]
        of_sheets = Handle.objects.filter(directory__in=places, key=key_of(text))
        of_files = Handle.objects.filter(key=text[:160]).exclude(directory__startswith="sheet:")
        return [*of_sheets.values_list("record_id", flat=True), *of_files.values_list("record_id", flat=True)[:10]]

    def _fits(self, kind: str) -> bool:
        return not self._codes or kind.partition("/")[0] in self._codes

    def _visible(self) -> Any:
        records = Record.objects.visible_to(self._actor).filter(revision__gt=0, purged=False)
        return records.filter(kind__in=[f"{code}/1" for code in self._codes]) if self._codes else records

    def _by_title(self) -> dict[str, set[int]]:
        """Every title of the records that may be named, folded; read once."""
        if self._titles is None:
            self._titles = defaultdict(set)
            heads = dict(self._visible().values_list("log_index", "kind"))
            indexes = list(heads)
            for at in range(0, len(indexes), _AT_ONCE):
                revisions = Revision.objects.visible_to(self._actor).filter(log_index__in=indexes[at : at + _AT_ONCE])
                for index, pk, data in revisions.values_list("log_index", "record_id", "body"):
                    for title in titles(kind_named(heads[index]), body_of(bytes(data or b'{"body":{}}'))):
                        self._titles[title].add(pk)
        return self._titles


def titles(kind: Kind, body: Mapping[str, Any]) -> set[str]:
    """What a record is called in each language, folded."""
    return {fold(title) for code, _ in settings.LANGUAGES if (title := kind.title(body, code))}
