"""Importing from a spreadsheet, page by page: a ministry's tree with planted mistakes, mended, applied, and again."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from comity.kernel.clock import now
from comity.labels.queries import intern
from comity.labels.subject import Role
from comity.people.models import Organisation, Position
from comity.records.sheets import carrying
from comity.records.sheets.models import Sheet, SheetPart, SheetUnit
from comity.responses.tests.world import World, text, written
from comity.shell import import_work

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a thread would do beside the pages, at once."""

    def start(sheet: Sheet, subject: Any) -> None:
        if token := carrying.claim(sheet, at=now()):
            carrying.carry_on(sheet.pk, token, actor=subject, say=import_work.say, now=now)

    monkeypatch.setattr(import_work, "start", start)


def workbook(rows: list[list[Any]], change: Callable[[Any], None] = lambda sheet: None) -> SimpleUploadedFile:
    """An XLSX with these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("ministry.xlsx", out.getvalue(), XLSX)


def uploaded(client: Client, kind: str, file: SimpleUploadedFile) -> str:
    """The address of the draft that a file became."""
    answer = client.post(reverse("shell:import", args=[kind]), {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def checked(client: Client, draft: str, world: World, **more: str) -> Any:
    """The preview, with the columns as they are proposed and the marking of both sides."""
    sheet = Sheet.objects.get(uuid=draft.rstrip("/").rpartition("/")[2])
    columns = {f"c{place}": column["target"] for place, column in enumerate(sheet.columns)}
    answer = client.post(draft, {"do": "columns", **columns, "label": str(intern(world.label())), **more}, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    return answer


def organisations() -> list[list[Any]]:
    """A ministry of 25 directorates, each with three units, its rows in an order that puts children first."""
    rows: list[list[Any]] = [["Ministry of Supply", "وزارة التجهيز", "ministry", None, "MOS"]]
    for d in range(25):
        rows.append([f"Directorate {d}", f"مديرية {d}", "office", "Ministry of Supply", f"D{d}"])
        rows += [[f"Unit {d}.{u}", None, "office", f"Directorate {d}", f"U{d}.{u}"] for u in range(3)]
    return [["Name (English)", "الاسم (بالعربية)", "What it is", "Part of", "Key"], *reversed(rows)]


def positions() -> list[list[Any]]:
    """Five hundred posts in those hundred directorates, units and the ministry."""
    units = [f"Unit {d}.{u}" for d in range(25) for u in range(3)] + [f"Directorate {d}" for d in range(25)]
    rows = [
        [f"Post {n}", f"وظيفة {n}", units[n % 100], "one" if n % 2 else "several holders at a time"] for n in range(500)
    ]
    return [["Title of the post (English)", "Title of the post (Arabic)", "Organisation", "Holders"], *rows]


@pytest.fixture
def clerk(world: World, client: Client) -> Client:
    """The registry of the Iraqi side, signed in."""
    world.sign_in(client, "iraq", Role.REGISTRY_CLERK)
    return client


def test_a_ministry_of_500_positions_with_ten_mistakes_each_of_them_named(world: World, clerk: Client):
    draft = uploaded(clerk, "people.organisation", workbook(organisations()))
    page = checked(clerk, draft, world).content.decode()
    assert "Every row can be accepted" in page
    clerk.post(draft, {"do": "apply"})
    tree = {row.name["text"]["en"]: row for row in Organisation.objects.system("test")}
    assert len(tree) == 101
    assert tree["Unit 24.2"].parent_id == tree["Directorate 24"].pk
    assert tree["Directorate 24"].parent_id == tree["Ministry of Supply"].pk
    assert tree["Ministry of Supply"].name["original"] == "en"

    mistakes = {
        11: (0, None, "Fill this in."),
        50: (2, "Directorate 99", "Nothing that you can see is called “Directorate 99”"),
        51: (2, None, "Fill this in."),
        100: (3, "three", "“three” is not one of the choices here"),
        101: (3, None, "Fill this in."),
        200: (2, "unit  0.9", "Nothing that you can see"),
        250: (0, "#REF!", "“#REF!” is an error of the spreadsheet"),
        300: (0, "Post 298", ""),
        400: (3, "one; several", "is not one of the choices"),
        499: (3, "#N/A", "“#N/A” is an error"),
    }
    rows = positions()
    for number, (column, value, _) in mistakes.items():
        rows[number - 1][column] = value
        if column == 0 and value is None:
            rows[number - 1][1] = None
    rows[299] = list(rows[298])  # the same post twice
    before = written()
    draft = uploaded(clerk, "people.position", workbook(rows))
    answer = checked(clerk, draft, world)
    problems = {problem["n"]: problem["w"]["en"] for problem in Sheet.objects.get(state="checked").problems}
    assert sorted(problems) == sorted(mistakes)
    in_arabic = {problem["n"]: problem["w"]["ar"] for problem in Sheet.objects.get(state="checked").problems}
    assert in_arabic[100].startswith("«three» ليس من الخيارات"), "what was typed is no word of the interface"
    for number, (_, _, reason) in mistakes.items():
        assert (reason or "This is the same as row 299") in problems[number]
    page = answer.content.decode()
    assert "490" in page
    assert all(reason.split("“")[0] in page for reason in problems.values())
    assert written() == before

    refused = clerk.post(draft, {"do": "apply"})
    assert refused.status_code == 422
    assert written() == before, "a file with bad rows is applied on explicit choice alone"
    clerk.post(draft, {"do": "apply", "clean": "on"})
    assert Position.objects.system("test").count() == 490

    draft = uploaded(clerk, "people.position", workbook(positions()))
    assert Sheet.objects.exclude(state="applied").get().columns[2]["target"] == "organisation"
    checked(clerk, draft, world)
    counts = Sheet.objects.get(state="checked").counts
    assert (counts["new"], counts["unchanged"], counts["bad"]) == (10, 490, 0)
    clerk.post(draft, {"do": "apply"})
    assert Position.objects.system("test").count() == 500
    after = written()
    draft = uploaded(clerk, "people.position", workbook(positions()))
    assert "Every row is there already" in checked(clerk, draft, world).content.decode()
    assert written() == after, "the same file twice changes nothing"


def test_what_was_read_is_deleted_once_it_is_applied(world: World, clerk: Client):
    file = workbook([["Name", "Other spellings"], ["Synthetic Canary", "Kanari"]])
    draft = uploaded(clerk, "people.person", file)
    checked(clerk, draft, world)
    clerk.post(draft, {"do": "apply"})
    assert (SheetPart.objects.count(), SheetUnit.objects.count()) == (0, 0)
    left = Sheet.objects.get()
    assert (left.name, left.columns, left.problems) == ("", [], [])
    assert "nothing of the file is kept" in clerk.get(draft).content.decode().lower()


def test_nobody_else_sees_a_draft(world: World, clerk: Client):
    draft = uploaded(clerk, "people.person", workbook([["Name", "Rank"], ["Synthetic Canary", "Major"]]))
    other = Client()
    world.sign_in(other, "iraq")
    assert other.get(draft).status_code == 404
    assert other.post(draft, {"do": "discard"}).status_code == 404
    assert "Canary" not in other.get(reverse("shell:imports")).content.decode()
    assert clerk.get(draft).status_code == 200


def test_who_may_not_enter_a_kind_may_not_import_it(world: World, client: Client):
    world.sign_in(client, "iraq", Role.ADVISER)
    assert client.get(reverse("shell:import", args=["people.person"])).status_code == 403
    assert client.get(reverse("shell:import", args=["responses.concurrence"])).status_code == 403
    assert client.get(reverse("shell:import-csv", args=["people.person"])).status_code == 403
    assert client.get(reverse("shell:import", args=["programme.measurement"])).status_code == 200


def test_an_empty_sheet_is_understood_when_it_comes_back(world: World, clerk: Client):
    for language in ("en", "ar"):
        clerk.cookies["comity_language"] = language
        for ending in ("csv", "xlsx"):
            blank = clerk.get(reverse(f"shell:import-{ending}", args=["people.position"])).content
            if ending == "csv":
                filled = blank + "K1,Clerk,كاتب,Ministry,one,,,\r\n".encode()
            else:
                book = openpyxl.load_workbook(io.BytesIO(blank))
                book.worksheets[0].append(["K1", "Clerk", "كاتب", "Ministry", "one"])
                out = io.BytesIO()
                book.save(out)
                filled = out.getvalue()
            uploaded(clerk, "people.position", SimpleUploadedFile(f"b.{ending}", filled))
            targets = [column["target"] for column in Sheet.objects.order_by("-pk")[0].columns]
            assert targets[:5] == ["key", "title:en", "title:ar", "organisation", "holders"]
            assert all(targets), "every heading that we write, we read"


def test_dates_that_can_be_two_days_are_asked_for(world: World, client: Client):
    subject = world.sign_in(client, "nmi")
    world.enter("programme.indicator", title=text("Convoys"), actor=subject)
    rows = "Indicator;From;To;Value\nConvoys;01/02/2025;01/02/2025;٣٫٥\n"
    draft = uploaded(client, "programme.measurement", SimpleUploadedFile("m.csv", rows.encode()))
    columns = {"c0": "indicator", "c1": "period_start", "c2": "period_end", "c3": "value"}
    refused = client.post(draft, {"do": "columns", **columns})
    assert refused.status_code == 422
    assert "Say whether the day or the month comes first" in refused.content.decode()
    client.post(draft, {"do": "columns", **columns, "o1": "day", "o2": "day"})
    client.post(draft, {"do": "apply"})
    from comity.programme.models import Measurement

    made = Measurement.objects.system("test").get()
    assert (made.period_start.isoformat(), str(made.value)) == ("2025-02-01", "3.5")
