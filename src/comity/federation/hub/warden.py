"""What answers at a hub: it verifies who signed a header, and keeps and gives frames that it cannot read. No sockets.

Whoever asks was told apart by the message server. A frame is kept if its header is signed by the party whose feed it
is in, if its content is the one that the header names, and if it follows the step before; who brings it does not
matter. A frame is given to its own party, and to whom that party's keysets name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from comity.federation.hub import register, wire
from comity.federation.hub.index import Known, frame_name, head_name, keyset_name
from comity.federation.hub.notice import Notice
from comity.federation.hub.pace import Pace
from comity.federation.hub.register import Register
from comity.federation.hub.store import Full, Store
from comity.federation.hub.wire import BODY_BYTES, NOBODY_WANTS, HubRefused
from comity.federation.protocol import fields, parcel, vector
from comity.federation.protocol import frame as frames
from comity.federation.protocol.errors import BadSignature, Equivocation, Gap, Malformed, NotAMember, ProtocolError
from comity.federation.protocol.feed import START, FeedKey, Position
from comity.federation.protocol.frame import Frame, FrameClass, Header
from comity.federation.protocol.keyset import Keyset
from comity.kernel import canonical
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId
from comity.parties.manifest import BadManifest

MOST_MANIFESTS = 200
MOST_FEEDS = 20_000
_AT_ONCE = 32
PAUSED_FOR = 30

Members = Callable[[], Mapping[str, frozenset[PartyId]]]
"""The keys of nodes that may speak here, each with the parties of that node."""


class Warden:
    """The hub's own knowledge, and its answers. `tell` lets a node know that there is something new for it."""

    def __init__(
        self, store: Store, members: Members, *, tell: Callable[[str], Awaitable[None]], pace: Pace | None = None
    ) -> None:
        self.store, self.members, self.tell = store, members, tell
        self.pace = pace or Pace()
        self.register = Register()
        self.feeds: dict[FeedKey, Known] = {}
        self.notices: dict[tuple[str, PartyId], tuple[int, frozenset[PartyId]]] = {}

    async def load(self) -> None:
        """Learn again what the store holds; what cannot be read there is left alone, for senders fill it again."""
        manifests: dict[PartyId, dict[int, Any]] = {}
        async for name, data in self.store.papers():
            _, what, *rest = name.split(".")
            try:
                if what == "keyset":
                    channel, party, incarnation, seq = rest
                    key = FeedKey(channel, PartyId(party), incarnation)
                    self._feed(key).announce(int(seq), Keyset.decode(data))
                elif what == "head":
                    known = vector.decode(data)
                    for key, at in known.items():
                        self._feed(key).at = at
                elif what == "manifest":
                    manifests.setdefault(PartyId(rest[0]), {})[int(rest[1])] = data
                elif what == "notice":
                    notice = Notice.decode(data)
                    self.notices[notice.channel, notice.party] = (notice.version, frozenset(notice.wraps))
            except (ProtocolError, ValueError):
                continue
        for party, versions in manifests.items():
            for _, data in sorted(versions.items()):
                self._know(party, data)

    def _know(self, party: PartyId, data: bytes) -> None:
        try:
            self.register.take(party, register.of_json(fields.decode(data, max_bytes=len(data)))[1])
        except (ProtocolError, BadManifest):
            return

    def _feed(self, key: FeedKey) -> Known:
        return self.feeds.setdefault(key, Known(key))

    async def answer(self, verb: str, key: str, body: bytes) -> bytes:
        """What is said to the node with this key, whatever it asked."""
        parties = self.members().get(key)
        if parties is None:
            return wire.refused("not-a-member")
        try:
            self.pace.allow(key, len(body))
            return wire.done(await self._answered(verb, key, parties, body))
        except HubRefused as error:
            return wire.refused(error.code, int(error.retry_after))
        except Full:
            return wire.refused("paused", PAUSED_FOR)
        except (ProtocolError, BadManifest) as error:
            return wire.refused(getattr(error, "code", "bad-manifest"))

    async def _answered(self, verb: str, key: str, parties: frozenset[PartyId], body: bytes) -> bytes:
        match verb:
            case "give":
                return await self._give(key, body)
            case "fetch":
                return await self._fetch(parties, _read(body, "feed", "after", "bytes"))
            case "state":
                _read(body)
                return self._state(parties)
            case "manifests":
                return await self._manifests(_read(body, "parties", "have"))
            case "notice":
                return await self._post(parties, body)
            case "notices":
                return await self._notice(parties, _read(body, "channel", "party"))
        raise Malformed("nobody here knows this question")

    def _state(self, parties: frozenset[PartyId]) -> bytes:
        """How far every feed is that the asking node may have, and what else it should know of."""
        feeds: list[Json] = []
        for key, known in sorted(self.feeds.items()):
            reach = known.reach(parties)
            if reach:  # who was dropped is told how far it is given the feed, and not where the feed stands
                feeds.append([*key, reach, known.at.head if reach == known.at.seq else "", known.wanted])
        everybody = frozenset[PartyId]().union(*self.members().values())
        return canonical.encode(
            {
                "feeds": feeds,
                "members": {party: self.register.version(party) for party in everybody},
                "notices": [
                    [*about, version]
                    for about, (version, readers) in sorted(self.notices.items())
                    if parties & readers or about[1] in parties
                ],
            }
        )

    async def _manifests(self, asked: Mapping[str, Any]) -> bytes:
        new: dict[str, bytes] = {}
        try:
            for one in fields.several(asked["parties"], MOST_MANIFESTS):
                party, envelope = register.of_json(one)
                if self.register.take(party, envelope):
                    name = f"paper.manifest.{party}.{self.register.version(party)}"
                    new[name] = canonical.encode(register.to_json(party, envelope))
        finally:
            await self.store.put(new)
        said: list[Json] = []
        for party, version in sorted(_versions(asked["have"]).items()):
            some = self.register.after(party, version)[: MOST_MANIFESTS - len(said)]
            said += [register.to_json(party, one) for one in some]
        return canonical.encode({"parties": said})

    async def _post(self, parties: frozenset[PartyId], body: bytes) -> bytes:
        notice = Notice.decode(body)
        if notice.party not in parties:
            raise NotAMember("somebody else's notice")
        before, _ = self.notices.get((notice.channel, notice.party), (0, frozenset()))
        if notice.version >= before:
            await self.store.put({f"paper.notice.{notice.channel}.{notice.party}": body})
            self.notices[notice.channel, notice.party] = (notice.version, frozenset(notice.wraps))
            await self._hint(set(notice.wraps) - parties)
        return canonical.encode({})

    async def _notice(self, parties: frozenset[PartyId], asked: Mapping[str, Any]) -> bytes:
        channel, party = fields.channel(asked["channel"]), fields.party(asked["party"])
        _, readers = self.notices.get((channel, party), (0, frozenset[PartyId]()))
        if not parties & readers:
            raise NotAMember("this notice is for others")
        found = (await self.store.get([f"paper.notice.{channel}.{party}"]))[0]
        if found is None:
            raise HubRefused("lost")
        return found

    async def _fetch(self, parties: frozenset[PartyId], asked: Mapping[str, Any]) -> bytes:
        """Steps of one feed in their order, as far as the node may have them and the hub has them."""
        known = self.feeds.get(wire.feed_of(asked["feed"]))
        after, most = fields.number(asked["after"]), min(fields.number(asked["bytes"], least=1), BODY_BYTES)
        if known is None or (last := known.reach(parties)) <= after:
            return b""
        found: list[bytes] = []
        size, at = 0, after
        while at < last:
            names = [frame_name(known.key, seq) for seq in range(at + 1, min(at + _AT_ONCE, last) + 1)]
            for part in await self.store.get(names):
                if part is None and not found:
                    known.wanted = min(known.wanted, after)
                if part is None or (found and size + len(part) > most):
                    return b"".join(found)
                found.append(part)
                size, at = size + len(part), at + 1
        return b"".join(found)

    async def _give(self, key: str, body: bytes) -> bytes:
        """Keep what is rightly signed and follows; each feed up to its first fault."""
        batch = _Batch(self)
        for one in parcel.unpack(body):
            feed = frames.party_of(one.envelope)
            if feed in batch.refused:
                continue
            try:
                await batch.take(feed, one)
            except ProtocolError as error:
                batch.refused[feed] = error.code
        await self.store.put(batch.kept)
        readers: set[PartyId] = set()
        for feed, (at, last) in batch.reached.items():
            known = self._feed(feed)
            known.at = at
            for seq, made in batch.keysets.get(feed, ()):
                known.announce(seq, made)
            if known.wanted < last:
                known.wanted = last if await self._lacks(feed, last + 1) else NOBODY_WANTS
            readers |= known.readers
        await self._hint(readers - self.members().get(key, frozenset()))
        answer: dict[str, Json] = {
            "feeds": vector.to_json({feed: at for feed, (at, _) in batch.reached.items()}),
            "refused": [[*feed, code] for feed, code in sorted(batch.refused.items())],
        }
        return canonical.encode(answer)

    async def _lacks(self, feed: FeedKey, seq: int) -> bool:
        return seq <= self._feed(feed).at.seq and (await self.store.get([frame_name(feed, seq)]))[0] is None

    async def _hint(self, parties: set[PartyId]) -> None:
        for key, theirs in self.members().items():
            if theirs & parties:
                await self.tell(key)


