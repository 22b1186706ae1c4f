"""What cannot be saved: a clear answer in the reader's language, nothing half-written, nothing typed lost."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.browser.forms import FORM, choose, fill, refusals, send, typed
from tests.browser.language import ALLOWED, WORD
from tests.browser.node import Node, copied
from tests.browser.visitor import Visitor

SLOW = 15_000  # milliseconds, on a machine that is busy with other tests
OURS = re.compile(r"(audit|files|parties|people|programme|records|responses)_")
BOTH = pytest.mark.parametrize("language", ["en", "ar"])


@pytest.fixture(scope="module")
def node(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """One node for all of these: what each test writes does not touch another."""
    with copied(loaded_home, tmp_path_factory.mktemp("bad-input") / "node") as running:
        yield running


@pytest.fixture
def opened(node: Node, opens: Callable[..., Visitor]) -> Callable[..., Page]:
    """`opened(address, account, language)`: a page on that node."""
    expect.set_options(timeout=SLOW)
    return lambda address, account="nmi-adviser", language="en", **how: opens(
        node, account, language=language, **how
    ).visit(address)


@dataclass
class Known:
    """What the tests stand on, found or entered once."""

    slugs: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def known() -> Known:
    return Known()


@pytest.fixture
def indicator(node: Node, opened: Callable[..., Page], known: Known) -> str:
    """The slug of an indicator of the mission's own: higher is better, 10 to begin with, 20 measured once, by sex."""
    if "indicator" in known.slugs:
        return known.slugs["indicator"]
    result = node.slugs("programme.result", "nmi")[0]
    page = opened(f"/enter/programme.indicator/?about={result}")
    fill(page, title_en="Courses held", title_ar="الدورات المقامة", measure="unit", nature="flow")
    fill(page, direction="ascending", frequency="yearly", dimensions="sex = female, male")
    choose(page, "reporter", "NATO Mission Iraq")
    assert send(page) == 200
    known.slugs["indicator"] = slug = node.slugs("programme.indicator", "nmi")[-1]
    page.goto(urljoin(page.url, f"/enter/programme.baseline/?about={slug}"))
    fill(page, period_start="2024-01-01", period_end="2024-01-01", value="10")
    assert send(page) == 200
    page.goto(urljoin(page.url, f"/enter/programme.measurement/?about={slug}"))
    fill(page, period_start="2024-07-01", period_end="2024-09-30", value="20")
    assert send(page) == 200
    return slug


