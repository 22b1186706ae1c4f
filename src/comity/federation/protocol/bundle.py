"""A bundle: frames and manifests in files, for where no network leads and somebody carries a medium across.

A part is one file:

    "comity bundle 1", newline | 4 bytes: length of the index | the index | 4 bytes: number of the part | its chunks

Numbers are written big end first; a part is numbered from 1. The index is one signed envelope, the same in every part:
who writes to whom, and for each part the chunks that follow there, each with its length and SHA-256. So any part tells
what the others hold, a chunk that a medium spoiled is known by itself, and what has been read before is stepped over
without being read. Nothing is compressed and nothing has a name: there is nothing to swell and no path to follow. A
chunk is manifests (canonical JSON, as between nodes) or frames of one feed, in order (`parcel`), and none is larger
than `MAX_CHUNK`. What comes after the last chunk is not read.

The index is for order and for damage. Whether a frame is its party's own word, the frame proves by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.federation.protocol import dsse, fields
from comity.federation.protocol.dsse import Envelope, Key
from comity.federation.protocol.errors import BadSignature, Malformed, Spliced, TooBig, UnknownVersion
from comity.federation.protocol.feed import FeedKey
from comity.federation.protocol.ring import Rings
from comity.kernel import canonical, clock
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId

BUNDLE_TYPE = "application/vnd.comity.bundle+json"
MAGIC = b"comity bundle 1\n"
MAX_INDEX = 4 * 1024 * 1024
"""Bytes of what is signed; what a signer takes."""
MAX_CHUNK = 8 * 1024 * 1024
MAX_CHUNKS = 32_768
MAX_PARTS = 1_000
MAX_MANIFESTS = 200
_MEMBERS = frozenset(("type", "from", "to", "name", "at", "manifests", "feeds", "parts"))
_MAX_ENVELOPE = 6 * 1024 * 1024
_FAMILY = b"comity bundle "

Read = Callable[[int], bytes]
"""Gives the next bytes of a file, fewer than asked for only at its end."""


class NotABundle(Malformed):
    """The file does not begin as a bundle does."""

    code = "not-a-bundle"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a part. `feed`: whose steps `first` to `last` it holds; None for manifests. `digest`: SHA-256."""

    length: int
    digest: str
    feed: FeedKey | None = None
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Index:
    """What a bundle holds. `name`: 32 hexadecimal digits, another for each bundle; `parts`: the chunks of each;
    `manifests`: what the sender says of itself, as between nodes, without which its signature might not be known.
    """

    sender: PartyId
    recipient: PartyId
    name: str
    at: datetime
    parts: tuple[tuple[Chunk, ...], ...]
    manifests: tuple[Json, ...] = ()

    @property
    def chunks(self) -> Iterator[Chunk]:
        """Every chunk, in the order in which they are to be taken in."""
        for part in self.parts:
            yield from part

    def encode(self) -> bytes:
        """The canonical bytes: what is signed."""
        feeds = sorted({chunk.feed for chunk in self.chunks if chunk.feed is not None})
        number = {feed: i for i, feed in enumerate(feeds)}
        return canonical.encode(
            {
                "type": BUNDLE_TYPE,
                "from": self.sender,
                "to": self.recipient,
                "name": self.name,
                "at": clock.to_text(self.at),
                "manifests": list(self.manifests),
                "feeds": [list(feed) for feed in feeds],
                "parts": [[_written(chunk, number) for chunk in part] for part in self.parts],
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Index:
        """What the bytes say, whoever signed them. Members that are not known are of a newer version. Raises Malformed,
        TooBig.
        """
        body = fields.mapping(fields.decode(data, max_bytes=MAX_INDEX))
        if not body.keys() >= _MEMBERS or body["type"] != BUNDLE_TYPE:
            raise Malformed("not the index of a bundle")
        feeds = [_feed(one) for one in fields.several(body["feeds"], MAX_CHUNKS)]
        parts = tuple(
            tuple(_chunk(one, feeds) for one in fields.several(part, MAX_CHUNKS))
            for part in fields.several(body["parts"], MAX_PARTS)
        )
        if not parts:
            raise Malformed("a bundle has a part")
        try:
            at = clock.from_text(fields.text(body["at"]))
        except ValueError as error:
            raise Malformed(str(error)) from error
        name = fields.text(body["name"])
        if len(name) != 32 or set(name) - set("0123456789abcdef"):
            raise Malformed("the name of a bundle is 32 hexadecimal digits")
        manifests = tuple(fields.several(body["manifests"], MAX_MANIFESTS))
        return cls(fields.party(body["from"]), fields.party(body["to"]), name, at, parts, manifests)


def chunk_of(data: bytes, feed: FeedKey | None = None, first: int = 0, last: int = 0) -> Chunk:
    """How the index names these bytes."""
    return Chunk(len(data), hashlib.sha256(data).hexdigest(), feed, first, last)


def check_chunk(chunk: Chunk, data: bytes) -> None:
    """Refuse bytes that are not those the index names. Raises Spliced."""
    if len(data) != chunk.length or hashlib.sha256(data).hexdigest() != chunk.digest:
        raise Spliced("these are not the bytes that the index names")


def sign(index: Index, key: Key) -> Envelope:
    """The index, signed with a release key of its sender."""
    return dsse.sign(BUNDLE_TYPE, index.encode(), key)


def opening(index: Envelope, part: int) -> bytes:
    """How part `part`, from 1, begins; its chunks follow. Raises TooBig for an index that nobody would read."""
    data = index.encode()
    if len(index.payload) > MAX_INDEX:
        raise TooBig("too many chunks for one bundle")
    return MAGIC + len(data).to_bytes(4, "big") + data + part.to_bytes(4, "big")


@dataclass(frozen=True, slots=True)
class Opening:
    """How a file begins: what its index says, who has signed that, and which part the file is, from 1."""

    index: Index
    signed: Envelope
    part: int


def read_opening(read: Read) -> Opening:
    """The beginning of a file, unverified. Then take what the sender says of itself, and ask `verify`.

    Raises:
        NotABundle: the file is something else.
        UnknownVersion: it is a bundle of a later version.
        Malformed, TooBig: as they say; of a file that ends here, Malformed.
    """
    magic = read(len(MAGIC))
    if magic != MAGIC:
        if magic.startswith(_FAMILY):
            raise UnknownVersion("a bundle of a later version")
        raise NotABundle("it begins otherwise")
    length = int.from_bytes(_exactly(read, 4), "big")
    if length > _MAX_ENVELOPE:
        raise TooBig(f"an index of {length} bytes")
    envelope = Envelope.decode(_exactly(read, length), max_bytes=_MAX_ENVELOPE)
    index = Index.decode(envelope.payload)  # only it can say who must have signed it
    part = int.from_bytes(_exactly(read, 4), "big")
    if not 1 <= part <= len(index.parts):
        raise Malformed("there is no such part")
    return Opening(index, envelope, part)


def verify(opening: Opening, rings: Rings) -> Index:
    """The index, if its sender has signed it. Raises BadSignature."""
    ring = rings(opening.index.sender)
    if ring is None:
        raise BadSignature("its sender is not known here")
    dsse.verify(opening.signed, BUNDLE_TYPE, ring.keys - ring.revoked.keys())
    return opening.index


def _exactly(read: Read, count: int) -> bytes:
    data = read(count)
    if len(data) != count:
        raise Malformed("the file ends in the middle")
    return data


def _written(chunk: Chunk, number: Mapping[FeedKey, int]) -> Json:
    if chunk.feed is None:
        return [chunk.length, chunk.digest]
    return [chunk.length, chunk.digest, number[chunk.feed], chunk.first, chunk.last]


def _chunk(value: Any, feeds: Sequence[FeedKey]) -> Chunk:
    said = fields.several(value, 5)
    if len(said) not in (2, 5):
        raise Malformed("a chunk is a length and a hash, and perhaps a feed and two steps")
    length, digest = fields.number(said[0], least=1, most=MAX_CHUNK), fields.digest(said[1])
    if len(said) == 2:
        return Chunk(length, digest)
    feed = fields.number(said[2], most=max(0, len(feeds) - 1))
    if not feeds:
        raise Malformed("a chunk of no feed")
    first = fields.number(said[3], least=1)
    return Chunk(length, digest, feeds[feed], first, fields.number(said[4], least=first))


def _feed(value: Any) -> FeedKey:
    said = fields.several(value, 3)
    if len(said) != 3:
        raise Malformed("channel, party and incarnation were expected")
    return FeedKey(fields.channel(said[0]), fields.party(said[1]), fields.incarnation(said[2]))
