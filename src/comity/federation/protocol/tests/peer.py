"""Parties in memory that speak the protocol: with them an attack is a test of ten lines.

`Party` holds keys made from its name, `a_channel` puts parties into a channel, `Voice` is one feed that a party
speaks, and `Ear` is what a receiver keeps of the feeds it hears.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from comity.audit.documents import ConsistencyProof
from comity.federation.protocol import channel, dsse, frame, keyset
from comity.federation.protocol.channel import ChannelManifest
from comity.federation.protocol.dsse import Envelope, Key
from comity.federation.protocol.errors import BadSignature, WrongEpoch
from comity.federation.protocol.feed import START, FeedKey, FeedState, Position, accept
from comity.federation.protocol.frame import Frame, FrameClass, Header
from comity.federation.protocol.reading import read_keyset, read_statement
from comity.federation.protocol.ring import Ring
from comity.federation.protocol.statement import (
    STATEMENT_TYPE,
    Checkpoint,
    Cosignature,
    HeldBack,
    Item,
    Mode,
    Receipt,
    Revision,
    Statement,
    Unknown,
    Withdrawal,
)
from comity.kernel.ids import PartyId, RecordId, party_id_of, uuid7
from comity.kernel.text import Text
from comity.labels.domain import Label
from comity.labels.scale import PARTNERSHIP, Classification
from comity.parties import sealing

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
KIND = "people.organisation/1"
_known: dict[PartyId, "Party"] = {}


def drawn(*about: object) -> bytes:
    """32 bytes that are the same in every run."""
    return hashlib.sha256(repr(about).encode()).digest()


class Party:
    """A party with the keys of its name; `rotated` gives it another release key."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.id = party_id_of(name.encode())
        self.release = [Ed25519PrivateKey.from_private_bytes(drawn(name, "release", 0))]
        self.exchange = X25519PrivateKey.from_private_bytes(drawn(name, "exchange"))
        self.revoked: dict[bytes, Mapping[FeedKey, Position]] = {}
        _known[self.id] = self

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self.release.append(Ed25519PrivateKey.from_private_bytes(drawn(self.name, "release", len(self.release))))

    def key(self, number: int = -1) -> Key:
        private = self.release[number]
        return Key(private.public_key().public_bytes_raw(), private.sign)

    @property
    def ring(self) -> Ring:
        every = [private.public_key().public_bytes_raw() for private in self.release]
        return Ring(frozenset(every), frozenset(every[-1:]), self.revoked)

    def open_sealed(self, enc: bytes, ciphertext: bytes, info: bytes) -> bytes:
        return sealing.open_with(self.exchange.private_bytes_raw(), enc + ciphertext, info)


def rings(party: PartyId) -> Ring | None:
    """Everybody's keys."""
    return _known[party].ring if party in _known else None


def a_channel(owner: Party, *others: Party, **changes: Any) -> ChannelManifest:
    """A channel of these parties, for organisations, unclassified."""
    facts: dict[str, Any] = {
        "version": 1,
        "previous": "",
        "owner": owner.id,
        "nonce": drawn(owner.name)[:16].hex(),
        "name": Text.single("en", "A channel"),
        "members": frozenset(party.id for party in (owner, *others)),
        "ceiling": {PARTNERSHIP: Classification.RESTRICTED},
        "kinds": frozenset({KIND}),
    }
    return ChannelManifest(**(facts | changes))


def following(before: ChannelManifest, **changes: Any) -> ChannelManifest:
    """The next version of a channel."""
    previous = hashlib.sha256(before.encode()).hexdigest()
    return replace(before, version=before.version + 1, previous=previous, **changes)


def signed(manifest: ChannelManifest, by: Party) -> Envelope:
    """A channel's manifest in its envelope."""
    return dsse.sign(channel.CHANNEL_TYPE, manifest.encode(), by.key())


def a_label(*parties: Party, **changes: Any) -> Label:
    """A marking that these parties may read."""
    facts = {"classification": Classification.UNCLASSIFIED} | changes
    return Label(PARTNERSHIP, releasable_to=frozenset(party.id for party in parties), **facts)


def a_revision(owner: Party, number: int = 1, data: bytes = b"{}") -> Revision:
    """A state of the `number`th record of a party. What is in the bytes is not the protocol's to know."""
    return Revision(RecordId(owner.id, uuid7(AT, number.to_bytes(10, "big"))), 1, drawn(owner.name, number), data)


def one_of_each(owner: Party, feed: FeedKey) -> tuple[Item, ...]:
    """An item of every sort that `owner` can say."""
    record = a_revision(owner).record
    return (
        a_revision(owner),
        Withdrawal(a_revision(owner, 2).record, Mode.PURGE),
        Receipt(feed, 7, (HeldBack(record, "over-ceiling"),)),
        Checkpoint(b"note", bytes(64), (ConsistencyProof(1, 2, bytes(32), bytes(32), (bytes(32),)),)),
        Cosignature(owner.id, b"note", bytes(64)),
        Unknown({"t": "newer", "what": ["is", 1]}),
    )


