"""The rows of a sheet as fields of a kind, and everything that is wrong with their cells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from comity.kernel.errors import DomainError
from comity.records.kinds import Kind
from comity.records.sheets.cells import reader_of
from comity.records.sheets.refs import titles
from comity.records.sheets.targets import KEY, Target, targets


@dataclass(slots=True)
class Row:
    """One row: `values` by field (refs are still `Named`), `texts` by field and language, `wrong` by place."""

    number: int
    cells: Sequence[str]
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    wrong: list[DomainError] = field(default_factory=list)


class RowReader:
    """Reads rows as their columns say."""

    def __init__(self, kind: Kind, columns: Sequence[Mapping[str, str]]) -> None:
        offered = targets(kind)
        chosen = [(place, offered.get(c["target"]), c["order"]) for place, c in enumerate(columns)]
        self.columns: list[tuple[int, Target]] = [(place, target) for place, target, _ in chosen if target is not None]
        self._readers = [(p, target, reader_of(kind, target, order)) for p, target, order in chosen if target]
        self.kind = kind
        self.keyed = any(target.code == KEY for _, target in self.columns)  # whether each row has a key
        self._languages: dict[str, list[str]] = {}
        for _, target in self.columns:
            self._languages.setdefault(target.field, []).append(target.language)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that some column gives."""
        return frozenset(target.field for _, target in self.columns if target.field)

    def languages(self, name: str) -> list[str]:
        """The languages in which columns give a text, in their order."""
        return self._languages[name]

    def place_of(self, name: str | None) -> int | None:
        """The first column that gives a field."""
        return next((place for place, target in self.columns if name in (target.field or KEY, target.code)), None)

    def read(self, number: int, cells: Sequence[str]) -> Row:
        """The row; an empty cell says nothing."""
        row = Row(number, cells)
        width = len(cells)
        for place, target, read in self._readers:
            text = cells[place] if place < width else ""
            if not text:
                continue
            try:
                value = read(text)
            except DomainError as refusal:
                refusal.field = target.code
                row.wrong.append(refusal)
                continue
            if target.language:
                row.texts.setdefault(target.field, {})[target.language] = value
            elif target.column is None:
                row.key = value
            else:
                row.values[target.field] = value
        return row


def called(kind: Kind, row: Row) -> Iterable[str]:
    """What other rows may call this one, folded: its title in each language."""
    body = {name: {"original": next(iter(texts)), "text": texts} for name, texts in row.texts.items()}
    return titles(kind, body)
