"""A frame: one step of a feed. A small signed header, and a content that stands apart from it.

The header (canonical JSON in a signed envelope) names feed, step, the step before, and the content by length and
digest; so old contents can be destroyed and the chain of headers still holds. The content of a keyset frame is plain
(`keyset`); every other one is encrypted: AES-256-GCM with a key and a nonce that HKDF derives from the epoch key and
the header's random salt, bound to everything the header says before the content is known. Inside is a second signed
envelope (`statement`), which repeats where it belongs: nothing can be cut out of a frame and put into another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity.federation.protocol import dsse, fields
from comity.federation.protocol.dsse import Envelope, Key
from comity.federation.protocol.errors import CannotOpen, Malformed, Spliced, TooBig, UnknownVersion
from comity.federation.protocol.feed import FeedKey, Position
from comity.federation.protocol.fields import MAX_CONTENT, MAX_HEADER
from comity.federation.protocol.ring import Ring
from comity.federation.protocol.statement import STATEMENT_TYPE, Statement
from comity.kernel import canonical
from comity.kernel.canonical import Json

FRAME_TYPE = "application/vnd.comity.frame+json"
VERSION = 1
SALT_BYTES = 32
KEY_BYTES = 32


class FrameClass(StrEnum):
    """What a content is; the order of sending where not all can be sent."""

    KEYSET = "keyset"
    CONTROL = "control"
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class Header:
    """One step. `prev`: hash of the step before, "" for the first. `epoch`: 0 for a keyset. `data`: the bytes it was
    read from; `beyond`: members of a newer version in them.
    """

    feed: FeedKey
    seq: int
    prev: str
    epoch: int
    salt: bytes
    frame_class: FrameClass
    length: int
    digest: str
    data: bytes = field(default=b"", compare=False)
    beyond: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def encode(self) -> bytes:
        """The canonical bytes: what is signed, and hashed into the step that follows."""
        return canonical.encode({**self._bound(), "length": self.length, "digest": self.digest})

    @property
    def hash(self) -> str:
        """SHA-256 of the bytes as they came, in hexadecimal."""
        return hashlib.sha256(self.data or self.encode()).hexdigest()

    @property
    def at(self) -> Position:
        """The position of the feed with this step."""
        return Position(self.seq, self.hash)

    def bound(self) -> bytes:
        """What a content is bound to: all of the header that is known before the content is."""
        return canonical.encode(self._bound())

    def _bound(self) -> dict[str, Json]:
        return {
            "version": VERSION,
            "channel": self.feed.channel,
            "party": self.feed.party,
            "incarnation": self.feed.incarnation,
            "seq": self.seq,
            "prev": self.prev,
            "epoch": self.epoch,
            "salt": fields.to_text(self.salt),
            "class": self.frame_class.value,
            **self.beyond,
        }


@dataclass(frozen=True, slots=True)
class Frame:
    """A header in its signed envelope, and its content; None where that was destroyed or not sent."""

    envelope: Envelope
    content: bytes | None


_MEMBERS = (
    "version", "channel", "party", "incarnation", "seq", "prev", "epoch", "salt", "class", "length", "digest",
)  # fmt: skip


def parse_header(payload: bytes) -> Header:
    """What a header's bytes say, whoever signed them. Raises Malformed, TooBig, UnknownVersion."""
    body: Any = fields.decode(payload, max_bytes=MAX_HEADER)
    if isinstance(body, Mapping) and body.get("version") not in (None, VERSION):
        raise UnknownVersion(f"version {body['version']!r:.20}", _feed_of(body))
    fields.known(body, *_MEMBERS)
    feed = _feed_of(body)
    try:
        frame_class = FrameClass(fields.text(body["class"]))
    except Malformed:
        raise
    except ValueError as error:
        raise UnknownVersion("a class of frames that this version does not know", feed) from error
    header = Header(
        feed=feed,
        seq=fields.number(body["seq"], least=1),
        prev=fields.digest(body["prev"], empty=True),
        epoch=fields.number(body["epoch"]),
        salt=fields.octets(body["salt"], length=SALT_BYTES),
        frame_class=frame_class,
        length=fields.number(body["length"], most=MAX_CONTENT),
        digest=fields.digest(body["digest"]),
        data=payload,
        beyond=fields.beyond(body, _MEMBERS),
    )
    if (header.seq == 1) != (not header.prev):
        raise Malformed("the first step follows nothing, and every other one something")
    if (header.frame_class is FrameClass.KEYSET) != (header.epoch == 0):
        raise Malformed("a keyset is in no epoch, and all else is in one")
    return header


