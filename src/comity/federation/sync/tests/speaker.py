"""A party abroad that speaks into this node: its keys lie beside the node's, and it can say anything at all."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.federation.channels.queries import channel_in_force
from comity.federation.models import Channel
from comity.federation.protocol import frame as frames
from comity.federation.protocol import keyset
from comity.federation.protocol.channel import ChannelManifest
from comity.federation.protocol.dsse import Key
from comity.federation.protocol.feed import START, FeedKey, Position
from comity.federation.protocol.frame import Frame, FrameClass
from comity.federation.protocol.ring import Ring
from comity.federation.protocol.statement import Item, Revision, Statement, Withdrawal
from comity.kernel.ids import PartyId
from comity.parties import keys, sealing
from comity.parties.manifest import Purpose
from comity.parties.models import Party
from comity.parties.signing import public_key
from comity.records.envelope import decode
from comity.records.receive import Received


def key_of(party: Party, home: Path, purpose: Purpose = Purpose.RELEASE) -> bytes:
    """A private key of a party that is not hosted here, from where the tests put it."""
    public = public_key(PartyId(party.pk), purpose)
    return keys.read(home / "elsewhere" / party.handle, PartyId(party.pk), purpose, public)


class Speaker:
    """One feed of a party abroad."""

    def __init__(self, party: Party, channel: Channel, home: Path, incarnation: str = "0" * 16) -> None:
        self.party, self.home = party, home
        self.manifest: ChannelManifest = channel_in_force(channel.pk).manifest
        self.feed = FeedKey(channel.pk, PartyId(party.pk), incarnation)
        self.at: Position = START
        self.epoch, self.epoch_key = 0, b""
        self._drawn = 0

    def draw(self, size: int = 32) -> bytes:
        """Bytes that no other call gets."""
        self._drawn += 1
        return hashlib.sha256(repr((self.feed, self._drawn)).encode()).digest()[:size]

    @property
    def key(self) -> Key:
        private = Ed25519PrivateKey.from_private_bytes(key_of(self.party, self.home))
        return Key(private.public_key().public_bytes_raw(), private.sign)

    @property
    def audience(self) -> str:
        return hashlib.sha256(self.manifest.encode()).hexdigest()

    def announce(self, *readers: Party, epoch_key: bytes = b"", epoch: int = 0) -> Frame:
        """A keyset for these readers; of a new epoch unless one is named."""
        number = epoch or self.epoch + 1
        key = epoch_key or self.draw()
        members = {PartyId(one.pk): public_key(PartyId(one.pk), "exchange") for one in readers}
        made = keyset.wrap(key, feed=self.feed, epoch=number, audience=self.audience, members=members)
        if not epoch:
            self.epoch, self.epoch_key = number, key
        return self.step(made.encode(), FrameClass.KEYSET)

    def say(self, *items: Item, **lies: Any) -> Frame:
        """A frame with these items; `lies` are what the statement says wrongly of itself."""
        carries = any(isinstance(item, Revision | Withdrawal) for item in items)
        facts: dict[str, Any] = {"feed": self.feed, "seq": self.at.seq + 1, "audience": self.audience, "items": items}
        sealed = frames.seal(
            Statement(**(facts | lies)),
            after=self.at,
            epoch=self.epoch,
            epoch_key=self.epoch_key,
            salt=self.draw(),
            key=self.key,
            frame_class=FrameClass.RECORDS if carries else FrameClass.CONTROL,
        )
        return self._advance(sealed)

    def step(self, content: bytes, frame_class: FrameClass, **changes: Any) -> Frame:
        """The next frame with this content, whatever it is."""
        epoch = 0 if frame_class is FrameClass.KEYSET else self.epoch
        facts: dict[str, Any] = {"feed": self.feed, "after": self.at, "epoch": epoch, "salt": self.draw()}
        facts |= {"frame_class": frame_class, "content": content, "key": self.key}
        return self._advance(frames.sign_header(**(facts | changes)))

    def _advance(self, made: Frame) -> Frame:
        self.at = frames.parse_header(made.envelope.payload).at
        return made


def revision(one: Received) -> Revision:
    """A revision on its way, as an item."""
    said = decode(one.data)
    return Revision(said.id, said.revision, one.salt, one.data)


def heard(
    rows: list[tuple[Frame, Party]], reader: Party, home: Path, public: Mapping[str, frozenset[bytes]]
) -> list[Statement]:
    """What a party abroad hears of frames of this node."""
    epochs: dict[int, bytes] = {}
    said = []
    for one, speaker in rows:
        ring = Ring(public[speaker.pk], public[speaker.pk])
        header = frames.verify_header(one.envelope, ring)
        if header.frame_class is FrameClass.KEYSET:
            made = keyset.Keyset.decode(one.content or b"")
            if PartyId(reader.pk) in made.wraps:
                epochs[made.epoch] = keyset.unwrap(
                    made,
                    feed=header.feed,
                    party=PartyId(reader.pk),
                    open_sealed=lambda enc, sealed, info: sealing.open_with(
                        key_of(reader, home, Purpose.EXCHANGE), enc + sealed, info
                    ),
                )
            continue
        said.append(frames.open_content(header, one.content or b"", epoch_key=epochs[header.epoch], ring=ring))
    return said
