"""Importing data files: everything goes in, in one transaction, or nothing does.

Each entry is remembered by its handle, so that importing the same files twice changes nothing, and changed files change
just what differs.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from comity.kernel import failpoints
from comity.kernel.errors import DomainError, NotFound
from comity.kernel.ids import PartyId, uuid7
from comity.kernel.text import N_
from comity.labels.domain import Label
from comity.labels.scale import Classification
from comity.labels.subject import Clearance, Role, Subject
from comity.parties.models import Party
from comity.records import codec
from comity.records.checking import Checks
from comity.records.datafile import DataDirectory, FileEntry
from comity.records.entry import New, amend, enter, enter_many
from comity.records.filevalues import column_value, handles_in
from comity.records.kinds import Kind, UnknownKind, kind_coded
from comity.records.models import Handle, Record, RecordRow
from comity.records.work import act, together

UNIT = 500
IMPORTER_ROLES = frozenset({Role.PROGRAMME_MANAGER, Role.CHIEF, Role.REGISTRY_CLERK, Role.ADVISER})

Progress = Callable[[int, int], None]
"""Told (entries done, entries in all)."""


class ImportRefused(DomainError):
    """Nothing was applied; `problems` names each entry and why."""

    message = N_("Nothing was imported: %(count)s entries cannot be accepted.")

    def __init__(self, problems: Sequence[tuple[FileEntry, DomainError]]) -> None:
        super().__init__(count=len(problems))
        self.problems = tuple(problems)


@dataclass
class Imported:
    """How many entries an import entered, amended, and found as they were."""

    entered: int = 0
    amended: int = 0
    unchanged: int = 0


@dataclass
class _Run:
    """One pass over the entries. `records` maps handles to what they stand for."""

    data: DataDirectory
    at: datetime
    parties: Mapping[str, Party]
    actors: Mapping[str, Subject]
    labels: Mapping[str, Label]
    handles: Mapping[str, Handle]  # as an import before left them
    records: dict[str, Record]
    written: list[Handle] = field(default_factory=list)
    done: Imported = field(default_factory=Imported)

    def stands(self, entry: FileEntry, record: Record) -> None:
        """The handle of an entry stands for this record."""
        self.records[entry.key] = record
        self.written.append(Handle(directory=self.data.name, key=entry.key, record=record, digest=entry.digest))


def importer(party: PartyId, labels: Iterable[Label]) -> Subject:
    """Who an import acts as: the party's registry, cleared for what the files hold."""
    labels = tuple(labels)
    return Subject(
        party=party,
        account="import",
        roles=IMPORTER_ROLES,
        clearances=frozenset(Clearance(label.policy, label.classification) for label in labels),
        caveats=frozenset(caveat for label in labels for caveat in label.caveats),
    )


def import_directory(data: DataDirectory, *, at: datetime, progress: Progress | None = None) -> Imported:
    """Bring `data` in. Parties must be known by their handles.

    Raises:
        ImportRefused: some entries break rules; then nothing was applied.
        BadDataFile: the entries name each other in a circle.
    """
    with together():
        run = _begin(data, at)
        ordered = _ordered(data)
        problems: list[tuple[FileEntry, DomainError]] = []
        for number, unit in _units(ordered):
            with act(run.actors[unit[0].owner], at):
                problems += _apply_unit(unit, run)
            failpoints.reached(failpoints.IN_IMPORT)
            if progress is not None:
                progress(number + len(unit), len(ordered))
        if problems:
            raise ImportRefused(problems)
        _remember(run)
    return run.done


def _begin(data: DataDirectory, at: datetime) -> _Run:
    """What a pass needs to know beforehand; names that nobody goes by are refused here."""
    parties = {party.handle: party for party in Party.objects.all()}
    for entry in data.entries:
        if entry.owner not in parties:
            raise entry.bad(f"no party is called {entry.owner} here")
    first = {entry.label: entry for entry in reversed(data.entries)}
    labels = {name: _label(data.about["label"][name], parties, entry) for name, entry in first.items()}
    owners = {entry.owner for entry in data.entries}
    actors = {owner: importer(PartyId(parties[owner].pk), labels.values()) for owner in owners}
    handles = {h.key: h for h in Handle.objects.filter(directory=data.name).select_related("record")}
    return _Run(data, at, parties, actors, labels, handles, {key: handle.record for key, handle in handles.items()})


def _label(table: Mapping[str, Any], parties: Mapping[str, Party], entry: FileEntry) -> Label:
    """A label of import.toml, with parties by their ids."""
    try:
        return label_of_table(table, parties)
    except KeyError as error:
        raise entry.bad(f"in the label {entry.label} of import.toml, {error} means nothing here") from error
    except DomainError as error:
        raise entry.bad(f"the label {entry.label} of import.toml: {error}") from error


def label_of_table(table: Mapping[str, Any], parties: Mapping[str, Party]) -> Label:
    """A label as files write it, with parties by their ids; raises KeyError for a name that means nothing here."""
    return Label(
        policy=table["policy"],
        classification=Classification[table.get("classification", "UNCLASSIFIED")],
        releasable_to=frozenset(PartyId(parties[handle].pk) for handle in table["releasable_to"]),
        caveats=frozenset(table.get("caveats", ())),
    )


def _units(ordered: Sequence[FileEntry]) -> Iterator[tuple[int, Sequence[FileEntry]]]:
    """Runs of at most `UNIT` entries of one owner, each with the number of entries before it."""
    start = 0
    for i in range(1, len(ordered) + 1):
        if i == len(ordered) or ordered[i].owner != ordered[start].owner or i - start == UNIT:
            yield start, ordered[start:i]
            start = i


