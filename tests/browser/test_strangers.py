"""What somebody sees who is not signed in, or asks for what is not there: a whole page all the same."""

from collections.abc import Callable

import pytest

from tests.browser.axe import violations
from tests.browser.node import Node
from tests.browser.visitor import LOOKS, Visitor


@pytest.mark.parametrize("account", ["", "nmi-adviser"])
def test_an_address_that_is_not_there_gets_a_whole_page(node: Node, opens: Callable[..., Visitor], account: str):
    for language, theme in LOOKS:
        visitor = opens(node, account, language=language, theme=theme)
        answer = visitor.page.goto(f"{node.address}/nowhere/")
        if account:
            assert answer is not None
            assert answer.status == 404
        assert visitor.page.locator("html").get_attribute("lang") == language
        told = violations(visitor.page)
        assert not told, "\n".join(told)


def test_a_stranger_is_asked_to_sign_in_and_comes_where_they_wanted(node: Node, opens: Callable[..., Visitor]):
    visitor = opens(node)
    page = visitor.page
    page.goto(f"{node.address}/objectives/")
    assert "/account/sign-in/" in page.url
    page.fill("main input[name=login]", "nmi-chief")
    page.fill("main input[name=password]", node.password("nmi-chief"))
    page.locator("main form button").first.click()
    page.wait_for_url(f"{node.address}/objectives/")


def test_a_stranger_switches_language_and_light(node: Node, opens: Callable[..., Visitor]):
    page = opens(node).visit("/account/sign-in/")
    page.get_by_role("button", name="العربية").click()
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.locator("header details:not(.rooms-menu) summary").click()
    page.locator("button[name=theme][value=dark]").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("html").get_attribute("lang") == "ar"


def test_a_wrong_password_is_refused_in_the_readers_language(node: Node, opens: Callable[..., Visitor]):
    page = opens(node, language="ar").visit("/account/sign-in/")
    page.fill("main input[name=login]", "nmi-auditor")
    page.fill("main input[name=password]", "not this one")
    page.locator("main form button").first.click()
    refusal = page.get_by_role("alert").inner_text()
    assert refusal.strip()
    assert not refusal.isascii()
    told = violations(page)
    assert not told, "\n".join(told)
