"""Every page the node knows: accessible, quiet, light, and whole in both languages and both lights."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.addresses import NO_PAGE, WALKED, Sample, pages, patterns
from tests.browser.axe import violations
from tests.browser.node import Node
from tests.browser.visitor import LOOKS, PHONE, WIDE, Language, Theme, Visitor, prefer

MOST_BYTES = 60_000  # compressed, headers included, with nothing in the browser's cache
EVERY_LOOK: list[tuple[Language, Theme, ViewportSize]] = [
    *((language, theme, WIDE) for language, theme in LOOKS),
    ("en", "light", PHONE),
    ("ar", "light", PHONE),
]
PAGES = pages()

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
def test_page_is_accessible_and_whole_in_every_look(
    node: Node, opens: Callable[..., Visitor], name: str, sample: Sample
):
    # One window for all looks: opening one costs more than looking.
    visitor = opens(node, sample.account)
    page, address = visitor.page, sample.address(name, node)
    told: dict[str, list[str]] = {}
    for language, theme, size in EVERY_LOOK:
        prefer(page.context, node, language, theme)
        page.set_viewport_size(size)
        visitor.visit(address)
        for problem in (*of_language(page, language), *sideways(page), *violations(page)):
            told.setdefault(problem, []).append(f"{language} {theme} {size['width']}")
    assert not told, "\n".join(f"{', '.join(looks)}: {problem}" for problem, looks in told.items())


@pytest.mark.parametrize("language", ["en", "ar"])
def test_page_is_light_with_nothing_in_the_cache(node: Node, opens: Callable[..., Visitor], language: Language):
    weights = {}
    for name, sample in ((name, samples[0]) for name, samples in PAGES.items()):
        visitor = opens(node, sample.account, language=language)
        visitor.visit(sample.address(name, node), until="networkidle")
        weights[name] = visitor.weight()
    assert {name: weight for name, weight in weights.items() if not 0 < weight <= MOST_BYTES} == {}


def of_language(page: Page, language: Language) -> list[str]:
    """What says that the page is not in the language asked for."""
    html = page.locator("html")
    found = (html.get_attribute("lang"), html.get_attribute("dir"))
    return [] if found == (language, {"en": "ltr", "ar": "rtl"}[language]) else [f"the page says {found}"]


def sideways(page: Page) -> list[str]:
    """How far the page as a whole scrolls sideways, if it does."""
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"the page scrolls sideways by {wider} px"] if wider > 0 else []
