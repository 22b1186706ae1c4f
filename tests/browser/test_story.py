"""The partnership at work, as two sides live it on a running node: asked, answered, measured, verified, found, proved.

Each part is told once with scripts and once without: whatever scripts add, nobody needs them.
"""

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.utils import timezone, translation
from playwright.sync_api import Page, expect

from comity.audit import standalone
from comity.kernel.dates import PartialDate
from comity.shell.format import partial_date
from tests.browser.forms import choose, fill, refusals, send
from tests.browser.language import english_words
from tests.browser.node import Node, copied
from tests.browser.visitor import Visitor

STABILITY = "Regional stability"
CYBER = "Stronger cybersecurity"
TERROR = "More effective action against terrorism"
LETTER = "م.أ/٤١"
SCAN = b"%PDF-1.4\n% a letter, made for a test\n%%EOF\n"
SLOW = 15_000  # milliseconds, on a machine that is busy with other tests


@dataclass(frozen=True)
class Stage:
    """A node, and windows on it: with scripts, or without."""

    node: Node
    opens: Callable[..., Visitor]
    scripts: bool

    def page(self, account: str, language: str = "en", address: str = "/") -> Page:
        """A page as the account sees it."""
        return self.opens(self.node, account, language=language, scripts=self.scripts).visit(address)


@pytest.fixture(scope="module", params=[True, False], ids=["scripts", "no scripts"])
def told_on(
    request: pytest.FixtureRequest, loaded_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Node, bool]]:
    """One node for each telling; its parts are about different objectives and do not mind each other."""
    with copied(loaded_home, tmp_path_factory.mktemp("story") / "node") as running:
        yield running, request.param


@pytest.fixture
def stage(told_on: tuple[Node, bool], opens: Callable[..., Visitor]) -> Stage:
    """The node of this telling."""
    expect.set_options(timeout=SLOW)
    running, scripts = told_on
    return Stage(running, opens, scripts)


def arabic(words: str) -> str:
    """What the interface says for the message `words` in Arabic."""
    with translation.override("ar"):
        said = translation.gettext(words)
    assert said != words, f"“{words}” has no Arabic"
    return said


def objective(page: Page, words: str) -> Page:
    """Open the objective that is called so, from the list of all."""
    page.goto(urljoin(page.url, "/objectives/"))
    page.get_by_role("link", name=words, exact=True).click()
    return page


def state(page: Page) -> str:
    """The state that an objective's page shows first, with its reason."""
    return page.locator("main section.sheet").first.inner_text()


def saved(page: Page) -> None:
    """Send the form; it must be taken."""
    status = send(page)
    assert (status, refusals(page)) == (200, "")


def say(page: Page, **values: object) -> None:
    """Enter a concurrence from the page of the objective, where its owner would edit it."""
    page.locator('.actions a[href$="/respond/"]').click()
    page.locator('main .cards a[href*="responses.concurrence"]').click()
    fill(page, **values)  # type: ignore[arg-type]  # as fill takes them
    saved(page)


def test_what_iraq_has_not_agreed_to_stays_proposed_on_both_sides(stage: Stage):
    adviser, clerk = stage.page("nmi-adviser"), stage.page("iraq-clerk", "ar")
    stability = "الاستقرار الإقليمي"
    assert "proposed" in state(objective(adviser, STABILITY))
    assert "silence is not consent" in state(adviser)
    assert arabic("proposed") in state(objective(clerk, stability))

    # A working view is shown beside the state, and changes nothing on either side.
    say(clerk, position="concurs", view="working", reason_ar="رأي أولي من الدائرة")
    assert arabic("proposed") in state(clerk)
    assert arabic("A working view of the host, which changes no state") in state(clerk)
    objective(adviser, STABILITY)
    assert "proposed" in state(adviser)
    assert "A working view of the host, which changes no state" in state(adviser)

    # The official word changes it, on both.
    official(clerk, position="concurs")
    assert arabic("proposed") not in state(clerk)
    assert arabic("active") in state(clerk)
    objective(adviser, STABILITY)
    assert "active" in state(adviser)
    assert f"The host concurs, by letter {LETTER} of" in state(adviser)


