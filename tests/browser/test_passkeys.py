"""A passkey from registering to removing, with an authenticator that Chromium plays; every page is looked at."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.node import Node
from tests.browser.test_second_factor import look, send
from tests.browser.visitor import Visitor

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def visitor(own_node: Node, opens: Callable[..., Visitor]) -> Visitor:
    """Somebody at a computer that has an authenticator of its own."""
    visitor = opens(own_node)
    wire = visitor.page.context.new_cdp_session(visitor.page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return visitor


def with_password(visitor: Visitor) -> None:
    visitor.visit("/account/sign-in/")
    send(visitor.page, login="nmi-adviser", password=visitor.node.password("nmi-adviser"))


def press(page: Page, form: str = "form[data-passkey]") -> None:
    """The button that asks the authenticator; the page that follows."""
    with page.expect_navigation():
        page.click(f"{form} button[type=submit]")


def test_passkey_from_registering_to_removing(visitor: Visitor):
    page, node = visitor.page, visitor.node
    with_password(visitor)

    page.goto(node.address + "/account/security/passkeys/new/")
    send(page, password=node.password("nmi-adviser"))
    look(visitor)
    page.fill("input[name=name]", "Work phone")
    press(page)
    assert page.url.endswith("/account/security/recovery-codes/")
    visitor.visit("/account/security/passkeys/")
    look(visitor)
    assert "Work phone" in page.inner_text("main")
    assert "Signs you in by itself." in page.inner_text("main")
    visitor.visit("/account/security/")
    look(visitor)

    # With the passkey alone, to where one was going.
    page.context.clear_cookies()
    page.goto(node.address + "/objectives/")
    assert "/account/sign-in/" in page.url
    press(page)
    assert page.url == node.address + "/objectives/"

    # As the second step after the password.
    page.context.clear_cookies()
    with_password(visitor)
    assert "/account/sign-in/code/" in page.url
    press(page)
    assert page.url.rstrip("/") == node.address

    page.context.clear_cookies()
    page.goto(node.address + "/account/sign-in/")
    press(page)
    visitor.visit("/account/security/passkeys/")
    page.get_by_role("link", name="Rename").click()
    if "/account/confirm/" in page.url:
        page.get_by_role("link", name="Use a passkey").click()
        look(visitor)
        press(page)
    look(visitor)
    send(page, name="هاتف العمل")
    assert "هاتف العمل" in page.inner_text("main")
    page.get_by_role("link", name="Remove").click()
    look(visitor)
    send(page)
    assert "No passkey yet" in page.inner_text("main")

    # What the node no longer knows lets nobody in, and says so.
    page.context.clear_cookies()
    page.goto(node.address + "/account/sign-in/")
    press(page)
    assert "not known here" in page.inner_text("#refused")
    look(visitor)


def test_without_scripts_there_is_no_such_thing_and_the_password_serves(node: Node, opens: Callable[..., Visitor]):
    page = opens(node, scripts=False).visit("/account/sign-in/")
    assert not page.locator("form[data-passkey]").is_visible()
    assert page.locator("input[name=password]").is_visible()
