"""Asking for a stream: what is no request, and which pages may ask."""

import pytest

from comity.shell.live.asking import Asked, NotAsked, comes_from_our_pages, parse

OURS = frozenset({"http://localhost:8001"})
HOSTS = frozenset({"localhost"})
COOKIES = "Cookie: comity_session=abc; other=1"


def request(line: str = "GET /live?after=7 HTTP/1.1", *headers: str) -> bytes:
    return "\r\n".join([line, *(headers or ("Host: localhost:9001", COOKIES)), "", ""]).encode("latin-1")


def test_a_request_says_after_what_and_who():
    headers = ("Host: localhost:9001", "Origin: http://localhost:8001", COOKIES)
    asked = parse(request("GET /live?after=7 HTTP/1.1", *headers))
    assert (asked.after, asked.host, asked.origin) == (7, "localhost:9001", "http://localhost:8001")
    assert asked.cookies == {"comity_session": "abc", "other": "1"}
    assert parse(request("GET /live HTTP/1.1")).after == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request("POST /live HTTP/1.1"), 405),
        (request("GET /other HTTP/1.1"), 404),
        (request("GET /live/../live HTTP/1.1"), 404),
        (request("GET /live?after=-1 HTTP/1.1"), 400),
        (request("GET /live?after=٧ HTTP/1.1".encode().decode("latin-1")), 400),
        (request("GET /live?after=" + "9" * 19 + " HTTP/1.1"), 400),
        (request("GET /live?after=1 HTTP/2"), 400),
        (request("GET /live?after=1  HTTP/1.1"), 400),
        (request("GET http://[/live HTTP/1.1"), 400),
        (request("GET /live HTTP/1.1", "Host: a", "host: b"), 400),
        (request("GET /live HTTP/1.1", "Host : a"), 400),
        (request("GET /live HTTP/1.1", "no header"), 400),
        (request("GET /live?" + "a&" * 20 + " HTTP/1.1"), 400),
        (b"\x16\x03\x01\x02\x00\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_for_a_stream_is_refused(sent: bytes, status: int):
    with pytest.raises(NotAsked) as refusal:
        parse(sent)
    assert refusal.value.status == status


@pytest.mark.parametrize(
    ("host", "origin", "site", "may"),
    [
        ("localhost:9001", "http://localhost:8001", "same-site", True),
        ("LOCALHOST:9001", "", "same-origin", True),  # by a proxy that joins them
        ("localhost", "", "", True),  # of an old browser
        ("localhost:9001", "http://localhost:8002", "same-site", False),  # another node of this machine
        ("localhost:9001", "https://localhost:8001", "same-site", False),
        ("localhost:9001", "null", "cross-site", False),
        ("localhost:9001", "", "same-site", False),  # an image in a page of another port
        ("localhost:9001", "", "cross-site", False),
        ("evil.example:9001", "http://localhost:8001", "same-origin", False),
        ("", "http://localhost:8001", "same-origin", False),
    ],
)
def test_only_pages_of_this_node_may_ask(host: str, origin: str, site: str, may: bool):
    assert comes_from_our_pages(Asked(0, host, origin, site, {}), hosts=HOSTS, origins=OURS) is may
