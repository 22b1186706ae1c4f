"""Uploaded files on their way: read into tables that only their author sees, and deleted for good.

Nothing here is a record yet: drafts belong to their author (nobody else finds them, whatever their role), are deleted
when they are discarded or applied, and in any case after `KEPT`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

import orjson
from django.db import connection, models, transaction

from comity.kernel.errors import NotFound, RoleMissing, require
from comity.kernel.ids import uuid7
from comity.labels.subject import Subject
from comity.records.kinds import Kind, kind_named
from comity.records.sheets.csv_files import reread
from comity.records.sheets.dates import orders_in
from comity.records.sheets.headings import place_of_headings, signature, texts_of
from comity.records.sheets.models import Sheet, SheetColumns, SheetPart, SheetUnit, State
from comity.records.sheets.reading import read
from comity.records.sheets.refusals import HEADINGS, MOST_DRAFTS, MOST_ROWS, EmptySheet, TooManyDrafts, TooManyRows
from comity.records.sheets.targets import proposed, targets

KEPT = timedelta(days=2)
UNIT = 500


def upload(kind: Kind, data: bytes, *, name: str, actor: Subject, at: datetime, random: bytes) -> Sheet:
    """Read a file into a draft; what its columns seem to be is proposed. `random` is 10 bytes.

    Raises:
        RoleMissing: the actor may not enter this kind, or it is not for sheets.
        BadSheet: the file cannot be read or holds too much, or is one too many; then nothing of it is kept.
    """
    require(kind.in_sheets and actor.roles & kind.roles, RoleMissing)
    require(drafts(actor, at=at).count() < MOST_DRAFTS, TooManyDrafts(most=MOST_DRAFTS))
    table = read(data)
    with transaction.atomic():
        sheet = Sheet.objects.create(
            uuid=uuid7(at, random),
            party_id=actor.party,
            account=actor.account,
            kind=kind.name,
            name=name[-200:],
            at=at,
            until=at + KEPT,
            encoding=table.encoding,
        )
        number = 0
        for number, rows in enumerate(_some(table.rows), 1):
            SheetPart.objects.create(sheet=sheet, number=number, cells=orjson.dumps(rows))
            sheet.rows += len(rows)
        require(number, EmptySheet)
        sheet.noticed = table.noticed
        first = head_of(sheet)
        sheet.first_heading, sheet.headings = place_of_headings(kind, first)
        require(sheet.rows > sheet.first_heading + sheet.headings - 1, EmptySheet)
        require(sheet.rows - sheet.first_heading <= MOST_ROWS, TooManyRows(most=MOST_ROWS))
        propose(sheet, actor)
    return sheet


def _some(rows: Iterable[list[str]]) -> Iterator[list[list[str]]]:
    rows = iter(rows)
    while some := list(islice(rows, UNIT)):
        yield some


def draft(uuid: UUID, actor: Subject, *, at: datetime) -> Sheet:
    """The draft of this author; NotFound for everybody else."""
    found = drafts(actor, at=at).filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def drafts(actor: Subject, *, at: datetime) -> models.QuerySet[Sheet]:
    """The drafts of an author, newest first."""
    mine = Sheet.objects.filter(party_id=actor.party, account=actor.account, until__gt=at)
    return mine.order_by("-at", "-pk")


def head_of(sheet: Sheet) -> list[list[str]]:
    """The first rows: where headings may stand, and what stands below them."""
    return list(islice(cells_of(sheet), HEADINGS + 5))


def cells_of(sheet: Sheet) -> Iterator[list[str]]:
    """Every row from the first, as the encoding that was chosen reads it."""
    last = 0
    while (part := SheetPart.objects.filter(sheet=sheet, number__gt=last).order_by("number").first()) is not None:
        last = part.number
        rows: list[list[str]] = orjson.loads(bytes(part.cells))
        if sheet.encoding:
            rows = [[reread(cell, sheet.encoding) for cell in row] for row in rows]
        yield from rows


def rows_below(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """The rows below the headings that are not empty, each with the number that a spreadsheet program shows."""
    above = sheet.first_heading + sheet.headings - 1
    return ((n, row) for n, row in enumerate(cells_of(sheet), 1) if n > above and row)


def propose(sheet: Sheet, actor: Subject) -> None:
    """Say what the columns are: as this party said of the same headings before, else as their words tell."""
    kind, first = kind_named(sheet.kind), head_of(sheet)
    headings = texts_of(first, sheet.first_heading, sheet.headings)
    before = SheetColumns.objects.filter(party_id=actor.party, kind=kind.name, signature=signature(headings)).first()
    if before is not None and len(before.columns) == len(headings):
        sheet.columns = [
            one if one["target"] in targets(kind) else {"target": "", "order": ""} for one in before.columns
        ]
    else:
        samples = first[sheet.first_heading + sheet.headings - 1 :]
        sheet.columns = [{"target": code, "order": ""} for code in proposed(kind, headings, samples)]
    sheet.save()


def choose(sheet: Sheet, *, columns: Sequence[dict[str, str]], label_id: int | None, actor: Subject) -> None:
    """Take what the author says the columns are, remember it for the next such file, and have the rows checked."""
    headings = texts_of(head_of(sheet), sheet.first_heading, sheet.headings)
    with transaction.atomic():
        SheetUnit.objects.filter(sheet=sheet).delete()
        SheetColumns.objects.update_or_create(
            party_id=actor.party,
            kind=sheet.kind,
            signature=signature(headings),
            defaults={"columns": list(columns)},
        )
        sheet.columns, sheet.label_id, sheet.state = list(columns), label_id, State.CHECKING
        sheet.counts, sheet.problems, sheet.done, sheet.holder, sheet.beat = {}, [], 0, "", None
        sheet.save()


def reopen(sheet: Sheet) -> None:
    """Back to its columns, with what was chosen."""
    Sheet.objects.filter(pk=sheet.pk).update(state=State.READ)


def doubtful_columns(sheet: Sheet, places: Iterable[int]) -> dict[int, str]:
    """Of these columns of dates those in which day and month may be exchanged, with the order that others prove."""
    wanted = list(places)
    cells: dict[int, list[str]] = {place: [] for place in wanted}
    for _, row in rows_below(sheet):
        for place in wanted:
            if place < len(row) and row[place]:
                cells[place].append(row[place])
    found = {place: orders_in(texts) for place, texts in cells.items()}
    return {place: proven for place, (doubtful, proven) in found.items() if doubtful}


def finish(sheet: Sheet) -> None:
    """Delete what was read of the file; how many records it made stays until its author has seen it."""
    SheetPart.objects.filter(sheet=sheet).delete()
    SheetUnit.objects.filter(sheet=sheet).delete()
    Sheet.objects.filter(pk=sheet.pk).update(name="", columns=[], state=State.APPLIED)
    transaction.on_commit(scrub)


def discard(sheet: Sheet) -> None:
    """Delete all of it."""
    with transaction.atomic():
        sheet.delete()
        transaction.on_commit(scrub)


def forget_old(at: datetime) -> int:
    """Delete the drafts whose time has come, whoever's they are; how many there were."""
    old = Sheet.objects.filter(until__lte=at)
    if not old.exists():
        return 0
    with transaction.atomic():
        _, per_table = old.delete()
        transaction.on_commit(scrub)
    return per_table.get("records.Sheet", 0)


def scrub() -> None:
    """Make SQLite's write-ahead log forget what was deleted; the database file itself overwrites it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
