"""Signing in without a window: what a browser holds afterwards. That a person can do it in one, other tests show."""

import urllib.parse
import urllib.request
from http.cookiejar import Cookie, CookieJar
from typing import Any

from tests.browser.node import Node


def sign_in(node: Node, account: str) -> dict[str, Any]:
    """The storage of a window in which `account` is signed in on `node`, as Playwright takes it."""
    jar = CookieJar()
    client = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"{node.address}/account/sign-in/"
    client.open(address).close()
    form = {
        "login": account,
        "password": node.password(account),
        "csrfmiddlewaretoken": next(cookie.value for cookie in jar if cookie.name == f"{node.cookies}_csrf"),
    }
    with client.open(address, data=urllib.parse.urlencode(form).encode()) as answer:
        if "/sign-in" in answer.url:
            raise AssertionError(f"{account} is not let in")
    return {"cookies": [_as_a_browser_keeps(cookie) for cookie in jar], "origins": []}


def _as_a_browser_keeps(cookie: Cookie) -> dict[str, Any]:
    return {
        "name": cookie.name,
        "value": cookie.value,
        "domain": "localhost",
        "path": cookie.path,
        "expires": -1 if cookie.expires is None else cookie.expires,
        "httpOnly": cookie.has_nonstandard_attr("HttpOnly"),
        "secure": cookie.secure,
        "sameSite": "Lax",
    }
