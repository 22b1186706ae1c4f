"""In Arabic every page is Arabic: written from the right, and without a word of the English interface."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from comity.config.offices import OFFICES
from tests.browser.addresses import Sample, pages
from tests.browser.language import english_words
from tests.browser.node import Node
from tests.browser.visitor import Visitor

SAMPLES: list[tuple[str, Sample]] = [(name, sample) for name, samples in pages().items() for sample in samples]
NAMES_OF_ACCOUNTS = " ".join(words for *_, words, _, _ in OFFICES)  # as whoever opened the accounts typed them
ACCOUNTS = sorted({sample.account for _, sample in SAMPLES})


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account or "stranger")
def test_no_page_speaks_english_to_an_arabic_reader(node: Node, opens: Callable[..., Visitor], account: str):
    visitor = opens(node, account, language="ar")
    told = {}
    for name, sample in SAMPLES:
        if sample.account == account:
            page = visitor.visit(sample.address(name, node))
            assert page.locator("html").get_attribute("dir") == "rtl"
            typed = " ".join([*sample.query(node).values(), NAMES_OF_ACCOUNTS])
            if words := english_words(page, but=typed):
                told[f"{name} {sample.label}".strip()] = words
    assert told == {}


def test_what_is_english_is_told(page_as: Callable[..., Page]):
    page = page_as("nmi-adviser", language="ar")
    page.set_content('<p>مرحبا Save <span title="Close">×</span> <b lang="en">Mandate</b> <code>abc</code> B2</p>')
    assert english_words(page) == ["Close", "Save"]