def official(page: Page, **values: object) -> None:
    """Enter an official position from the page of the objective, without its scan."""
    what = {"view": "official", "authority_ar": "وزير الدفاع", "letter_number": LETTER, "letter_date": "٢٠٢٦-٠٣-٠١"}
    say(page, **{**what, **values})


def test_a_concurrence_with_its_letter_changes_the_objective_and_says_why(stage: Stage, tmp_path: Path):
    scan = tmp_path / "letter.pdf"
    scan.write_bytes(SCAN)
    clerk = stage.page("iraq-clerk", "ar")
    assert clerk.locator("html").get_attribute("dir") == "rtl"
    need = clerk.locator("main ul.cards > li").filter(has_text="عمل أكثر فاعلية في مكافحة الإرهاب").first
    need.get_by_role("link", name=arabic("Answer")).click()
    fill(
        clerk,
        position="with_conditions",
        view="official",
        authority_ar="وزير الدفاع، بموجب صلاحياته",
        letter_number=LETTER,
        letter_date="٢٠٢٦-٠٣-٠١",
        scan=scan,
        conditions_ar="يُنفَّذ بالتنسيق مع المديرية المختصة",
    )
    saved(clerk)
    with translation.override("ar"):
        day = partial_date(PartialDate.parse("2026-03-01"))
    for words in (arabic("active"), arabic("with conditions"), LETTER, day):
        assert words in state(clerk)

    adviser = objective(stage.page("nmi-adviser"), TERROR)
    assert "active" in state(adviser)
    assert f"The host concurs with conditions, by letter {LETTER} of 1 March 2026." in state(adviser)
    adviser.get_by_role("link", name="The host's word").click()
    told = adviser.locator("main").inner_text()
    for fact in (LETTER, "1 March 2026", "وزير الدفاع، بموجب صلاحياته", "يُنفَّذ بالتنسيق مع المديرية المختصة"):
        assert fact in told
    with adviser.expect_download() as fetched:
        adviser.locator("main a[href$='/files/scan']").click()
    assert fetched.value.path().read_bytes() == SCAN
    assert adviser.locator('.actions a[href$="/edit/"]').count() == 0, "the mission is offered to change Iraq’s word"


TODAY = timezone.localdate()
MEASURED = TODAY - timedelta(days=2)
BEFORE = MEASURED - timedelta(days=200)
DUE = MEASURED + timedelta(days=300)


def measured(adviser: Page) -> None:
    """The mission's adviser says what should change, how it is measured, where it began and what a survey found."""
    objective(adviser, CYBER).locator('.actions a[href*="programme.result"]').click()
    fill(
        adviser,
        level="outcome",
        statement_en="Incidents are answered within a day",
        statement_ar="الاستجابة للحوادث في غضون يوم",
    )
    saved(adviser)
    adviser.get_by_role("link", name="Incidents are answered within a day").click()
    adviser.locator('.actions a[href*="programme.indicator"]').click()
    fill(
        adviser,
        title_en="Share of incidents that nobody answered",
        title_ar="نسبة الحوادث التي لم يُستجب لها",
        measure="percentage",
        nature="flow",
        direction="descending",
        frequency="yearly",
        straight_line=True,
    )
    choose(adviser, "reporter", "NATO Mission Iraq")
    choose(adviser, "verifier", "Republic of Iraq")
    saved(adviser)
    adviser.get_by_role("link", name="Share of incidents that nobody answered").click()
    adviser.locator('.actions a[href*="programme.baseline"]').click()
    fill(adviser, period_start=str(BEFORE), period_end=str(BEFORE), numerator="1", denominator="2")
    saved(adviser)
    adviser.locator('.actions a[href*="programme.target"]').click()
    fill(adviser, period_start=str(DUE), period_end=str(DUE), numerator="1", denominator="10")
    saved(adviser)
    adviser.locator('.actions a[href*="programme.measurement"]').click()
    fill(adviser, period_start=str(MEASURED), period_end=str(MEASURED), numerator="٣٠", denominator="١٠٠")
    fill(adviser, sample_size="١٠٠", grade="B2")
    saved(adviser)


