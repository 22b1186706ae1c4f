"""A warden over memory, parties that its register knows, and what a node would ask of it."""

import asyncio
from collections.abc import Sequence
from typing import Any

from comity.federation.hub import nkeys, wire
from comity.federation.hub.store import Memory
from comity.federation.hub.warden import Warden
from comity.federation.hub.wire import BODY_BYTES, HubRefused
from comity.federation.protocol import parcel
from comity.federation.protocol.feed import FeedKey
from comity.federation.protocol.frame import Frame, parse_header
from comity.federation.protocol.tests.peer import Party, rings
from comity.kernel import canonical


def key_of(party: Party) -> str:
    """The key of a party's node."""
    return nkeys.public_of(party.exchange.private_bytes_raw())


class Kept:
    """A hub whose register knows every party of the tests, and lets in those that it was made with."""

    def __init__(self, *members: Party, store: Memory | None = None) -> None:
        self.store = store or Memory()
        self.members = {key_of(party): frozenset({party.id}) for party in members}
        self.told: list[str] = []
        self.start()

    def start(self) -> None:
        """Begin anew with what the store holds."""

        async def tell(key: str) -> None:
            self.told.append(key)

        self.warden = Warden(self.store, lambda: self.members, tell=tell)
        self.warden.register.ring = rings  # type: ignore[method-assign]
        asyncio.run(self.warden.load())

    def ask(self, by: Party, verb: str, body: bytes) -> bytes:
        return wire.read(asyncio.run(self.warden.answer(verb, key_of(by), body)))

    def asked(self, by: Party, verb: str, **value: Any) -> Any:
        return canonical.decode(self.ask(by, verb, canonical.encode(value)), max_bytes=10**7, max_depth=9)

    def give(self, by: Party, *frames: Frame) -> Any:
        return canonical.decode(self.ask(by, "give", parcel.pack(frames)), max_bytes=10**7, max_depth=9)

    def fetch(self, by: Party, feed: FeedKey, after: int = 0) -> list[int]:
        """The steps that the party is given."""
        body = self.ask(by, "fetch", canonical.encode({"feed": list(feed), "after": after, "bytes": BODY_BYTES}))
        return [parse_header(one.envelope.payload).seq for one in parcel.unpack(body)]

    def refuses(self, by: Party, *frames: Frame) -> Sequence[str]:
        """For what it would not take these."""
        return [one[3] for one in self.give(by, *frames)["refused"]]


__all__ = ["HubRefused", "Kept", "key_of"]
