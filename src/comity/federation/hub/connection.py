"""One connection to a message server, with a key of the caller's own, and over TLS where that was asked for.

A connection that is lost stays lost: whoever needs one makes another, to the same address. So what a server says of
other servers leads nowhere.
"""

from __future__ import annotations

import ssl
from contextlib import suppress

from nats.aio.client import Client

from comity.federation.hub import nkeys
from comity.federation.hub.address import Place

CONNECTS_WITHIN = 5


class NotPrivate(ConnectionError):
    """The server does not offer TLS, and nothing is said to it."""


class _Keyed(Client):
    """A client that proves who it is with a key that it is handed, and says nothing in the clear that must not be."""

    def __init__(self, place: Place, seed: bytes) -> None:
        super().__init__()
        self._place = place
        self._public_nkey = nkeys.public_of(seed)

    def _connect_command(self) -> bytes:
        if self._place.tls and not self._server_info.get("tls_required"):
            raise NotPrivate("the hub does not offer TLS")
        return super()._connect_command()

    async def give_up(self) -> None:
        """Close what the library leaves open when a connection does not come about."""
        if self._transport is not None:
            self._transport.close()  # type: ignore[no-untyped-call]
            with suppress(Exception):  # it may have gone already, in whichever way
                await self._transport.wait_closed()  # type: ignore[no-untyped-call]


async def connect(place: Place, seed: bytes) -> Client:
    """A connection, or an error of the library or the system (OSError, TimeoutError, nats.errors.Error)."""
    client = _Keyed(place, seed)
    try:
        await client.connect(
            place.url,
            allow_reconnect=False,
            connect_timeout=CONNECTS_WITHIN,
            ping_interval=10,
            signature_cb=lambda nonce: nkeys.answer_to(nonce, seed),
            inbox_prefix=f"_INBOX.{nkeys.public_of(seed)}",
            tls=_context(place) if place.tls else None,
            tls_hostname=place.host if place.tls else None,
            error_cb=_quiet,
        )
    except BaseException:
        await client.give_up()
        raise
    return client


def _context(place: Place) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=place.authority or None)
    if place.local:
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


async def _quiet(_error: Exception) -> None:
    """What goes wrong is noticed by whoever asks."""