def test_a_survey_is_measured_verified_found_and_proved(stage: Stage, tmp_path: Path):
    adviser = stage.page("nmi-adviser")
    objective(adviser, CYBER)
    assert "Not measured" in state(adviser)
    measured(adviser)

    # Numerators and denominators are added up, never percentages averaged; the page says so, step by step.
    assert "31/102 = 30.4%" in adviser.locator("main").inner_text()
    assert "self-reported" in adviser.locator("main section.sheet").first.inner_text()
    adviser.get_by_role("link", name="Why this number?").click()
    why = adviser.locator("main")
    expect(why).to_contain_text("31/102 = 30.4%")
    expect(why).to_contain_text("30/100 = 30%")
    expect(why).to_contain_text("1/2 = 50%")
    assert "40%" not in why.inner_text()

    # Iraq's counterpart finds it among what waits, and verifies it together with the mission.
    counterpart = stage.page("iraq-counterpart", "ar")
    need = counterpart.locator("main ul.cards > li").filter(has_text="نسبة الحوادث التي لم يُستجب لها").first
    need.get_by_role("link", name=arabic("Verify")).click()
    fill(counterpart, finding="confirmed", mode="joint", verified_on=str(TODAY), method_ar="مراجعة السجلات معاً")
    saved(counterpart)
    assert arabic("self-reported") not in counterpart.locator("main").inner_text()

    objective(adviser, CYBER)
    told = state(adviser)
    assert "Not measured" not in told
    assert "1 on track" in told
    assert "jointly verified" in adviser.locator("main").inner_text()
    assert "silence is not consent" in told, "measuring is not agreeing"

    found_by_arabic_words(adviser)
    in_arabic(adviser)
    proved(adviser, stage.node, tmp_path)


def found_by_arabic_words(page: Page) -> None:
    """With the article and without, however alef is written, in an interface of either language."""
    for words in ("الحوادث", "حوادث", "إستجابة", "ٱلاستجابة"):
        page.locator("header .find input").fill(words)
        page.locator("header .find input").press("Enter")
        page.wait_for_url("**/search/?q=*")
        found = page.locator("main ul.cards .what")
        expect(found.get_by_text("Incidents are answered within a day", exact=True)).to_be_visible()
    page.goto(urljoin(page.url, "/search/?q=حوادثنا"))
    expect(page.locator("main ul.cards")).to_have_count(0)


def in_arabic(page: Page) -> None:
    """The very page, switched: written from the right, and without a word of the English interface."""
    objective(page, CYBER)
    assert page.locator("html").get_attribute("dir") == "ltr"
    assert english_words(page) != []
    address = page.url
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url == address
    assert page.locator("h1").inner_text() == "تعزيز الأمن السيبراني"
    assert english_words(page) == []


def proved(page: Page, node: Node, folder: Path) -> None:
    """The log's proof of the result, from its page: checked by the command, by the checker alone, and by the node."""
    page.get_by_role("link", name="الاستجابة للحوادث في غضون يوم").click()
    page.wait_for_url("**/records/**")
    slug = page.url.rstrip("/").rpartition("/")[2]
    with page.expect_download() as fetched:
        page.locator("ol.history a[href$='.json']").first.click()
    proof = folder / "proof.json"
    fetched.value.save_as(proof)
    told = json.loads(proof.read_text())
    assert slug.partition("-")[2] in base64.b64decode(told["leaf"]).decode()

    checked = node.comity("audit", "check-proof", str(proof))
    assert (checked.returncode, "The proof holds" in checked.stdout) == (0, True)
    assert holds_alone(proof, folder)
    forged = folder / "forged.json"
    forged.write_text(json.dumps({**told, "index": told["index"] - 1}))
    assert node.comity("audit", "check-proof", str(forged)).returncode == 1
    assert not holds_alone(forged, folder)

    verified = node.comity("audit", "verify")
    assert (verified.returncode, told["root"] in verified.stdout) == (0, True)


def holds_alone(proof: Path, folder: Path) -> bool:
    """Whether a bare Python, with the checker's one file and nothing of this project, says that the proof holds."""
    checker = folder / "checker.py"
    checker.write_text(Path(standalone.__file__).read_text())
    said = "import json, sys; from checker import check; sys.exit(0 if check(json.load(open(sys.argv[1]))) else 1)"
    command = [sys.executable, "-S", "-c", said, str(proof)]
    return subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(folder)}, check=False).returncode == 0