def rows(node: Node) -> dict[str, int]:
    """How many rows stand in each table of ours, the log among them; and how many files are kept."""
    with closing(sqlite3.connect(node.home / "comity.db")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {
            name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables if OURS.match(name)
        }
    found["files"] = sum(1 for path in (node.home / "files").rglob("*") if path.is_file())
    return found


def entered(node: Node, before: dict[str, int], kind: str) -> int:
    """How many rows of a table came since; the records and the log grew by the same."""
    after = rows(node)
    came = after[kind] - before[kind]
    assert after["records_record"] - before["records_record"] == came
    assert after["audit_entry"] - before["audit_entry"] == came
    return came


def refused(page: Page, node: Node, language: str, said: tuple[str, ...], *, status: int = 422) -> None:
    """Send; the answer says why in the reader's language and keeps all that was typed, and nothing was written."""
    before, asked = rows(node), typed(page)
    assert send(page) == status
    told = refusals(page)
    for words in said:
        assert words in told
    if language == "ar":
        latin = {word for line in told.splitlines() for word in WORD.findall(re.sub(r"“[^”]*”|«[^»]*»", "", line))}
        assert latin - ALLOWED == set()
    assert typed(page) == asked
    assert rows(node) == before


# --- figures


@BOTH
def test_impossible_dates(node: Node, opened: Callable[..., Page], indicator: str, language: str):
    page = opened(f"/enter/programme.measurement/?about={indicator}", language=language)
    fill(page, period_start="٢٠٢٦-٠٢-٣١", period_end="2026-13-01", value="12", cells="female = 5\nmale = 7")
    fill(page, narrative_en="As the school says.", narrative_ar="كما تقول المدرسة.", source_en="The school")
    page.check(f"{FORM} [name=narrative_original][value=ar]")
    refused(page, node, language, ("2026-02-31", "2026-13-01"))
    page = opened(f"/enter/programme.milestone/?about={node.slugs('programme.objective', 'nmi')[0]}", language=language)
    fill(page, title_en="The first course is over", due="2026-02-30", state="planned")
    refused(page, node, language, ("2026-02-30",))


@BOTH
@pytest.mark.parametrize("value", ["5", "٥"])
def test_a_target_on_the_wrong_side(node: Node, opened: Callable[..., Page], indicator: str, language: str, value: str):
    page = opened(f"/enter/programme.target/?about={indicator}", language=language)
    fill(page, period_start="2027-01-01", period_end="2027-12-31", value=value, narrative_en="As agreed.")
    said = {
        "en": ("The target 5 is below the baseline 10, and higher is better here.",),
        "ar": ("٥", "١٠"),
    }
    refused(page, node, language, said[language])


@BOTH
def test_overlapping_periods(node: Node, opened: Callable[..., Page], indicator: str, language: str):
    page = opened(f"/enter/programme.measurement/?about={indicator}", language=language)
    fill(page, period_start="2024-09-30", period_end="2024-12-31", value="3", place="IQG07")
    fill(page, place="")
    said = {"en": ("There is a figure of yours for Q3 2024 and the same place already",), "ar": ("الفصل ٣",)}
    refused(page, node, language, said[language])


@BOTH
def test_a_breakdown_that_does_not_add_up(node: Node, opened: Callable[..., Page], indicator: str, language: str):
    page = opened(f"/enter/programme.measurement/?about={indicator}", language=language)
    start, end = {"en": ("2025-01-01", "2025-03-31"), "ar": ("2025-04-01", "2025-06-30")}[language]
    fill(page, period_start=start, period_end=end, value="20", grade="B2")
    fill(page, cells="female = ٧\nmale = 8\nunknown = 3")
    said = {"en": ("The parts add up to 18, the total is 20: the difference is 2.",), "ar": ("١٨", "٢٠", "٢")}
    refused(page, node, language, said[language])
    # With the difference given to somebody, it is taken.
    before = rows(node)
    fill(page, cells="female = ٧\nmale = 8\nunknown = 5")
    assert send(page) == 200
    assert entered(node, before, "programme_measurement") == 1


@BOTH
def test_numbers_in_digits_and_separators_of_either_script(
    node: Node, opened: Callable[..., Page], indicator: str, language: str
):
    year = {"en": "2022", "ar": "2023"}[language]
    for month, number in (("01", "١٬٢٣٤٫٥"), ("02", "1,234.5"), ("03", "۱٬۲۳۴٫۵"), ("04", "1 234.5"), ("05", "١٢٣٤٫٥")):
        page = opened(f"/enter/programme.measurement/?about={indicator}", language=language)
        fill(page, period_start=f"{year}-{month}-01", period_end=f"{year}-{month}-02", value=number)
        assert (send(page), refusals(page)) == (200, "")
    with closing(sqlite3.connect(node.home / "comity.db")) as database:
        found = database.execute(
            "SELECT value FROM programme_measurement WHERE period_start BETWEEN ? AND ?",
            (f"{year}-01-01", f"{year}-12-31"),
        ).fetchall()
    assert [str(value) for (value,) in found] == ["1234.5"] * 5
    page = opened(f"/indicators/{indicator}/", language=language)
    shown = {"en": "1,234.5", "ar": "١٬٢٣٤٫٥"}[language]
    assert page.locator("main td", has_text=shown).count() >= 5


@BOTH
def test_a_number_that_can_be_read_in_two_ways(node: Node, opened: Callable[..., Page], indicator: str, language: str):
    page = opened(f"/enter/programme.measurement/?about={indicator}", language=language)
    fill(page, period_start="2025-10-01", period_end="2025-12-31", value="1,5", sample_size="many")
    said = {
        "en": ("“1,5” can be read in two ways. Write 1.5 or 15.", "“many” is not a number."),
        "ar": ("1,5", "١٫٥", "١٥", "many"),
    }
    refused(page, node, language, said[language])


@BOTH
def test_an_indicator_that_contradicts_itself(node: Node, opened: Callable[..., Page], language: str):
    page = opened(f"/enter/programme.indicator/?about={node.slugs('programme.result', 'nmi')[0]}", language=language)
    fill(page, title_en="People trained", title_ar="من تدربوا", measure="ordinal", nature="running_total")
    fill(page, direction="ascending", frequency="monthly", additive=True, distinct_people=True, critical=True)
    fill(page, dimensions="sex = female, male\nage = young, old", levels="none | لا شيء", weight="٠")
    choose(page, "reporter", {"en": "NATO Mission Iraq", "ar": "بعثة حلف شمال الأطلسي"}[language])
    choose(page, "verifier", {"en": "NATO Mission Iraq", "ar": "بعثة حلف شمال الأطلسي"}[language])
    said = ("Name at least two levels", "Only a number can be a running total", "The verifier must be another party")
    refused(page, node, language, said if language == "en" else ())
    assert page.locator("#refused li").count() == 5


# --- the mandate


@BOTH
def test_an_initiative_outside_the_mandate(node: Node, opened: Callable[..., Page], language: str):
    mandate = node.slugs("programme.mandate", "iraq")[0]
    page = opened(f"/enter/programme.initiative/?about={mandate}", language=language)
    fill(page, title_en="Something else", title_ar="شيء آخر", clause="combat", status="active", nations="IT\nES")
    fill(page, planned_start="2016", planned_end="2017-05", description_en="Not what was asked for.")
    first = page.locator(f"{FORM} [name=objectives]").first.get_attribute("value")
    fill(page, objectives=[str(first)])
    said = {
        "en": (
            "The mandate has no clause “combat”.",
            "The initiative runs from 2016 to May 2017, outside the term of the mandate (July 2018 to –).",
        ),
        "ar": ("combat", "٢٠١٦", "٢٠١٧", "٢٠١٨"),
    }
    refused(page, node, language, said[language])


# --- letters


@BOTH
def test_a_scan_that_is_no_letter(node: Node, opened: Callable[..., Page], language: str, tmp_path: Path):
    scan = tmp_path / "letter.pdf"
    scan.write_text("MZ, whatever it is called")
    page = concurrence(node, opened, language)
    fill(page, letter_number="41", letter_date="2026-03-01", authority_ar="وزير الدفاع", scan=scan)
    said = {"en": ("A scan is a PDF, PNG or JPEG file; this is none of them",), "ar": ("PDF",)}
    refused(page, node, language, said[language])


@BOTH
def test_an_official_position_without_its_letter(
    node: Node, opened: Callable[..., Page], language: str, tmp_path: Path
):
    scan = tmp_path / "letter.png"
    scan.write_bytes(b"\x89PNG\r\n\x1a\n" + language.encode())
    page = concurrence(node, opened, language)
    fill(page, position="with_conditions", scan=scan)
    said = ("give its number", "give its date", "Say on whose authority", "Say what the conditions are")
    refused(page, node, language, said if language == "en" else ())
    # The four that are missing, and that the file must be chosen again: it was not kept.
    assert page.locator("#refused li").count() == 5


def concurrence(node: Node, opened: Callable[..., Page], language: str) -> Page:
    """The form of a concurrence, before the clerk."""
    about = node.slugs("programme.objective", "nmi")[0]
    page = opened(f"/enter/responses.concurrence/?about={about}", "iraq-clerk", language)
    fill(page, position="concurs", view="official", reason_ar="بعد المراجعة", reason_en="After review")
    return page


# --- several at once, and once more


@BOTH
def test_two_people_saving_the_same_thing(node: Node, opened: Callable[..., Page], language: str):
    risk = node.slugs("programme.risk", "nmi")[0]
    address = f"/records/{risk}/edit/"
    adviser = opened(address, "nmi-adviser", language)
    chief = opened(address, "nmi-chief", language)
    theirs, ours = f"Theirs, in {language}", f"Ours, in {language}"
    fill(chief, statement_en=theirs, likelihood="4", review="2027-01")
    assert send(chief) == 200
    fill(adviser, statement_en=ours, likelihood="٢", response_ar="متابعة شهرية")
    refused(adviser, node, language, (), status=409)
    both = adviser.locator("section[aria-labelledby=both]")
    expect(both).to_contain_text(theirs)
    expect(both).to_contain_text(ours)
    expect(both).to_contain_text("2027-01")
    before = rows(node)
    assert send(adviser) == 200
    after = rows(node)
    assert after["records_revision"] - before["records_revision"] == 1
    assert after["audit_entry"] - before["audit_entry"] == 1
    newest = adviser.locator("ol.history > li").first
    expect(newest).to_contain_text(theirs)
    expect(newest).to_contain_text(ours)


AT_ONCE = """form => Promise.all([1, 2].map(() => fetch(form.action, {method: "POST", body: new FormData(form)})))
  .then(answers => answers.map(answer => [answer.status, answer.url]))"""


@pytest.mark.parametrize("again", ["at the same time", "one after the other"])
def test_one_sending_makes_one_record(node: Node, opened: Callable[..., Page], again: str):
    about = node.slugs("programme.objective", "nmi")[0]
    page = opened(f"/enter/programme.risk/?about={about}")
    before = rows(node)
    fill(page, statement_en=f"It comes twice: {again}", state="open")
    if again == "at the same time":
        answers = page.locator(FORM).evaluate(AT_ONCE)
    else:
        body = page.locator(FORM).evaluate("form => Object.fromEntries(new FormData(form))")
        sent = [page.request.post(page.url, form=body, headers={"Referer": page.url}) for _ in range(2)]
        answers = [[answer.status, answer.url] for answer in sent]
    assert answers == [[200, f"{node.address}/objectives/{about}/"]] * 2
    assert entered(node, before, "programme_risk") == 1


def test_a_form_sent_again_with_other_words_makes_another_record(node: Node, opened: Callable[..., Page]):
    """As after going back: what was typed anew is not taken for the old."""
    page = opened(f"/enter/programme.risk/?about={node.slugs('programme.objective', 'nmi')[0]}")
    before = rows(node)
    fill(page, statement_en="The first", state="open")
    body = page.locator(FORM).evaluate("form => Object.fromEntries(new FormData(form))")
    for words in ("The first", "The second"):
        answer = page.request.post(page.url, form={**body, "statement_en": words}, headers={"Referer": page.url})
        assert answer.status == 200
    assert entered(node, before, "programme_risk") == 2


def test_a_change_sent_twice_is_one_change(node: Node, opened: Callable[..., Page]):
    page = opened(f"/records/{node.slugs('programme.risk', 'nmi')[-1]}/edit/")
    fill(page, effect="3")
    before = rows(node)
    body = page.locator(FORM).evaluate("form => Object.fromEntries(new FormData(form))")
    answers = [page.request.post(page.url, form=body, headers={"Referer": page.url}) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert rows(node)["records_revision"] - before["records_revision"] == 1


@BOTH
def test_a_session_that_ended_loses_nothing(node: Node, opened: Callable[..., Page], indicator: str, language: str):
    page = opened(f"/enter/programme.measurement/?about={indicator}", language=language)
    start = {"en": "2021-01-01", "ar": "2021-04-01"}[language]
    fill(page, period_start=start, period_end=start, value="٧", cells="female = 3\nmale = 4")
    fill(page, narrative_en="Counted by hand.", narrative_ar="عُدّت يدوياً.", grade="C3")
    page.check(f"{FORM} [name=narrative_original][value=ar]")
    asked, before = typed(page), rows(node)
    page.context.clear_cookies(name="comity_session")
    send(page)
    assert rows(node) == before
    page.fill("input[name=login]", "nmi-adviser")
    page.fill("input[name=password]", node.password("nmi-adviser"))
    page.click("main form button[type=submit]")
    page.wait_for_url("**/enter/programme.measurement/*")
    expect(page.locator(f"{FORM} [name=value]")).to_have_value("٧")
    assert typed(page) == asked
    before = rows(node)
    assert send(page) == 200
    assert entered(node, before, "programme_measurement") == 1


def test_the_measure_of_this_file_is_right(node: Node, opened: Callable[..., Page]):
    """`refused` can fail: it sees a row that was written, and a box that was emptied."""
    page = opened(f"/enter/programme.risk/?about={node.slugs('programme.objective', 'nmi')[0]}")
    before: Any = rows(node)
    asked = typed(page)
    fill(page, statement_en="Seen", state="open")
    assert typed(page) != asked
    assert send(page) == 200
    assert rows(node) != before
