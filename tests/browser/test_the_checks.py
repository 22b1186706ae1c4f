"""The checks on every page can fail: each is shown a page that is wrong in one way."""

import pytest
from playwright.sync_api import Browser

from tests.browser.axe import violations
from tests.browser.node import Node
from tests.browser.test_every_page import of_language, sideways
from tests.browser.visitor import PHONE, window

GOOD = "<!doctype html><html lang=en><title>A page</title><main><h1>A page</h1><p>Text</p></main>"


def told(chromium: Browser, html: str) -> list[str]:
    page = chromium.new_page()
    page.set_content(html)
    found = violations(page)
    page.close()
    return found


def test_a_good_page_has_no_violation(chromium):
    assert told(chromium, GOOD) == []


def test_an_unnamed_field_is_told(chromium):
    found = told(chromium, GOOD.replace("<p>Text", '<p><input type="text">'))
    assert any(line.startswith("label:") for line in found)


def test_too_little_contrast_is_told(chromium):
    found = told(chromium, GOOD.replace("<p>", '<p style="color: #ccc; background: #fff">'))
    assert any(line.startswith("color-contrast:") for line in found)


def test_a_skipped_heading_level_is_told(chromium):
    found = told(chromium, GOOD.replace("<p>Text", "<h4>Part</h4><p>Text"))
    assert any(line.startswith("heading-order:") for line in found)


def test_a_page_wider_than_the_phone_is_told(chromium: Browser):
    page = chromium.new_page(viewport=PHONE)
    page.set_content(GOOD)
    assert sideways(page) == []
    page.set_content(GOOD.replace("<p>", '<p style="inline-size: 500px">'))
    assert len(sideways(page)) == 1
    page.close()


def test_a_page_in_the_other_language_is_told(chromium: Browser):
    page = chromium.new_page()
    page.set_content(GOOD.replace("lang=en", "lang=en dir=ltr"))
    assert of_language(page, "en") == []
    assert len(of_language(page, "ar")) == 1
    page.close()


def test_everything_that_comes_over_the_wire_is_counted(chromium: Browser, node: Node):
    with window(chromium, node) as visitor:
        visitor.visit("/account/sign-in/", until="networkidle")
        first = visitor.weight()
        assert len(visitor.transferred) >= 3  # the page, its stylesheet, its script
        visitor.visit("/account/sign-in/", until="networkidle")
        assert visitor.weight() < first  # the rest is in the browser's cache


@pytest.mark.parametrize(
    "script",
    [
        "console.error('wrong')",
        "setTimeout(() => { throw new Error('wrong') })",
        "document.body.append(Object.assign(document.createElement('script'), { textContent: 'wrong()' }))",
        "document.body.setAttribute('style', 'color: red')",
    ],
    ids=["logged", "thrown", "inline script", "inline style"],
)
def test_what_a_browser_complains_of_is_told(chromium: Browser, node: Node, script: str):
    with window(chromium, node) as visitor:
        page = visitor.visit("/account/sign-in/")
        assert visitor.complaints == []
        page.evaluate(f"() => {{ {script} }}")
        page.wait_for_function("() => true")
        assert len(visitor.complaints) == 1


def test_an_answer_that_is_another_page_is_told(chromium: Browser, node: Node):
    with window(chromium, node) as visitor, pytest.raises(AssertionError, match="leads to"):
        visitor.visit("/objectives/")
