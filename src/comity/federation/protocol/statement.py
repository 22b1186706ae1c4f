"""What a frame says: revisions, withdrawals, receipts, and checkpoints of audit logs.

A statement repeats the feed, the step and the audience that it was made for, and is signed by itself: cut out of its
frame and put into another, or forwarded to another channel, it is refused. What an item of a newer version means is
not known here; it is kept as it came, and skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from comity.audit.documents import ConsistencyProof, NotAProof
from comity.federation.protocol import fields
from comity.federation.protocol.errors import Foreign, Malformed
from comity.federation.protocol.feed import FeedKey
from comity.kernel import canonical
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId, RecordId

STATEMENT_TYPE = "application/vnd.comity.statement+json"
MAX_ITEMS = 256
MAX_LINKS = 64
SALT_BYTES = 32


class Mode(StrEnum):
    """What becomes of the copies of a withdrawn record: no longer shown, or destroyed."""

    HIDE = "hide"
    PURGE = "purge"


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a record of the feed's party: its salt, and its bytes (`records.envelope`), which say the rest."""

    record: RecordId
    number: int
    salt: bytes
    data: bytes

    def json(self) -> Json:
        return {
            "t": "revision",
            "record": str(self.record),
            "number": self.number,
            "salt": fields.to_text(self.salt),
            "data": fields.to_text(self.data),
        }


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The feed's party takes back a record of its own, whichever revision came or will come."""

    record: RecordId
    mode: Mode

    def json(self) -> Json:
        return {"t": "withdrawal", "record": str(self.record), "mode": self.mode.value}


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A record that came and was not applied, and why, in a word."""

    record: RecordId
    reason: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The feed's party has taken in another party's feed up to `seq`, all but what it holds back."""

    feed: FeedKey
    seq: int
    held: tuple[HeldBack, ...] = ()

    def json(self) -> Json:
        body: dict[str, Json] = {
            "t": "receipt",
            "feed": {"channel": self.feed.channel, "party": self.feed.party, "incarnation": self.feed.incarnation},
            "seq": self.seq,
        }
        if self.held:
            body["held"] = [{"record": str(one.record), "reason": one.reason} for one in self.held]
        return body


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the audit log of the feed's party goes, as a note, and its audit key's signature.

    `links` prove that the log begins with what witnesses signed before.
    """

    note: bytes
    signature: bytes
    links: tuple[ConsistencyProof, ...] = ()

    def json(self) -> Json:
        return {
            "t": "checkpoint",
            "note": fields.to_text(self.note),
            "signature": fields.to_text(self.signature),
            "links": [link.json() for link in self.links],
        }


@dataclass(frozen=True, slots=True)
class Cosignature:
    """The feed's party signs what it has seen of the log of `party`: `note` is `audit.witnessing.cosigned_text`."""

    party: PartyId
    note: bytes
    signature: bytes

    def json(self) -> Json:
        return {
            "t": "cosignature",
            "party": self.party,
            "note": fields.to_text(self.note),
            "signature": fields.to_text(self.signature),
        }


@dataclass(frozen=True, slots=True)
class Unknown:
    """An item of a newer version, as it came."""

    body: Mapping[str, Any]

    def json(self) -> Json:
        return self.body


Item: TypeAlias = Revision | Withdrawal | Receipt | Checkpoint | Cosignature | Unknown


@dataclass(frozen=True, slots=True)
class Statement:
    """What one step of a feed says, to whom. `audience`: SHA-256 of the channel's manifest, in hexadecimal."""

    feed: FeedKey
    seq: int
    audience: str
    items: tuple[Item, ...]

    def encode(self) -> bytes:
        """The canonical bytes: what is signed."""
        return canonical.encode(
            {
                "channel": self.feed.channel,
                "party": self.feed.party,
                "incarnation": self.feed.incarnation,
                "seq": self.seq,
                "audience": self.audience,
                "items": [item.json() for item in self.items],
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Statement:
        """What verified bytes say. Raises Malformed, TooBig."""
        body = fields.known(
            fields.decode(data, max_bytes=fields.MAX_CONTENT),
            "channel", "party", "incarnation", "seq", "audience", "items",
        )  # fmt: skip
        items = fields.several(body["items"], MAX_ITEMS)
        if not items:
            raise Malformed("a statement says something")
        return cls(
            feed=_feed(body),
            seq=fields.number(body["seq"], least=1),
            audience=fields.digest(body["audience"]),
            items=tuple(_item(item) for item in items),
        )


def check_owner(item: Revision | Withdrawal, feed: FeedKey) -> None:
    """Refuse what a party says about a record of another. Raises Foreign."""
    if item.record.party != feed.party:
        raise Foreign("only the owner of a record sends it, and takes it back")


def _item(value: Any) -> Item:
    if not isinstance(value, Mapping) or not isinstance(value.get("t"), str):
        raise Malformed("an item says what it is")
    read = _READERS.get(value["t"])
    return read(value) if read is not None else Unknown(value)


def _revision(value: Mapping[str, Any]) -> Revision:
    body = fields.known(value, "t", "record", "number", "salt", "data")
    return Revision(
        record=fields.record(body["record"]),
        number=fields.number(body["number"], least=1, most=2**31 - 1),
        salt=fields.octets(body["salt"], length=SALT_BYTES),
        data=fields.octets(body["data"]),
    )


def _withdrawal(value: Mapping[str, Any]) -> Withdrawal | Unknown:
    body = fields.known(value, "t", "record", "mode")
    record, mode = fields.record(body["record"]), fields.text(body["mode"])
    return Withdrawal(record, Mode(mode)) if mode in set(Mode) else Unknown(value)


def _receipt(value: Mapping[str, Any]) -> Receipt:
    body = fields.known(value, "t", "feed", "seq")
    held = tuple(_held(one) for one in fields.several(body.get("held", []), MAX_ITEMS))
    return Receipt(
        _feed(fields.known(body["feed"], "channel", "party", "incarnation")), fields.number(body["seq"]), held
    )


def _held(value: Any) -> HeldBack:
    body = fields.known(value, "record", "reason")
    return HeldBack(fields.record(body["record"]), fields.text(body["reason"], 40))


def _checkpoint(value: Mapping[str, Any]) -> Checkpoint:
    body = fields.known(value, "t", "note", "signature", "links")
    try:
        links = tuple(ConsistencyProof.of(fields.mapping(link)) for link in fields.several(body["links"], MAX_LINKS))
    except NotAProof as error:
        raise Malformed(str(error)) from error
    return Checkpoint(fields.octets(body["note"]), fields.octets(body["signature"], length=64), links)


def _cosignature(value: Mapping[str, Any]) -> Cosignature:
    body = fields.known(value, "t", "party", "note", "signature")
    note, signature = fields.octets(body["note"]), fields.octets(body["signature"], length=64)
    return Cosignature(fields.party(body["party"]), note, signature)


def _feed(body: Mapping[str, Any]) -> FeedKey:
    return FeedKey(
        fields.channel(body["channel"]), fields.party(body["party"]), fields.incarnation(body["incarnation"])
    )


_READERS: dict[str, Callable[[Mapping[str, Any]], Item]] = {
    "revision": _revision,
    "withdrawal": _withdrawal,
    "receipt": _receipt,
    "checkpoint": _checkpoint,
    "cosignature": _cosignature,
}
