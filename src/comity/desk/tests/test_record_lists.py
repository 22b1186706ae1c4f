"""The list of a kind, as a page and as a file: the same rows, and not a sign of what may not be read."""

import csv
import io
import re
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from comity.audit.models import Entry
from comity.labels.domain import Label
from comity.labels.scale import PARTNERSHIP, Classification
from comity.labels.subject import Role
from comity.records.kinds import all_kinds
from comity.responses.tests.world import World, text
from comity.shell import export as exports

CANARY = "Quixotic"


def shown(client: Client, code: str, **query: str) -> str:
    answer = client.get(reverse("shell:list", args=[code]), query)
    assert answer.status_code == 200
    return answer.text


def titles(page: str) -> list[str]:
    return re.findall(r'<td><a href="[^"]*"><bdi>([^<]*)</bdi>', page)


def exported(client: Client, code: str, form: str = "csv", **query: str) -> bytes:
    where = reverse("shell:list-export", args=[code, form], query=query)
    answer = client.post(where)
    assert answer.status_code == 200
    assert f'filename="{code.replace(".", "-")}-' in answer["Content-Disposition"]
    return answer.getvalue()


def lines(file: bytes) -> list[list[str]]:
    """The file's lines below its heading, the names of the columns first."""
    read = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    return read[read.index([]) + 1 :]


def heading(file: bytes) -> dict[str, str]:
    read = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    return {row[0]: row[1] for row in read[1 : read.index([])]}


@pytest.fixture
def risks(world: World) -> Any:
    """60 risks of one objective: every third for the mission alone."""
    about = world.enter("programme.objective", statement=text("Depots"))
    for number in range(60):
        world.enter(
            "programme.risk",
            about=about,
            statement=text(f"Fire {number}", f"حريق {number}"),
            state="closed" if number % 2 else "open",
            likelihood=1 + number % 5,
            label=world.label("nmi") if number % 3 == 0 else None,
        )
    return about


def test_pages_and_file_hold_each_once_newest_first(world: World, client: Client, risks: Any) -> None:
    world.sign_in(client, "nmi", Role.ADVISER)
    first = shown(client, "programme.risk")
    (after,) = set(re.findall(r'href="\?after=(\d+)"', first))
    second = shown(client, "programme.risk", after=after)
    expected = [f"Fire {number}" for number in reversed(range(60))]
    assert titles(first) + titles(second) == expected
    assert 'rel="next"' not in second
    assert [line[0] for line in lines(exported(client, "programme.risk"))[1:]] == expected


def test_a_file_holds_what_the_page_shows(world: World, client: Client, risks: Any) -> None:
    world.sign_in(client, "nmi", Role.ADVISER)
    page = shown(client, "programme.risk", q="fire 7", state="closed")
    columns, line = lines(exported(client, "programme.risk", q="fire 7", state="closed"))
    assert titles(page) == ["Fire 7"]
    assert re.findall(r'<th scope="col">([^<]*)</th>', page) == columns[:-1]
    assert columns[-1] == "Marking"
    for cell in line[:-2]:  # the day is written another way; the marking stands at the top of the page
        assert cell in page
    assert line[:6] == ["Fire 7", "Depots", "3", "", "", ""]


def test_both_forms_say_the_same(world: World, client: Client, risks: Any) -> None:
    world.sign_in(client, "nmi", Role.ADVISER)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(exported(client, "programme.risk", "xlsx"))).active
    rows = [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]
    read = list(csv.reader(io.StringIO(exported(client, "programme.risk").decode("utf-8-sig"))))
    assert len(rows) == len(read)
    assert rows[-1][0] == read[-1][0] == "Fire 0"
    likelihood = read[read.index([]) + 1].index("Likelihood")
    assert rows[-1][likelihood] == 1  # a number, not a text


