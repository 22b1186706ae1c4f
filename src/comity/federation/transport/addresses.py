"""Where a partner's address may lead: a manifest names it, so it is a stranger's word.

A name is resolved once, and what it resolved to is judged and then connected to, so that a second answer of the name
server changes nothing. Private, local and otherwise special addresses are refused unless the operator allows their
network: COMITY_PRIVATE_PEERS names networks with commas between ("127.0.0.0/8,10.20.0.0/16").
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from comity.parties.endpoint import pins_of

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[str]]

_NAT64 = ip_network("64:ff9b::/96")


class BadAddress(ValueError):
    """Not an address that this node connects to; the text says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect, decided once: `host` is what the certificate must name, `address` where the bytes go.

    Where there are `pins`, it must have one of these keys instead (`parties.endpoint`).
    """

    tls: bool
    host: str
    port: int
    address: str
    path: str
    pins: frozenset[bytes] = frozenset()


def networks(text: str) -> tuple[Network, ...]:
    """The networks that an operator allows. Raises ValueError for anything else."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a name, as the machine resolves it."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def place_of(url: str, *, allowed: Sequence[Network], resolver: Resolver = resolve) -> Place:
    """Where this address leads.

    Raises:
        BadAddress: it is no address of a node, its name does not resolve, or it leads where this node does not go.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
        pins = pins_of(url)
    except (ValueError, KeyError) as error:
        raise BadAddress("not an http or https address") from error
    if not parts.hostname or parts.username or parts.password or parts.query:
        raise BadAddress("an address is a host, perhaps a port, a path, and hashes of keys")
    try:
        found = [_unmapped(ip_address(text.partition("%")[0])) for text in resolver(parts.hostname, port)]
    except (OSError, ValueError, UnicodeError) as error:
        raise BadAddress("the name of the host does not resolve") from error
    good = [address for address in found if may_reach(address, allowed)]
    if not good or len(good) != len(found):  # a name that leads both in and out is nobody's node
        raise BadAddress("it leads into a network that this node does not go to")
    if parts.scheme == "http" and not all(_is_listed(address, allowed) for address in good):
        raise BadAddress("without TLS only in networks that the operator named")
    return Place(parts.scheme == "https", parts.hostname, port, str(good[0]), parts.path.rstrip("/"), pins)


def may_reach(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether this node connects there: what is public, and what the operator named."""
    if _is_listed(address, allowed):
        return True
    return address.is_global and not address.is_multicast and not _is_tunnel(address)


def _is_listed(address: Address, allowed: Sequence[Network]) -> bool:
    return any(address in network for network in allowed if network.version == address.version)


def _unmapped(address: Address) -> Address:
    """An IPv4 address that is written as an IPv6 one is judged as what it is."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _is_tunnel(address: Address) -> bool:
    """Addresses that hide an IPv4 address inside: where they lead is another's decision."""
    return isinstance(address, IPv6Address) and (
        address.sixtofour is not None or address.teredo is not None or address in _NAT64
    )
