"""Data files: a directory of TOML tables, one table array per kind of record, with handles instead of ids.

`import.toml` names the directory, its labels and the files in their order; every other file holds entries such as

    [[programme.objective]]
    key = "objective.logistics"
    owner = "iraq"
    label = "shared"
    statement = { original = "en", en = "…", ar = "…" }
    mandate = "mandate"

What is read here has the right shape; whether an entry is a record is for the import to say.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comity.kernel.errors import DomainError
from comity.kernel.text import N_

OWN_FIELDS = frozenset({"key", "owner", "label"})
LABEL_FIELDS = frozenset({"policy", "classification", "releasable_to", "caveats"})
BESIDE = ("report", "sentence", "rule", "finding")  # tables that are no records
MAX_BYTES = 20_000_000
MAX_KEY, MAX_NAME, MAX_HANDLE = 160, 80, 40


class BadDataFile(DomainError):
    """A data file that cannot be understood; says which, where and why."""

    message = N_("%(file)s: %(reason)s")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One entry, as it stands in a file. `kind` is the code without its number."""

    file: str
    kind: str
    key: str
    owner: str
    label: str
    fields: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """Of everything the entry says: the same digest means that there is nothing to do."""
        said = json.dumps([self.kind, self.owner, self.label, self.fields], sort_keys=True, default=str)
        return hashlib.sha256(said.encode()).hexdigest()

    def bad(self, reason: str) -> BadDataFile:
        """The refusal of this entry."""
        return BadDataFile(file=self.file, reason=f"{self.key}: {reason}")


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """What `comity import` reads."""

    name: str
    about: Mapping[str, Any]  # import.toml
    parties: tuple[Mapping[str, Any], ...]
    entries: tuple[FileEntry, ...]
    beside: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)  # told of the texts it cites


def read(folder: Path) -> DataDirectory:
    """Read every file that `import.toml` lists, or raise `BadDataFile`."""
    about = _toml(folder, "import.toml")
    order = about.get("order", [])
    if not _are_texts(order):
        raise BadDataFile(file="import.toml", reason="order is a list of file names")
    parties: list[Mapping[str, Any]] = []
    entries: list[FileEntry] = []
    beside: dict[str, list[Mapping[str, Any]]] = {name: [] for name in BESIDE}
    for name in order:
        tables = _toml(folder, name)
        parties += _parties(name, tables.pop("party", []))
        for table in BESIDE:
            beside[table] += _tables(name, table, tables.pop(table, []))
        entries += _entries(name, tables)
    return assembled(str(about.get("name", folder.resolve().name)), about, parties, entries, beside)


def assembled(
    name: str,
    about: Mapping[str, Any],
    parties: Iterable[Mapping[str, Any]],
    entries: Iterable[FileEntry],
    beside: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> DataDirectory:
    """A directory from its parts, which a program may have made; raises `BadDataFile` unless they fit together."""
    if not 0 < len(name) <= MAX_NAME:
        raise BadDataFile(file="import.toml", reason=f"name has 1 to {MAX_NAME} characters")
    labels = about.get("label", {})
    if not isinstance(labels, Mapping) or not all(_is_label(table) for table in labels.values()):
        raise BadDataFile(
            file="import.toml",
            reason="a label says its policy and releasable_to, and at most classification and caveats",
        )
    made = tuple(entries)
    seen: set[str] = set()
    for entry in made:
        if entry.key in seen:
            raise BadDataFile(file=entry.file, reason=f"the key {entry.key} stands twice")
        if entry.label not in labels:
            raise entry.bad(f"import.toml has no label {entry.label}")
        seen.add(entry.key)
    return DataDirectory(name, about, tuple(parties), made, beside or {})


def _is_label(table: Any) -> bool:
    return (
        isinstance(table, Mapping)
        and LABEL_FIELDS >= table.keys() >= {"policy", "releasable_to"}
        and all(isinstance(table.get(name, ""), str) for name in ("policy", "classification"))
        and all(_are_texts(table.get(name, [])) for name in ("releasable_to", "caveats"))
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(inner, str) for inner in value)


def _tables(file: str, name: str, value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(table, Mapping) for table in value):
        raise BadDataFile(file=file, reason=f"{name} is written as [[{name}]]")
    return value


def _parties(file: str, value: Any) -> list[Mapping[str, Any]]:
    tables = _tables(file, "party", value)
    for table in tables:
        texts = (table.get("key"), table.get("nature"))
        fits = all(isinstance(text, str) and 0 < len(text) <= MAX_HANDLE for text in texts)
        if not fits or not isinstance(table.get("name"), Mapping):
            raise BadDataFile(file=file, reason="a party says its key, its name and its nature")
    return tables


def _entries(file: str, tables: Mapping[str, Any]) -> Iterator[FileEntry]:
    for domain, kinds in tables.items():
        if not isinstance(kinds, Mapping):
            raise BadDataFile(file=file, reason=f"{domain} is not a table of kinds")
        for kind, found in kinds.items():
            name = f"{domain}.{kind}"
            for number, table in enumerate(_tables(file, name, found), 1):
                yield _entry(file, name, number, table)


def _entry(file: str, kind: str, number: int, table: Mapping[str, Any]) -> FileEntry:
    where = f"{kind} {table.get('key', f'entry {number}')}"
    if missing := OWN_FIELDS - table.keys():
        raise BadDataFile(file=file, reason=f"{where} lacks {', '.join(sorted(missing))}")
    key, owner, label = (table[name] for name in ("key", "owner", "label"))
    if not all(isinstance(own, str) and 0 < len(own) <= MAX_KEY for own in (key, owner, label)):
        raise BadDataFile(file=file, reason=f"{where}: key, owner and label are texts of 1 to {MAX_KEY} characters")
    return FileEntry(file, kind, key, owner, label, {n: v for n, v in table.items() if n not in OWN_FIELDS})


def _toml(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    if path.name != name:
        raise BadDataFile(file=name, reason="a file is named without a folder: it lies beside import.toml")
    try:
        data = path.read_bytes()
        if len(data) > MAX_BYTES:
            raise BadDataFile(file=name, reason=f"larger than {MAX_BYTES // 1_000_000} MB")
        return tomllib.loads(data.decode())
    except OSError as error:
        raise BadDataFile(file=str(path), reason=f"cannot be read ({error.strerror})") from error
    except RecursionError as error:
        raise BadDataFile(file=name, reason="nested too deeply") from error
    except ValueError as error:  # of TOML, UTF-8, or a number too long to read
        raise BadDataFile(file=name, reason=str(error)) from error
