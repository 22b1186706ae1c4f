"""Writing entries as a data file would hold them: texts in both languages, quantities as texts, handles as refs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from comity.config.synthetic.chance import Chance
from comity.config.synthetic.quarters import Quarters
from comity.records.datafile import FileEntry

LABEL = "synthetic"
HOST, MISSION = "iraq", "nmi"
OTHER = {HOST: MISSION, MISSION: HOST}

Words = dict[str, Any]


def words(en: str, ar: str) -> Words:
    """A text written in English and translated, in the shape of a data file."""
    return {"original": "en", "en": en, "ar": ar, "ar_by": "comity", "ar_checked": False}


def synthetic(number: str, en: str, ar: str) -> Words:
    """A title that says what it is wherever it stands: "Synthetic A1: …"."""
    return words(f"Synthetic {number}: {en}", f"اصطناعي {number.translate(_LETTERS)}: {ar}")


_LETTERS = str.maketrans({"A": "أ", "B": "ب", "C": "ج", "D": "د", "E": "هـ"})


@dataclass
class Book:
    """The entries written so far, and what every part of the generator needs to write more."""

    seed: int
    days: Quarters
    places: tuple[str, ...]  # invented codes, of no country
    written: dict[str, FileEntry] = field(default_factory=dict)  # by key, in the order of writing

    counts: Counter[str] = field(default_factory=Counter)  # how many of each kind

    @property
    def entries(self) -> tuple[FileEntry, ...]:
        """Everything written so far."""
        return tuple(self.written.values())

    def add(self, kind: str, key: str, owner: str, **fields: Any) -> str:
        """Write one entry and return its key; fields that are None are left out."""
        said = {name: value for name, value in fields.items() if value is not None}
        if key in self.written:
            raise ValueError(f"the key {key} stands twice")
        self.written[key] = FileEntry(f"seed number {self.seed}", kind, key, owner, LABEL, said)
        self.counts[kind] += 1
        return key

    def result(self, key: str, owner: str, level: str, statement: Words, **more: Any) -> str:
        """A result `result.<objective>.<level>` of the objective called `key`."""
        return self.add(
            "programme.result",
            f"result.{key}.{level}",
            owner,
            objective=f"objective.{key}",
            level=level,
            statement=statement,
            **more,
        )

    def chance(self, name: str) -> Chance:
        """Draws for the thing called `name`."""
        return Chance(self.seed, name)


_FIRST = ("people", "programme.mandate", "programme.objective", "programme.initiative", "programme.result")
_LAST = ("programme.measurement", "responses")


def in_order(entries: Iterable[FileEntry]) -> tuple[FileEntry, ...]:
    """The frame first, then what hangs on it, figures and responses last; within each, party by party.

    One party's entries are imported together, so few turns between the parties make few units of work.
    """

    def turn(entry: FileEntry) -> tuple[int, bool]:
        for rank, start in enumerate(_FIRST):
            if entry.kind.startswith(start):
                return rank, entry.owner == MISSION
        for rank, start in enumerate(_LAST, len(_FIRST) + 1):
            if entry.kind.startswith(start):
                return rank, entry.owner == MISSION
        return len(_FIRST), entry.owner == MISSION

    return tuple(sorted(entries, key=turn))
