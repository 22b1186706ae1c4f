"""A clerk imports a directorate's posts: a file with mistakes, what is wrong with it, the mended file, the records."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.node import Node
from tests.browser.visitor import LOOKS, PHONE, WIDE, Visitor, prefer

SLOW = 60_000  # milliseconds: a thread does the work, on a machine that is busy with other tests
HEADINGS = "Title of the post (English);Title of the post (Arabic);Organisation;Holders"
GOOD = [f"Archive clerk {n};كاتب أرشيف {n};{{organisation}};one" for n in range(1, 6)]


def look(visitor: Visitor) -> None:
    """The page as it stands, on a wide screen and a phone, in both languages and lights."""
    page = visitor.page
    for language, theme in (*LOOKS[1:], LOOKS[0]):
        prefer(page.context, visitor.node, language, theme)
        page.reload()
        told = violations(page)
        assert not told, f"{page.url} {language} {theme}:\n" + "\n".join(told)
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} {language}"
        page.set_viewport_size(WIDE)


def check(page: Page, file: Path) -> None:
    """Choose a file, and have its rows checked as its columns are proposed."""
    page.set_input_files("main input[name=file]", file)
    page.click("main form button[type=submit]")
    expect(page.get_by_role("heading", name="What is each column?")).to_be_visible()


def test_a_file_with_mistakes_is_mended_and_imported(own_node: Node, opens: Callable[..., Visitor], tmp_path: Path):
    visitor = opens(own_node, "iraq-clerk")
    page = visitor.visit("/enter/people.position/")
    organisation = page.locator("main select[name=organisation] option").nth(1).inner_text()
    rows = [row.format(organisation=organisation) for row in GOOD]
    bad, good = tmp_path / "posts.csv", tmp_path / "posts-mended.csv"
    bad.write_text("\n".join([HEADINGS, *rows[:4], "Archivist;;Ministry of Nothing;one", "Guard;;;three"]))
    good.write_text("\n".join([HEADINGS, *rows]))

    page = visitor.visit("/import/people.position/")
    check(page, bad)
    look(visitor)
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_role("heading", name="Rows that cannot be accepted")).to_be_visible(timeout=SLOW)
    wrong = page.get_by_role("group", name="Rows that cannot be accepted").locator("tbody tr")
    expect(wrong).to_have_count(2)
    expect(wrong.nth(0)).to_contain_text("Nothing that you can see is called “Ministry of Nothing”")
    expect(wrong.nth(1)).to_contain_text("“three” is not one of the choices here")
    look(visitor)

    page.get_by_role("link", name="Choose another file").click()
    check(page, good)
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("Every row can be accepted")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Import 5 rows").click()
    expect(page.get_by_text("Imported, and put on the log")).to_be_visible(timeout=SLOW)
    visitor.visit("/search/?q=archive+clerk")
    expect(page.locator("main")).to_contain_text("Archive clerk 5")
    assert visitor.complaints == []
