"""A person's browser as far as writing goes: plain HTTP, one connection, no redirects followed."""

import http.client
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.durability.inside import PASSWORD
from tests.entry.forms import Filled

GONE = (OSError, http.client.HTTPException)  # what a client sees when the node dies before it has answered
PATIENCE = 30.0  # seconds; the longest that a node may keep a writer waiting for the lock of SQLite is 20


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    place: str
    text: str


@dataclass
class Visitor:
    """Somebody with cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "en"
    _link: http.client.HTTPConnection | None = None

    def get(self, address: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", address, None, {})

    def post(self, address: str, fields: Mapping[str, list[str]], letters: Mapping[str, bytes] | None = None) -> Answer:
        """Send a form, with files where `letters` has some."""
        pairs = [(name, value) for name, values in fields.items() for value in values]
        if not letters:
            body, kind = urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = _multipart(pairs, letters)
        return self._ask("POST", address, body, {"Content-Type": kind})

    def open(self, address: str) -> dict[str, list[str]]:
        """The fields of the form there, as they stand."""
        answer = self.get(address)
        if answer.status == 503:  # the database went away, and it says: ask again
            raise http.client.HTTPException(answer.text)
        assert answer.status == 200, (address, answer)
        return {**Filled(answer.text).values, "csrfmiddlewaretoken": [self.cookies["comity_csrf"]]}

    def sign_in(self) -> None:
        """Sign in as the clerk."""
        self.get("/account/sign-in/")
        fields = {"login": ["clerk"], "password": [PASSWORD], "csrfmiddlewaretoken": [self.cookies["comity_csrf"]]}
        answer = self.post("/account/sign-in/", fields)
        assert answer.status == 302, answer

    def also(self) -> "Visitor":
        """Another window of the same person."""
        return Visitor(self.port, dict(self.cookies), self.language)

    def leave(self) -> None:
        """Close the connection."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _ask(self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        link = self._link or http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        self._link = None
        sent = {
            "Host": f"localhost:{self.port}",
            "Accept-Language": self.language,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **headers,
        }
        try:
            link.request(method, address, body, sent)
            answer = link.getresponse()
            text = answer.read().decode()
        except GONE:
            link.close()
            raise
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self._link = link
        return Answer(answer.status, answer.headers.get("Location", ""), text)


def patiently(wait: float = 0.05) -> None:
    """Nothing tells a client when a port opens again."""
    time.sleep(wait)


def _multipart(pairs: list[tuple[str, str]], letters: Mapping[str, bytes]) -> tuple[bytes, str]:
    border = uuid.uuid4().hex
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in pairs]
    for name, content in letters.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="letter.pdf"\r\n'
        parts.append(f"{head}Content-Type: application/pdf\r\n\r\n".encode() + content)
    body = b"".join(b"--" + border.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return body + f"--{border}--\r\n".encode(), f"multipart/form-data; boundary={border}"
