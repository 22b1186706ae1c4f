"""What somebody typed and did not send is kept for them alone, and for nobody once they signed out."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.forms import FORM
from tests.browser.node import Node
from tests.browser.visitor import Visitor

KEPT = "() => Object.keys(sessionStorage).filter((key) => key === 'sent' || key.startsWith('draft:'))"
WORDS = "Typed and not sent"


@pytest.fixture
def typed(node: Node, opens: Callable[..., Visitor]) -> Page:
    return draft(node, opens)


def draft(node: Node, opens: Callable[..., Visitor]) -> Page:
    """A page of the adviser's with a draft in it, which the browser keeps."""
    page = opens(node, "nmi-adviser").visit(address(node))
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill(f"{FORM} [name=statement_en]", WORDS)
    (key,) = kept(page)
    assert "nmi-adviser" not in key
    return page


def address(node: Node) -> str:
    return f"/enter/programme.risk/?about={node.slugs('programme.objective', 'nmi')[0]}"


def kept(page: Page) -> Any:
    return page.evaluate(KEPT)


def sign_in(page: Page, node: Node, account: str) -> None:
    page.goto(node.address + "/account/sign-in/")
    page.fill("input[name=login]", account)
    page.fill("input[name=password]", node.password(account))
    page.click("main form button[type=submit]")
    page.wait_for_url(node.address + "/")


def test_a_session_that_ended_leaves_a_draft_for_who_typed_it(node: Node, typed: Page):
    typed.context.clear_cookies(name="comity_session")
    sign_in(typed, node, "nmi-adviser")
    typed.goto(node.address + address(node))
    assert typed.input_value(f"{FORM} [name=statement_en]") == WORDS


def test_another_account_finds_nothing_of_it(node: Node, typed: Page):
    typed.context.clear_cookies(name="comity_session")
    sign_in(typed, node, "nmi-chief")
    assert kept(typed) == []
    typed.goto(node.address + address(node))
    assert typed.input_value(f"{FORM} [name=statement_en]") == ""


def test_signing_out_removes_it_in_every_tab(own_node: Node, opens: Callable[..., Visitor]):
    node, typed = own_node, draft(own_node, opens)  # a node of its own: other tests go on with the session it ends
    other = typed.context.new_page()
    other.goto(node.address + "/account/sign-out/")
    other.click("main form[data-leaves] button[type=submit]")
    other.wait_for_url("**/account/sign-in/")
    typed.wait_for_function(f"() => ({KEPT})().length === 0")
    sign_in(typed, node, "nmi-adviser")
    typed.goto(node.address + address(node))
    assert typed.input_value(f"{FORM} [name=statement_en]") == ""