def test_filters_and_words_narrow_it(world: World, client: Client, risks: Any) -> None:
    other = world.enter("programme.objective", statement=text("Elsewhere"))
    world.enter("programme.risk", "iraq", about=other, statement=text("Flood"), state="open")
    world.sign_in(client, "nmi", Role.ADVISER)
    assert titles(shown(client, "programme.risk", owner="iraq")) == ["Flood"]
    assert titles(shown(client, "programme.risk", about=other.record.slug)) == ["Flood"]
    assert titles(shown(client, "programme.risk", q="حريق 1", state="closed", about=risks.record.slug))[0] == "Fire 19"
    assert len(titles(shown(client, "programme.risk", state="open"))) == 31
    assert "Nothing fits" in shown(client, "programme.risk", q="nothing like it")
    assert len(titles(shown(client, "programme.risk", state="no such", about="x", after="x", owner="y"))) == 50


def test_what_is_hidden_is_neither_shown_nor_counted_nor_in_a_file(world: World, client: Client, risks: Any) -> None:
    world.sign_in(client, "iraq", Role.ADVISER)
    page = shown(client, "programme.risk")
    expected = [f"Fire {number}" for number in reversed(range(60)) if number % 3]
    assert titles(page) == expected
    assert '<p class="sub">Records: 40</p>' in page
    assert 'rel="next"' not in page
    file = exported(client, "programme.risk")
    assert [line[0] for line in lines(file)[1:]] == expected
    assert heading(file)["Lines"] == "40"


@pytest.mark.parametrize("side", ["nmi", "iraq"])
def test_no_canary_is_in_what_a_low_subject_takes_along(world: World, client: Client, side: str) -> None:
    """In the title of a record, of one that is only named, and in a marking."""
    caveats, officer = frozenset({f"{CANARY}-CAVEAT"}), world.subject("nmi")
    officer = replace(officer, caveats=caveats)
    secret = Label(PARTNERSHIP, Classification.UNCLASSIFIED, frozenset({officer.party}), caveats=caveats)
    above = world.enter("programme.objective", statement=text(f"{CANARY} aim"), label=secret, actor=officer)
    world.enter("programme.risk", about=above, statement=text(f"{CANARY} danger"), label=secret, actor=officer)
    world.enter("programme.risk", about=above, statement=text("Fire"), actor=officer)
    world.sign_in(client, side, Role.ADVISER)
    asked: list[tuple[str, dict[str, str]]] = [(kind.code, {}) for kind in all_kinds()]
    asked += [("programme.objective", {"q": "aim"}), ("programme.risk", {"q": "danger"})]
    asked += [("programme.risk", {"about": above.record.slug})]
    for code, query in asked:
        assert CANARY not in shown(client, code, **query)
        assert CANARY not in exported(client, code, **query).decode()
    sheet: Any = openpyxl.load_workbook(io.BytesIO(exported(client, "programme.risk", "xlsx"))).active
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert {"Fire", "not shared with us"} <= set(cells)
    assert not any(CANARY in cell for cell in cells)


def test_a_list_cannot_be_narrowed_to_what_is_hidden(world: World, client: Client) -> None:
    """Else it would tell which records speak of it."""
    hidden = world.enter("programme.objective", label=world.label("nmi"))
    world.enter("programme.risk", about=hidden, statement=text("Fire"))
    world.enter("programme.risk", statement=text("Flood"))
    world.sign_in(client, "iraq", Role.ADVISER)
    assert titles(shown(client, "programme.risk", about=hidden.record.slug)) == ["Flood", "Fire"]


def test_a_file_says_who_made_it_under_which_marking_and_narrowed_by_what(
    world: World, client: Client, risks: Any
) -> None:
    world.enter(
        "programme.risk",
        about=risks,
        statement=text("Theft"),
        label=world.label(caveats=frozenset({"USE-ADVISORY-ONLY"})),
    )
    world.sign_in(client, "nmi", Role.ADVISER)
    said = heading(exported(client, "programme.risk", state="open"))
    assert said["Marking"] == "UNCLASSIFIED · releasable to Mission · for advisory use only"
    assert said["Exported by"] == "adviser, adviser, Mission"
    assert said["Narrowed by: State"] == "open"
    assert said["Lines"] == "31"
    assert "Not whole" not in said