def _feed_of(body: Mapping[str, Any]) -> FeedKey:
    """Which feed it is: said alike in every version."""
    fields.known(body, "channel", "party", "incarnation")
    return FeedKey(
        fields.channel(body["channel"]), fields.party(body["party"]), fields.incarnation(body["incarnation"])
    )


def verify_header(envelope: Envelope, ring: Ring) -> Header:
    """The header, if a release key of its party has signed it and was not revoked before this step.

    `ring` is that of the party whose feed the header was asked for.

    Raises:
        BadSignature, Malformed, UnknownVersion: as they say.
        Revoked: signed with a key beyond the last step that it rightly signed.
    """
    key = dsse.verify(envelope, FRAME_TYPE, ring.keys)
    header = parse_header(envelope.payload)
    ring.check(key, header.feed, header.at)
    return header


def party_of(envelope: Envelope) -> FeedKey:
    """The feed that an unverified header claims, to find the keys to verify it with. Raises as `parse_header` does."""
    return parse_header(envelope.payload).feed


def check_content(header: Header, content: bytes) -> None:
    """Refuse a content that is not the one the header names. Raises TooBig, Spliced."""
    if len(content) > MAX_CONTENT:
        raise TooBig(f"a content of {len(content)} bytes")
    if len(content) != header.length or hashlib.sha256(content).hexdigest() != header.digest:
        raise Spliced("this content is not the one that the header names")


def sign_header(
    *, feed: FeedKey, after: Position, epoch: int, salt: bytes, frame_class: FrameClass, content: bytes, key: Key
) -> Frame:
    """The next step after `after`, with a content that is sealed already."""
    header = _header(feed, after, epoch, salt, frame_class, content)
    return Frame(dsse.sign(FRAME_TYPE, header.encode(), key), content)


def _header(feed: FeedKey, after: Position, epoch: int, salt: bytes, frame_class: FrameClass, content: bytes) -> Header:
    digest = hashlib.sha256(content).hexdigest()
    return Header(feed, after.seq + 1, after.head, epoch, salt, frame_class, len(content), digest)


def seal(
    statement: Statement,
    *,
    after: Position,
    epoch: int,
    epoch_key: bytes,
    salt: bytes,
    key: Key,
    statement_key: Key | None = None,
    frame_class: FrameClass = FrameClass.RECORDS,
) -> Frame:
    """Sign a statement, encrypt it, and sign the header: the next step after `after`. `salt` is 32 fresh random bytes.

    `key` signs the header, and the statement too unless `statement_key` is given (the same key, asked another way).

    Raises:
        Spliced: the statement is about another step.
        TooBig: more than a content may hold.
    """
    if statement.seq != after.seq + 1:
        raise Spliced("the statement is about another step")
    inner = dsse.sign(STATEMENT_TYPE, statement.encode(), statement_key or key).encode()
    header = _header(statement.feed, after, epoch, salt, frame_class, b"")
    content = _Cipher(header, epoch_key).close(inner)
    if len(content) > MAX_CONTENT:
        raise TooBig(f"a content of {len(content)} bytes")
    header = replace(header, length=len(content), digest=hashlib.sha256(content).hexdigest())
    return Frame(dsse.sign(FRAME_TYPE, header.encode(), key), content)


def open_content(header: Header, content: bytes, *, epoch_key: bytes, ring: Ring) -> Statement:
    """The statement inside, for a verified header and its content.

    Raises:
        Spliced: content, header and statement do not belong together.
        CannotOpen: it does not open with this key.
        BadSignature, Malformed, TooBig: as they say.
        Revoked: signed with a key beyond the last step that it rightly signed.
    """
    check_content(header, content)
    inner = Envelope.decode(_Cipher(header, epoch_key).open(content), max_bytes=MAX_CONTENT)
    key = dsse.verify(inner, STATEMENT_TYPE, ring.keys)
    ring.check(key, header.feed, header.at)
    statement = Statement.decode(inner.payload)
    if (statement.feed, statement.seq) != (header.feed, header.seq):
        raise Spliced("the statement was made for another step than the header")
    return statement


class _Cipher:
    """AES-256-GCM for one frame: its key and nonce follow from the epoch key, the salt and what the header binds."""

    def __init__(self, header: Header, epoch_key: bytes) -> None:
        self._bound = header.bound()
        derived = HKDF(SHA256(), KEY_BYTES + 12, salt=header.salt, info=b"comity frame 1" + self._bound).derive(
            epoch_key
        )
        self._cipher, self._nonce = AESGCM(derived[:KEY_BYTES]), derived[KEY_BYTES:]

    def close(self, data: bytes) -> bytes:
        return self._cipher.encrypt(self._nonce, data, self._bound)

    def open(self, data: bytes) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce, data, self._bound)
        except InvalidTag as error:
            raise CannotOpen("it does not open with the key of its epoch") from error
