"""Where a hub is: tls://host[:port], or nats://… without TLS. It is the operator's own word, not a stranger's."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


class BadHubAddress(ValueError):
    """Not the address of a hub; the text says what it must look like."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hub is. `authority`: certificates (PEM) that may vouch for it instead of those the machine knows.

    `local`: it is this very machine, and `authority` the server's own certificate, which names the host as others
    know it.
    """

    host: str
    port: int
    tls: bool
    authority: str = ""
    local: bool = False

    @property
    def url(self) -> str:
        """As an address; an IPv6 host in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'tls' if self.tls else 'nats'}://{host}:{self.port}"


def place_of(url: str, authority: str = "") -> Place:
    """Where `url` leads: tls://host[:port], or nats://… without TLS. Raises BadHubAddress."""
    try:
        parts = urlsplit(url)
        port = parts.port or 4222
    except ValueError as error:
        raise BadHubAddress("an address of a hub looks like tls://hub.example:4222") from error
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in {"tls", "nats"} or not parts.hostname or not bare:
        raise BadHubAddress("an address of a hub looks like tls://hub.example:4222")
    return Place(parts.hostname, port, parts.scheme == "tls", authority)
