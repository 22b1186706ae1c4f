"""What a browser says when it asks for a stream, read from bytes that anybody may have sent. No Django, no sockets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

PATH = "/live"
MOST_BYTES = 16_384  # of a request: its line and its headers; a body is never read
_LINE = re.compile(r"GET ([!-~]{1,2000}) HTTP/1\.[01]")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ONE_SITE = frozenset({"", "same-origin", "none"})


class NotAsked(Exception):
    """No stream is given; `status` is what the answer says."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a stream: what is told of is after `after`; `origin` is "" for the node's own."""

    after: int
    host: str
    origin: str
    site: str
    cookies: Mapping[str, str]


def parse(head: bytes) -> Asked:
    """Read a request up to its empty line.

    Raises:
        NotAsked: 400 for what is no request, 404 for another address, 405 for another method.
    """
    lines = head.decode("latin-1").split("\r\n")
    if not lines[0].startswith("GET "):
        raise NotAsked(405 if re.match(r"[A-Z]{3,10} /", lines[0]) else 400)
    target = _LINE.fullmatch(lines[0])
    if target is None:
        raise NotAsked(400)
    try:
        address = urlsplit(target[1])
        if address.path != PATH:
            raise NotAsked(404)
        after = parse_qs(address.query, max_num_fields=5).get("after", ["0"])[0]
    except ValueError as error:
        raise NotAsked(400) from error
    if not (after.isascii() and after.isdecimal() and len(after) < 19):
        raise NotAsked(400)
    headers = _headers(lines[1:])
    return Asked(
        int(after),
        headers.get("host", ""),
        headers.get("origin", ""),
        headers.get("sec-fetch-site", ""),
        _cookies(headers.get("cookie", "")),
    )


def comes_from_our_pages(asked: Asked, *, hosts: frozenset[str], origins: frozenset[str]) -> bool:
    """Whether a page of this node asks, as far as its browser says.

    Cookies ignore ports, so whatever runs beside the node on this machine could ask in the name of who is signed in.
    `hosts` are the names by which the node is reached, `origins` those of its pages. A browser names the origin of a
    page of another port; of the node's own it says by Sec-Fetch-Site that it is.
    """
    name = re.sub(r":\d{1,5}$", "", asked.host).lower()
    if not ("*" in hosts or name in hosts):
        return False
    return asked.origin in origins if asked.origin else asked.site in _ONE_SITE


def _headers(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        if not line:
            break
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name) or (name := name.lower()) in found:
            raise NotAsked(400)
        found[name] = value.strip(" \t")
    return found


def _cookies(text: str) -> dict[str, str]:
    try:
        return {name: one.value for name, one in SimpleCookie(text).items()}
    except CookieError:
        return {}
