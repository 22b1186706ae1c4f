"""The second step of signing in, walked once from setting up to taking off; each page on the way is looked at."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.node import Node
from tests.browser.visitor import LOOKS, Visitor, prefer


def code_of(secret: str, at: float) -> str:
    """The six digits an authenticator app shows (RFC 6238 with its defaults: SHA-1, 30 seconds)."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.new(key, int(at // 30).to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def test_an_app_shows_the_digits_of_the_standard():
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert [code_of(secret, at) for at in (59, 1_111_111_109)] == ["287082", "081804"]  # RFC 6238, appendix B


def look(visitor: Visitor) -> None:
    """The page as it stands, in both languages and lights; then as it was."""
    for language, theme in (*LOOKS[1:], LOOKS[0]):
        prefer(visitor.page.context, visitor.node, language, theme)
        visitor.page.reload()
        assert visitor.page.locator("html").get_attribute("lang") == language
        told = violations(visitor.page)
        assert not told, f"{visitor.page.url} {language} {theme}:\n" + "\n".join(told)


def send(page: Page, **fields: str) -> None:
    """Fill in the form of the page and send it."""
    for name, value in fields.items():
        page.fill(f"main input[name={name}]", value)
    page.locator("main form").first.locator("button").first.click()
    page.wait_for_load_state()


def confirm(visitor: Visitor, address: str, **fields: str) -> None:
    """Open a page that changes how the account is protected: it asks once more who is there."""
    page = visitor.page
    page.goto(visitor.node.address + address)
    if "/account/confirm/" in page.url:
        look(visitor)
        send(page, **fields)
    assert page.url == visitor.node.address + address


def test_second_step_from_setting_up_to_taking_off(own_node: Node, opens: Callable[..., Visitor]):
    visitor = opens(own_node)
    page, password = visitor.page, own_node.password("nmi-adviser")
    visitor.visit("/account/sign-in/")
    send(page, login="nmi-adviser", password=password)

    confirm(visitor, "/account/security/app/", password=password)
    look(visitor)
    secret = page.locator("main code").first.inner_text()
    send(page, code=code_of(secret, time.time()))

    visitor.visit("/account/security/recovery-codes/new/")
    look(visitor)
    send(page)
    visitor.visit("/account/security/recovery-codes/")
    look(visitor)
    recovery = page.locator("main li code").all_inner_texts()
    assert len(recovery) == 10
    visitor.visit("/account/security/")
    look(visitor)

    page.context.clear_cookies()
    visitor.visit("/account/sign-in/")
    send(page, login="nmi-adviser", password=password)
    assert "/account/sign-in/code/" in page.url
    look(visitor)
    send(page, code="000000")
    assert "/account/sign-in/code/" in page.url
    send(page, code=recovery[0])
    assert page.url.rstrip("/") == own_node.address

    visitor.visit("/account/confirm/code/")
    look(visitor)
    confirm(visitor, "/account/security/app/remove/", password=password)
    look(visitor)
    send(page)
    page.context.clear_cookies()
    visitor.visit("/account/sign-in/")
    send(page, login="nmi-adviser", password=password)
    assert page.url.rstrip("/") == own_node.address