class _Batch:
    """Frames of one message: nothing of them counts before the store has them all."""

    def __init__(self, warden: Warden) -> None:
        self.warden = warden
        self.kept: dict[str, bytes] = {}
        self.reached: dict[FeedKey, tuple[Position, int]] = {}  # how far, and the last step that came
        self.keysets: dict[FeedKey, list[tuple[int, Keyset]]] = {}
        self.refused: dict[FeedKey, str] = {}

    async def take(self, feed: FeedKey, came: Frame) -> None:
        """Judge one frame. Raises ProtocolError."""
        ring = self.warden.register.ring(feed.party)
        if ring is None:
            raise BadSignature("its party is not known here")
        header = frames.verify_header(came.envelope, ring)
        if came.content is not None:
            frames.check_content(header, came.content)
        at = await self._follow(feed, header)
        data = parcel.packed(came.envelope.encode(), came.content)
        self.kept[frame_name(feed, header.seq)] = data
        if header.frame_class is FrameClass.KEYSET and came.content is not None:
            self.keysets.setdefault(feed, []).append((header.seq, Keyset.decode(came.content)))
            self.kept[keyset_name(feed, header.seq)] = came.content
        self.kept[head_name(feed)] = vector.encode({feed: at})
        self.reached[feed] = (at, header.seq)

    async def _follow(self, feed: FeedKey, header: Header) -> Position:
        known = self.warden.feeds.get(feed)
        if known is None and len(self.warden.feeds) >= MOST_FEEDS:
            raise HubRefused("too-many-feeds")
        at = self.reached[feed][0] if feed in self.reached else known.at if known is not None else START
        if header.seq > at.seq + 1:
            raise Gap(at.seq + 1)
        if header.seq == at.seq + 1:
            if header.prev != at.head:
                raise Equivocation(at.seq)
            return header.at
        if header.seq == at.seq and header.hash != at.head:
            raise Equivocation(at.seq)
        await self._same_as_before(feed, header)
        return at

    async def _same_as_before(self, feed: FeedKey, header: Header) -> None:
        """What was lost may come again; what lies here is not replaced by another history."""
        found = self.kept.get(frame_name(feed, header.seq))
        if found is None:
            found = (await self.warden.store.get([frame_name(feed, header.seq)]))[0]
        if found is None:
            return
        before = frames.parse_header(next(parcel.unpack(found)).envelope.payload)
        if before.hash != header.hash:
            raise Equivocation(header.seq)


def _read(body: bytes, *names: str) -> Mapping[str, Any]:
    value = fields.decode(body, max_bytes=wire.MOST_BYTES)
    if not isinstance(value, Mapping) or not set(names) <= value.keys():
        raise Malformed(f"an object with {', '.join(names)} was expected")
    return value


def _versions(value: object) -> dict[PartyId, int]:
    if not isinstance(value, Mapping) or len(value) > register.MOST_PARTIES:
        raise Malformed("versions by id were expected")
    return {fields.party(name): fields.number(version) for name, version in value.items()}