def test_a_record_that_is_only_named_counts_for_the_marking(world: World, client: Client) -> None:
    above = world.enter("programme.objective", label=world.label("nmi"))
    world.enter("programme.risk", about=above, statement=text("Fire"))
    world.sign_in(client, "nmi", Role.ADVISER)
    assert heading(exported(client, "programme.risk"))["Marking"] == "UNCLASSIFIED · releasable to Mission"


def test_what_is_never_exchanged_stays_on_the_node(world: World, client: Client) -> None:
    about = world.enter("programme.objective")
    party = frozenset({world.subject("nmi").party})
    never = Label(PARTNERSHIP, Classification.UNCLASSIFIED, party, exchange_never=True)
    world.enter("programme.risk", about=about, statement=text(CANARY), label=never)
    world.enter("programme.risk", about=about, statement=text("Fire"))
    world.sign_in(client, "nmi", Role.ADVISER)
    assert CANARY in shown(client, "programme.risk")
    file = exported(client, "programme.risk")
    assert CANARY not in file.decode()
    assert heading(file)["Left out"].endswith(": 1")
    assert "never exchanged" not in heading(file)["Marking"]


def test_the_heading_says_when_the_list_goes_on(
    world: World, client: Client, risks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_LINES", 7)
    world.sign_in(client, "nmi", Role.ADVISER)
    file = exported(client, "programme.risk")
    assert len(lines(file)) == 8
    assert "at most 7 lines" in heading(file)["Not whole"]


def test_a_file_is_on_the_log_without_what_it_holds(world: World, client: Client, risks: Any) -> None:
    subject = world.sign_in(client, "nmi", Role.ADVISER)
    exported(client, "programme.risk", q="fire 7")
    entry = Entry.objects.system("test").order_by("-index")[0]
    assert (entry.event, entry.party, entry.actor) == ("exported", subject.party, subject.account)
    data = bytes(entry.data).decode()
    assert '"what":"programme.risk"' in data
    assert '"lines":1' in data
    assert "fire" not in data.lower()


def test_reading_a_list_writes_nothing_and_a_file_is_posted_for(world: World, client: Client, risks: Any) -> None:
    world.sign_in(client, "nmi", Role.ADVISER)
    before = Entry.objects.system("test").count()
    shown(client, "programme.risk")
    assert client.get(reverse("shell:list-export", args=["programme.risk", "csv"])).status_code == 405
    assert client.post(reverse("shell:list-export", args=["programme.risk", "exe"])).status_code == 404
    assert client.post(reverse("shell:list-export", args=["programme.nothing", "csv"])).status_code == 404
    assert client.get(reverse("shell:list", args=["programme.nothing"])).status_code == 404
    assert Entry.objects.system("test").count() == before


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_reads_no_record_is_shown_and_given_none(world: World, client: Client, risks: Any, role: Role) -> None:
    world.sign_in(client, "nmi", role)
    assert titles(shown(client, "programme.risk")) == []
    assert len(lines(exported(client, "programme.risk"))) == 1
    assert "Nothing is shared with you yet" in client.get(reverse("shell:kinds")).text


def test_every_kind_is_listed_with_how_much_of_it_may_be_read(world: World, client: Client, risks: Any) -> None:
    world.sign_in(client, "iraq", Role.ADVISER)
    page = client.get(reverse("shell:kinds")).text
    assert f'href="{reverse("shell:list", args=["programme.risk"])}"' in page
    assert "<span>40</span>" in page


def test_an_arabic_file_is_arabic(world: World, client: Client, risks: Any) -> None:
    world.sign_in(client, "nmi", Role.ADVISER)
    client.cookies["comity_language"] = "ar"
    with translation.override("ar"):
        file = exported(client, "programme.risk", "xlsx")
    sheet: Any = openpyxl.load_workbook(io.BytesIO(file)).active
    assert sheet.sheet_view.rightToLeft
    assert "حريق 0" in [row[0] for row in sheet.iter_rows(values_only=True)]
