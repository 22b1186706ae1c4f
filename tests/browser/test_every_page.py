"""Every page the node knows: accessible, quiet, light, and whole in both languages and both lights."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from comity.shell.tests.pages import settled
from tests.browser.addresses import NO_PAGE, WALKED, Sample, pages, patterns
from tests.browser.axe import OF_COLOUR, violations
from tests.browser.node import Node
from tests.browser.visitor import PHONE, WIDE, Language, Theme, Visitor, prefer

MOST_BYTES = 60_000  # compressed, headers included, with nothing in the browser's cache
LANGUAGES: tuple[Language, ...] = ("en", "ar")
PAGES = pages()
# The page as text, but for which of the switches is pressed.
AS_TEXT = """html => {
    const copy = html.cloneNode(true);
    copy.querySelectorAll("[name=theme]").forEach(button => button.removeAttribute("aria-pressed"));
    return copy.outerHTML;
}"""

each_page = pytest.mark.parametrize(
    ("name", "sample"),
    [
        pytest.param(name, sample, id=f"{name} {sample.label}".strip())
        for name, samples in PAGES.items()
        for sample in samples
    ],
)


def test_every_address_is_a_page_or_says_why_not():
    known = set(patterns())
    told = PAGES.keys() | WALKED | NO_PAGE.keys()
    assert known - told == set(), "add them to tests/browser/addresses.py"
    assert told - known == set(), "these are gone"
    assert len(PAGES) + len(WALKED) + len(NO_PAGE) == len(told)


@each_page
def test_page_is_accessible_whole_and_light_in_every_look(
    node: Node, reads: Callable[..., Visitor], name: str, sample: Sample
):
    """Every rule in both languages, wide and on a phone; those of colours wide in the one, on a phone in the other.

    One window for all, and one request for each language: opening and asking cost more than looking. The page's weight
    is taken in Arabic, whose letters take more bytes than English ones.
    """
    visitor = reads(sample.account)
    page, address = visitor.page, sample.address(name, node)
    told: dict[str, list[str]] = {}

    def tell(look: str, problems: list[str]) -> None:
        for problem in problems:
            told.setdefault(problem, []).append(look)

    for language in LANGUAGES:
        prefer(page.context, node, language, "light")
        page.set_viewport_size(WIDE)
        visitor.forget()
        visitor.visit(address)
        colours = WIDE if language == "en" else PHONE
        for look, size in (("wide", WIDE), ("phone", PHONE)):
            page.set_viewport_size(size)
            tell(f"{language} {look}", sideways(page))
            tell(f"{language} {look}", violations(page, but=() if size == colours else OF_COLOUR))
            if size == colours:
                darken(page, "dark")
                tell(f"{language} {look} dark", violations(page, OF_COLOUR))
                darken(page, "light")
        tell(language, of_language(page, language))
    if not 0 < visitor.weight() <= MOST_BYTES:
        tell("in all", [f"it weighs {visitor.weight()} bytes"])
    assert not told, "\n".join(f"{', '.join(looks)}: {problem}" for problem, looks in told.items())


def test_the_page_is_dark_as_the_server_says_it(opens: Callable[..., Visitor], node: Node):
    """What `darken` does to a page is all that the server does: nothing but colours differs in the dark."""
    visitor = opens(node, "nmi-adviser")
    page = visitor.visit("/objectives/")
    darken(page, "dark")
    turned = page.locator("html").evaluate(AS_TEXT)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    prefer(page.context, node, "en", "dark")
    page = visitor.visit("/objectives/")
    assert settled(turned) == settled(page.locator("html").evaluate(AS_TEXT))
    assert background == page.evaluate("getComputedStyle(document.body).backgroundColor")


def of_language(page: Page, language: Language) -> list[str]:
    """What says that the page is not in the language asked for."""
    html = page.locator("html")
    found = (html.get_attribute("lang"), html.get_attribute("dir"))
    return [] if found == (language, {"en": "ltr", "ar": "rtl"}[language]) else [f"the page says {found}"]


def darken(page: Page, theme: Theme) -> None:
    """Turn the page to a light as the server would: by one attribute."""
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)


def sideways(page: Page) -> list[str]:
    """How far the page as a whole scrolls sideways, if it does."""
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"the page scrolls sideways by {wider} px"] if wider > 0 else []
