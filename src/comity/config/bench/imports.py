"""One run: measurements are read from a sheet, checked, applied, and checked again, as the pages of an import do it."""

import csv
import io
import json
import resource
import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from comity.config import node
from comity.config.bench import Phase

PER_INDICATOR = 100


def main(rows: int, form: str) -> list[Phase]:
    """Set a node up, and measure the phases of one import on it."""
    import django

    node.write_secret(node.make_private(node.home()))
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    actor = _partnership(rows // PER_INDICATOR or 1)
    data = _sheet(rows, form)
    return list(_phases(data, rows, actor))


def _phases(data: bytes, rows: int, actor: Any) -> Iterator[Phase]:
    from comity.kernel.clock import now
    from comity.records.kinds import kind_coded
    from comity.records.sheets import carrying, drafts
    from comity.records.sheets.models import Sheet
    from comity.shell.import_work import say

    kind = kind_coded("programme.measurement")

    def read() -> Sheet:
        random = secrets.token_bytes(10)
        return drafts.upload(kind, data, name="bench", actor=actor, at=now(), random=random)

    def carried(sheet: Sheet) -> None:
        carrying.carry_on(sheet.pk, carrying.claim(sheet, at=now()), actor=actor, say=say, now=now)
        sheet.refresh_from_db()

    def checked(sheet: Sheet) -> None:
        drafts.choose(sheet, columns=sheet.columns, label_id=None, actor=actor)
        carried(sheet)

    def applied(sheet: Sheet) -> None:
        carrying.apply(sheet)
        sheet.refresh_from_db()
        carried(sheet)

    sheet, phase = _timed("read the file", rows, read)
    yield phase
    yield _timed("validate every row", rows, lambda: checked(sheet))[1]
    _expect(sheet.counts, new=rows, bad=0)
    yield _timed("apply", rows, lambda: applied(sheet))[1]
    _expect(sheet.counts, new=rows, refused=0)
    again = read()
    yield _timed("validate the same file again", rows, lambda: checked(again))[1]
    _expect(again.counts, unchanged=rows, bad=0)


def _timed(name: str, rows: int, work: Callable[[], Any]) -> tuple[Any, Phase]:
    start, busy = perf_counter(), process_time()
    made = work()
    seconds, cpu = perf_counter() - start, process_time() - busy
    return made, Phase(name, rows, seconds, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _expect(counts: dict[str, int], **wanted: int) -> None:
    if {name: counts.get(name) for name in wanted} != wanted:
        sys.exit(f"The import did something else than what is measured: {counts}")


def _partnership(indicators: int) -> Any:
    """A party with so many indicators; somebody of it who measures."""
    from comity.kernel.clock import now
    from comity.kernel.ids import PartyId
    from comity.labels.domain import Label
    from comity.labels.scale import SYNTHETIC, Classification
    from comity.labels.subject import Clearance, Role, Subject
    from comity.parties.actions import found_party
    from comity.records.entry import enter
    from comity.records.kinds import kind_coded
    from comity.records.work import act

    at = now()
    party = found_party(handle="bench", name=_text("Bench"), nature="host", home=node.home(), at=at)
    label = Label(SYNTHETIC, Classification.UNCLASSIFIED, frozenset({PartyId(party.pk)}))
    actor = Subject(
        party=PartyId(party.pk),
        account="bench",
        roles=frozenset({Role.PROGRAMME_MANAGER, Role.CHIEF, Role.REGISTRY_CLERK}),
        clearances=frozenset({Clearance(SYNTHETIC, Classification.UNCLASSIFIED)}),
    )

    def make(code: str, **fields: Any) -> Any:
        return enter(kind_coded(code), fields=fields, label=label, actor=actor, at=at).record

    with act(actor, at):
        mandate = make("programme.mandate", title=_text("Mandate"), purpose=_text("Measuring"))
        objective = make(
            "programme.objective", mandate=mandate, statement=_text("Figures"), area="logistics", stage="submitted"
        )
        result = make("programme.result", objective=objective, level="outcome", statement=_text("Figures arrive"))
        for number in range(indicators):
            make(
                "programme.indicator",
                result=result,
                title=_text(f"Indicator {number}"),
                measure="unit",
                nature="stock",
                direction="ascending",
                frequency="monthly",
                reporter=party,
            )
    return actor


def _text(words: str) -> dict[str, Any]:
    return {"original": "en", "text": {"en": words}}


def _sheet(rows: int, form: str) -> bytes:
    """A sheet as an office sends it: all indicators of a month, then those of the next."""
    indicators = rows // PER_INDICATOR or 1
    headings = ["Indicator", "From", "To", "Place", "Value", "Source", "Grade of the source"]

    def lines() -> Iterator[list[Any]]:
        for number in range(rows):
            start = date(2015, 1, 1) + timedelta(days=30 * (number // indicators))
            end = start + timedelta(days=29)
            name, place = f"Indicator {number % indicators}", f"IQG{number % 18 + 1:02}"
            yield [name, start, end, place, number * 3 / 2, f"Register of month {number // indicators}", "B2"]

    if form == "csv":
        out = io.StringIO()
        csv.writer(out).writerows([headings, *lines()])
        return out.getvalue().encode()
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet()
    for line in (headings, *lines()):
        page.append(line)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


if __name__ == "__main__":
    Path(node.home()).mkdir(parents=True, exist_ok=True)
    print(json.dumps([asdict(phase) for phase in main(int(sys.argv[1]), sys.argv[2])]))