def _apply_unit(unit: Sequence[FileEntry], run: _Run) -> Iterator[tuple[FileEntry, DomainError]]:
    for several in _alike(unit, run):
        if len(several) > 1:
            yield from _enter_together(several, run)
            continue
        try:
            _apply(several[0], run)
        except DomainError as refusal:
            yield several[0], refusal


def _alike(unit: Sequence[FileEntry], run: _Run) -> Iterator[Sequence[FileEntry]]:
    """Runs of new entries of one kind whose rules take many at once, none of which names another; the rest alone."""
    start, keys = 0, set[str]()
    for i, entry in enumerate(unit):
        first = unit[start]
        fits = entry.kind == first.kind and _takes_many(entry, run) and _takes_many(first, run)
        if i > start and (not fits or not keys.isdisjoint(_named_by(entry))):
            yield unit[start:i]
            start, keys = i, set()
        keys.add(entry.key)
    yield unit[start:]


def _takes_many(entry: FileEntry, run: _Run) -> bool:
    return entry.key not in run.handles and kind_coded(entry.kind).batch is not None


def _enter_together(several: Sequence[FileEntry], run: _Run) -> Iterator[tuple[FileEntry, DomainError]]:
    """Enter new entries of one kind and owner in sets."""
    kind, actor = kind_coded(several[0].kind), run.actors[several[0].owner]
    ready: list[tuple[FileEntry, New]] = []
    for entry in several:
        try:
            fields = _fields(kind, entry, run)
        except DomainError as refusal:
            yield entry, refusal
        else:
            uuid = uuid7(run.at, secrets.token_bytes(10))
            ready.append((entry, New(fields, run.labels[entry.label], uuid)))
    answers = enter_many(kind, [new for _, new in ready], actor=actor, at=run.at, checks=Checks(kind, actor))
    for (entry, _new), answer in zip(ready, answers, strict=True):
        if isinstance(answer, DomainError):
            yield entry, answer
        else:
            run.done.entered += 1
            run.stands(entry, answer.record)


def _apply(entry: FileEntry, run: _Run) -> None:
    handle = run.handles.get(entry.key)
    if handle is not None and handle.digest == entry.digest:
        run.done.unchanged += 1
        return
    kind, actor, label = kind_coded(entry.kind), run.actors[entry.owner], run.labels[entry.label]
    fields = _fields(kind, entry, run)
    if handle is None:
        row = enter(kind, fields=fields, label=label, actor=actor, at=run.at)
        run.done.entered += 1
    else:
        row = _standing(kind, handle, entry)
        fields = {**_empty(kind), **fields}  # what the entry leaves out is not there any more
        revision = row.record.revision
        amend(kind, row, expected_revision=revision, fields=fields, label=label, actor=actor, at=run.at)
        run.done.amended += 1
    run.stands(entry, row.record)


def _standing(kind: Kind, handle: Handle, entry: FileEntry) -> RecordRow:
    """The row that an import before left under this handle."""
    if handle.record.kind != kind.name:
        raise entry.bad(f"this was a {handle.record.kind.partition('/')[0]}, and a record does not change its kind")
    table = kind.model.objects.system("which row a handle stands for; amending asks what the importer may see")
    row: RecordRow | None = table.select_related("record").filter(pk=handle.record_id).first()
    if row is None:
        raise NotFound
    return row


def _empty(kind: Kind) -> dict[str, Any]:
    """Every column of the kind as it is when nothing is said of it."""
    return {c.name: [] if c.many_to_many else c.get_default() for c in codec.columns(kind.model)}


def _fields(kind: Kind, entry: FileEntry, run: _Run) -> dict[str, Any]:
    """The entry's values as column values, refs as records."""
    columns = {column.name: column for column in codec.columns(kind.model)}
    if unknown := entry.fields.keys() - columns.keys():
        raise entry.bad(f"{kind.code} has no {', '.join(sorted(unknown))}")
    return {
        name: column_value(columns[name], value, entry, records=run.records, parties=run.parties)
        for name, value in entry.fields.items()
    }


def _remember(run: _Run) -> None:
    """Keep what each handle stands for now."""
    Handle.objects.bulk_create(
        run.written, update_conflicts=True, unique_fields=["directory", "key"], update_fields=["record", "digest"]
    )


def _ordered(data: DataDirectory) -> list[FileEntry]:
    """Entries so that each comes after those it names, otherwise as they stand. A circle is refused by name."""
    by_key = {entry.key: entry for entry in data.entries}
    named = {entry.key: [key for key in _named_by(entry) if key in by_key] for entry in data.entries}
    placed: dict[str, FileEntry] = {}
    for start in by_key:
        path: dict[str, Iterator[str]] = {} if start in placed else {start: iter(named[start])}
        while path:
            key = next(reversed(path))
            following = next((other for other in path[key] if other not in placed), None)
            if following is None:
                placed[key] = by_key[key]
                del path[key]
            elif following in path:
                circle = " → ".join([*list(path)[list(path).index(following) :], following])
                raise by_key[key].bad(f"entries name each other in a circle: {circle}")
            else:
                path[following] = iter(named[following])
    return list(placed.values())


def _named_by(entry: FileEntry) -> Iterator[str]:
    try:
        kind = kind_coded(entry.kind)
    except UnknownKind as error:
        raise entry.bad(str(error)) from error
    return handles_in(kind.model, entry.fields)
