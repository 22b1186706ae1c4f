"""Asking another node: one connection to the address that was judged, no redirects, every wait and size bounded."""

from __future__ import annotations

import hashlib
import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comity.federation.transport.addresses import BadAddress, Network, Place, Resolver, place_of, resolve

CONNECTS_WITHIN = 5.0
ANSWERS_WITHIN = 20.0
MOST_BYTES = 8 * 1024 * 1024


class Unreachable(Exception):
    """No answer came, or none that can be used; the text says why, without what was asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Hurried(io.RawIOBase):
    """What comes from a socket until a moment: whoever sends a byte now and then does not keep us for ever."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        super().__init__()
        self._sock, self._until = sock, until
        self._raw = sock.makefile("rb", buffering=0)  # keeps the socket open until this is closed

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer is too slow")
        self._sock.settimeout(left)
        return self._raw.readinto(into) or 0

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Pinned(http.client.HTTPConnection):
    """A connection to the one address that was judged, whatever the name resolves to by now."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.host, place.port, timeout=CONNECTS_WITHIN)
        self._place = place
        self.until = 0.0

    def response_class(self, sock: socket.socket, *arguments: Any, **more: Any) -> http.client.HTTPResponse:  # type: ignore[override]
        """An answer whose head, too, must come in time."""
        response = http.client.HTTPResponse(sock, *arguments, **more)
        response.fp.close()
        response.fp = io.BufferedReader(_Hurried(sock, self.until))
        return response

    def connect(self) -> None:
        place = self._place
        plain = socket.create_connection((place.address, place.port), CONNECTS_WITHIN)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = plain  # from here on it can be cut
        if place.tls:
            secured = _context(place).wrap_socket(plain, server_hostname=place.host, do_handshake_on_connect=False)
            self.sock = secured
            secured.do_handshake()
            if place.pins and _key_hash(secured) not in place.pins:
                raise ssl.SSLError("the certificate has another key than its party named")
        self.sock.settimeout(ANSWERS_WITHIN)


def _context(place: Place) -> ssl.SSLContext:
    """How to speak TLS there: whose certificate it is, authorities say or, where they are named, its keys."""
    context = ssl.create_default_context()
    if place.pins:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the key is looked at after the handshake
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _key_hash(secured: ssl.SSLSocket) -> bytes:
    """The SHA-256 of the public key of the other side's certificate."""
    certificate = x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).digest()


class Client:
    """Requests to one node, over one connection that is kept while it lasts."""

    def __init__(self, url: str, *, allowed: tuple[Network, ...], resolver: Resolver = resolve) -> None:
        self._url, self._allowed, self._resolver = url, allowed, resolver
        self._connection: _Pinned | None = None
        self._base = ""

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send `body`; the answer, whatever its status.

        Raises:
            BadAddress: the node's address is not one to connect to.
            Unreachable: as it says.
        """
        kept = self._connection is not None
        try:
            return self._once(path, body, headers)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
            self.close()
            if not kept:
                raise Unreachable(_why(error)) from error
        except BadAddress:
            raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise Unreachable(_why(error)) from error
        try:  # the other side had closed what we kept
            return self._once(path, body, headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise Unreachable(_why(error)) from error

    def cut(self) -> None:
        """End what is being asked, from another thread: whoever waits for the answer is told that none comes."""
        connection = self._connection
        if connection is not None and (sock := connection.sock) is not None:
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)  # of TLS too: nothing of its own is said

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        if self._connection is None:
            place = place_of(self._url, allowed=self._allowed, resolver=self._resolver)
            self._connection, self._base = _Pinned(place), place.path
        self._connection.until = until = time.monotonic() + ANSWERS_WITHIN
        self._connection.request("POST", self._base + path, body=body, headers=dict(headers))
        response = self._connection.getresponse()
        try:
            data = _read(response, until)
        except BaseException:
            response.close()
            raise
        if response.will_close:
            self.close()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, data)


def _read(response: http.client.HTTPResponse, until: float) -> bytes:
    """The body, unless it is larger, or slower, than is allowed."""
    parts, size = [], 0
    while part := response.read1(65_536):
        size += len(part)
        if size > MOST_BYTES:
            raise ValueError("the answer is too large")
        if time.monotonic() > until:
            raise TimeoutError("the answer is too slow")
        parts.append(part)
    if response.length:
        raise ValueError("the answer ends in the middle")
    response.close()  # read to its end, so the connection can carry the next question
    return b"".join(parts)


def _why(error: Exception) -> str:
    """What went wrong, in a few words that name no content."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(said)[:200]