class Voice:
    """One feed of a party: each `say` is the next frame."""

    def __init__(self, party: Party, manifest: ChannelManifest, incarnation: str = "0" * 16) -> None:
        self.party, self.manifest = party, manifest
        self.feed = FeedKey(channel.channel_id_of(manifest.encode()), party.id, incarnation)
        self.at, self.epoch, self.epoch_key = START, 0, b""

    def announce(self, **changes: Any) -> Frame:
        """A keyset for a new epoch."""
        self.epoch += 1
        self.epoch_key = drawn(self.feed, self.epoch)
        members = {pk: _known[pk].exchange.public_key().public_bytes_raw() for pk in self.manifest.members}
        made = keyset.wrap(self.epoch_key, feed=self.feed, epoch=self.epoch, audience=self.audience, members=members)
        return self.step(replace(made, **changes).encode(), FrameClass.KEYSET)

    @property
    def audience(self) -> str:
        return channel.audience_hash(self.manifest)

    def statement(self, *items: Item, **changes: Any) -> Statement:
        return replace(Statement(self.feed, self.at.seq + 1, self.audience, items), **changes)

    def say(self, *items: Item, key: Key | None = None, **changes: Any) -> Frame:
        """A frame with these items; `changes` are lies of the statement about itself."""
        said = frame.seal(
            self.statement(*items),
            after=self.at,
            epoch=self.epoch,
            epoch_key=self.epoch_key,
            salt=drawn(self.feed, self.at),
            key=key or self.party.key(),
        )
        if changes:
            said = self._lying(self.statement(*items, **changes))
        return self._advance(said)

    def _lying(self, statement: Statement, by: Party | None = None) -> Frame:
        """A frame whose statement is not the one that belongs there, made with the tools of the sender."""
        inner = dsse.sign(STATEMENT_TYPE, statement.encode(), (by or self.party).key()).encode()
        salt = drawn(self.feed, self.at)
        header = Header(self.feed, self.at.seq + 1, self.at.head, self.epoch, salt, FrameClass.RECORDS, 0, "0" * 64)
        return self.step(frame._Cipher(header, self.epoch_key).close(inner), FrameClass.RECORDS, advance=False)

    def step(
        self, content: bytes, frame_class: FrameClass, *, advance: bool = True, key: Key | None = None, **changes: Any
    ) -> Frame:
        """The next frame with this content, whatever it is."""
        epoch = 0 if frame_class is FrameClass.KEYSET else self.epoch
        facts: dict[str, Any] = {"feed": self.feed, "after": self.at, "epoch": epoch, "salt": drawn(self.feed, self.at)}
        facts |= {"frame_class": frame_class, "content": content, "key": key or self.party.key()}
        made = frame.sign_header(**(facts | changes))
        return self._advance(made) if advance else made

    def _advance(self, made: Frame) -> Frame:
        header = frame.parse_header(made.envelope.payload)
        self.at = header.at
        return made


@dataclass
class Ear:
    """What one party keeps of what it hears in a channel."""

    party: Party
    versions: list[ChannelManifest]
    states: dict[FeedKey, FeedState] = field(default_factory=dict)
    hashes: dict[tuple[FeedKey, int], str] = field(default_factory=dict)
    keys: dict[tuple[FeedKey, int], bytes] = field(default_factory=dict)

    def hear(self, came: Frame, of: Party | None = None) -> Statement | None:
        """Take one frame; the statement, or None for a keyset and for what is known."""
        speaker = of or _known.get(frame.party_of(came.envelope).party)
        if speaker is None:
            raise BadSignature("nobody here knows the party")
        ring = speaker.ring
        header = frame.verify_header(came.envelope, ring)
        state = self.states.get(header.feed, FeedState(header.feed, ends=self.versions[-1].end_of(header.feed)))
        accepted = accept(state, [header], lambda seq: self.hashes.get((header.feed, seq)))
        if not accepted.new:
            return None
        statement = self._read(header, came.content or b"", ring)
        self.states[header.feed] = accepted.state
        self.hashes[header.feed, header.seq] = header.hash
        return statement

    def _read(self, header: Header, content: bytes, ring: Ring) -> Statement | None:
        def audiences(audience: str) -> ChannelManifest | None:
            return next((one for one in self.versions if channel.audience_hash(one) == audience), None)

        if header.frame_class is FrameClass.KEYSET:
            made = read_keyset(header, content, audiences)
            key = keyset.unwrap(made, feed=header.feed, party=self.party.id, open_sealed=self.party.open_sealed)
            self.keys[header.feed, made.epoch] = key
            return None
        key = self.keys.get((header.feed, header.epoch), b"")
        if not key:
            raise WrongEpoch("an epoch that was not announced")
        return read_statement(header, content, epoch_key=key, ring=ring, audiences=audiences)[0]
