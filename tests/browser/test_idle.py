"""Before a session ends the page says so; when it has ended the page is left, and nothing typed is lost."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.forms import FORM
from tests.browser.node import Node
from tests.browser.test_drafts import WORDS, address, sign_in
from tests.browser.visitor import Visitor

WARNED = 30 * 60 - 115  # seconds after which somebody who did nothing is warned
NOTICE = "main > .notice[role=alert]"


def opened(node: Node, opens: Callable[..., Visitor]) -> Page:
    """A form as the adviser sees it, with a clock that can be set forward."""
    page = opens(node, "nmi-adviser").page
    page.clock.install()
    page.goto(node.address + address(node))
    return page


def answers(page: Page, left: dict[str, Any]) -> None:
    """Let the node say how long the session lasts; whoever sends has half an hour again."""

    def answer(route: Any) -> None:
        told = left if route.request.method == "GET" else {"seconds": 1800, "extends": True}
        route.fulfill(body=json.dumps(told), content_type="application/json")

    page.route("**/account/session/", answer)


def test_who_does_nothing_is_warned_and_can_stay(node: Node, opens: Callable[..., Visitor]):
    page = opened(node, opens)
    answers(page, {"seconds": 110, "extends": True})
    assert page.locator(NOTICE).count() == 0
    page.clock.fast_forward(WARNED * 1000)
    expect(page.locator(NOTICE)).to_contain_text("about to be signed out")
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.locator(NOTICE)).to_have_count(0)


def test_the_end_at_last_is_said_too(node: Node, opens: Callable[..., Visitor]):
    page = opened(node, opens)
    answers(page, {"seconds": 110, "extends": False})
    page.clock.fast_forward(WARNED * 1000)
    expect(page.locator(NOTICE)).to_contain_text("ends in a moment")


def test_an_ended_session_leaves_the_page_and_what_was_typed_comes_back(node: Node, opens: Callable[..., Visitor]):
    page = opened(node, opens)
    page.fill(f"{FORM} [name=statement_en]", WORDS)
    page.context.clear_cookies(name="comity_session")
    page.clock.fast_forward(WARNED * 1000)
    page.wait_for_url("**/account/sign-in/**")
    sign_in(page, node, "nmi-adviser")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(node.address + address(node))
    assert page.input_value(f"{FORM} [name=statement_en]") == WORDS
