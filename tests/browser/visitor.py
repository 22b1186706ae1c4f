"""A person with a browser: the account, language, light and screen; and what the browser complained of."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, ViewportSize

from tests.browser.node import Node

Language = Literal["en", "ar"]
Theme = Literal["light", "dark"]

LOOKS: tuple[tuple[Language, Theme], ...] = (("en", "light"), ("en", "dark"), ("ar", "light"), ("ar", "dark"))
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# A refusal is a 422 page; the browser notes the status of every answer that is not a 2xx.
EXPECTED = re.compile(r"the server responded with a status of (403|404|409|422)")


@dataclass
class Visitor:
    """One browser window. `complaints` gathers what its console, its policy and its scripts complained of."""

    node: Node
    page: Page
    complaints: list[str] = field(default_factory=list)
    transferred: dict[str, int] = field(default_factory=dict)
    wire: CDPSession | None = None

    def visit(self, address: str, *, until: Literal["load", "networkidle"] = "load") -> Page:
        """Open a page of the node; another answer than 200, or another page, fails. Its weight starts from nought."""
        self.transferred.clear()
        answer = self.page.goto(self.node.address + address, wait_until=until)
        if answer is None or answer.status != 200:
            raise AssertionError(f"{address} answers {answer and answer.status}")
        if not self.page.url.startswith((self.node.address + address).partition("?")[0]):
            raise AssertionError(f"{address} leads to {self.page.url}")
        return self.page

    def forget(self) -> None:
        """Empty the browser's cache: the next page comes whole."""
        if self.wire is not None:
            self.wire.send("Network.clearBrowserCache")

    def weight(self) -> int:
        """Bytes that came over the wire for the page last visited, headers included."""
        return sum(self.transferred.values())


def watch(visitor: Visitor) -> None:
    """Gather complaints, and count what is transferred as the browser itself counts it."""
    page = visitor.page
    page.on("pageerror", lambda error: visitor.complaints.append(f"{page.url}: {error}"))

    def console(message: Any) -> None:
        if message.type in {"error", "warning"} and not EXPECTED.search(message.text):
            visitor.complaints.append(f"{page.url}: {message.text}")

    page.on("console", console)
    visitor.wire = wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")

    def finished(event: dict[str, Any]) -> None:
        visitor.transferred[event["requestId"]] = int(event["encodedDataLength"])

    wire.on("Network.loadingFinished", finished)


@contextmanager
def window(
    browser: Browser,
    node: Node,
    *,
    signed_in: Any = None,
    language: Language = "en",
    theme: Theme = "light",
    phone: bool = False,
    scripts: bool = True,
) -> Iterator[Visitor]:
    """A window with nothing in its cache. `signed_in` is the storage of a signed-in one, None for a stranger."""
    context = browser.new_context(
        storage_state=signed_in,
        viewport=PHONE if phone else WIDE,
        device_scale_factor=2 if phone else 1,
        is_mobile=phone,
        java_script_enabled=scripts,
        has_touch=phone,
        locale={"en": "en-GB", "ar": "ar-IQ"}[language],
        color_scheme=theme,
        reduced_motion="reduce",
    )
    prefer(context, node, language, theme)
    try:
        visitor = Visitor(node, context.new_page())
        watch(visitor)
        yield visitor
    finally:
        context.close()


def prefer(context: BrowserContext, node: Node, language: Language, theme: Theme) -> None:
    """Choose language and light as the switches of the page frame would."""
    context.add_cookies(
        [
            {"name": f"{node.cookies}_language", "value": language, "url": node.address},
            {"name": f"{node.cookies}_theme", "value": theme, "url": node.address},
        ]
    )
