"""Taking in what a directory of data tells of its texts: the whole account or nothing, and once is enough."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse

from comity.kernel.canonical import encode
from comity.kernel.errors import DomainError, require
from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.labels.queries import intern
from comity.parties.models import Party
from comity.records.datafile import BadDataFile, DataDirectory
from comity.records.filevalues import text_of_table
from comity.records.importing import importer, label_of_table
from comity.records.models import Handle
from comity.records.work import act
from comity.reports.domain import Reading, faults, renamed
from comity.reports.models import StoredReading, StoredReport
from comity.reports.shape import reading_of, report_json, rest_json

SHOWN = 20  # faults that a refusal names; whoever has more sees them in the next attempt


class NumberTaken(DomainError):
    """Another directory brought a text of this number, and records cite texts by their numbers."""

    message = N_("Another text with the number %(number)s is here already.")


def read(data: DataDirectory) -> Reading | None:
    """The account that `data` gives of its texts; None if it names none.

    Raises:
        Unreadable: a table has not the right shape.
        BadDataFile: the account is not whole; says where.
    """
    if not data.beside.get("report"):
        return None
    tables = {name: [text_of_table(table) for table in found] for name, found in data.beside.items()}
    reading = reading_of(text_of_table(data.about.get("counting")), tables)
    cited = {entry.key: _cited(entry.fields) for entry in data.entries}
    pages = {rule.page for rule in reading.rules if _is_page(rule.page)}
    found = list(faults(reading, cited, pages))
    if found:
        more = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        raise BadDataFile(file=data.name, reason="; ".join([*found[:SHOWN], *more]))
    return reading


def keep(reading: Reading, data: DataDirectory, *, at: datetime) -> bool:
    """Store what `read` gave, in place of what the same directory told before. Whether anything changed.

    Its records must be in already.

    Raises:
        BadDataFile: import.toml does not say under which label and by which party it is kept.
        NumberTaken: as it says.
    """
    about = data.about.get("reading")
    try:
        keeper = Party.objects.get(handle=about["keeper"])  # type: ignore[index]  # whatever it is, it is refused
        label = label_of_table(data.about["label"][about["label"]], _parties())  # type: ignore[index]
    except (KeyError, TypeError, Party.DoesNotExist, DomainError) as error:
        raise BadDataFile(file=data.name, reason="[reading] names a label and a keeper of import.toml") from error
    # A handle may spell a person's name, which a purge must be able to take off this node: rows are named instead.
    rows = Handle.objects.filter(directory=data.name).values_list("key", "record_id")
    reading = renamed(reading, {key: str(pk) for key, pk in rows})
    reports = {report.number: report_json(report) for report in reading.reports}
    rest = rest_json(reading)
    digest = hashlib.sha256(
        encode({"rest": rest, "reports": reports, "origins": reading.origin_of, "label": label.json()})
    ).hexdigest()
    stored = StoredReading.objects.system("what the same directory told before").filter(directory=data.name)
    if stored.filter(digest=digest).exists():
        return False
    with act(importer(PartyId(keeper.pk), [label]), at) as work:
        stored.delete()
        taken = StoredReport.objects.system("numbers are a node's own").filter(number__in=reports).first()
        require(taken is None, NumberTaken(number=taken.number if taken else ""))
        label_id = intern(label)
        kept = StoredReading.objects.system("the new account").create(
            directory=data.name, label_id=label_id, digest=digest, body=rest
        )
        StoredReport.objects.system("its texts").bulk_create(
            StoredReport(reading=kept, number=number, origin=reading.origin_of[number], label_id=label_id, body=body)
            for number, body in reports.items()
        )
        work.note("reports-read", directory=data.name, digest=digest)
    return True


def _cited(fields: Mapping[str, Any]) -> set[str]:
    """The sentences that an entry names as its sources; what is none is for the rules of the entry to refuse."""
    sources = fields.get("sources")
    rows = [row for row in sources if isinstance(row, Mapping)] if isinstance(sources, list) else []
    return {f"{row['report']}:{row.get('sentence', '')}" for row in rows if row.get("report")}


def _is_page(name: str) -> bool:
    try:
        return bool(reverse(name))
    except NoReverseMatch:
        return False


def _parties() -> dict[str, Party]:
    return {party.handle: party for party in Party.objects.all()}
