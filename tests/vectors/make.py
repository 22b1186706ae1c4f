"""Makes the test vectors anew: `python -m tests.vectors.make > tests/vectors/vectors.json`.

Everything follows from fixed entropy but the wraps of keysets, whose ephemeral keys HPKE draws itself; so each run
makes other vectors that are as good. The keys are published here and protect nothing.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.federation.protocol import channel, dsse, frame, keyset
from comity.federation.protocol.channel import ChannelManifest
from comity.federation.protocol.dsse import Key
from comity.federation.protocol.feed import START, FeedKey
from comity.federation.protocol.frame import Frame, FrameClass
from comity.federation.protocol.ring import Ring
from comity.federation.protocol.statement import Item, Mode, Receipt, Revision, Statement, Withdrawal
from comity.kernel.ids import PartyId, RecordId, party_id_of, uuid7
from comity.kernel.text import Text
from comity.labels.domain import Label
from comity.labels.scale import PARTNERSHIP, Classification
from comity.parties import keys, manifest
from comity.parties.manifest import Manifest, Nature, Purpose
from comity.records.envelope import Envelope

AT = datetime(2026, 1, 1, tzinfo=UTC)


def drawn(*about: object) -> bytes:
    """32 bytes of the fixed entropy."""
    return hashlib.sha256(("comity test vectors " + "/".join(map(str, about))).encode()).digest()


class Party:
    """A party with its manifests; `renew` gives it another release key."""

    def __init__(self, name: str, arabic: str, nature: Nature) -> None:
        self.name = name
        self.private = {purpose: drawn(name, purpose.value, 1) for purpose in Purpose}
        first = Manifest(
            version=1,
            previous="",
            expires=AT.replace(year=2036),
            name=Text("en", {"en": name, "ar": arabic}),
            nature=nature,
            threshold=1,
            keys={purpose: (keys.public_of(purpose, self.private[purpose]),) for purpose in Purpose},
        )
        self.versions = [first]
        self.id = party_id_of(first.encode())

    def renew(self) -> None:
        before = self.versions[-1]
        self.private[Purpose.RELEASE] = drawn(self.name, "release", before.version + 1)
        released = (keys.public_of(Purpose.RELEASE, self.private[Purpose.RELEASE]),)
        self.versions.append(
            replace(
                before,
                version=before.version + 1,
                previous=hashlib.sha256(before.encode()).hexdigest(),
                keys={**before.keys, Purpose.RELEASE: released},
            )
        )

    @property
    def release(self) -> Key:
        private = Ed25519PrivateKey.from_private_bytes(self.private[Purpose.RELEASE])
        return Key(private.public_key().public_bytes_raw(), private.sign)

    def signed(self) -> list[Any]:
        root = Ed25519PrivateKey.from_private_bytes(self.private[Purpose.ROOT])
        name = manifest.key_id(root.public_key().public_bytes_raw())
        return [
            {"data": text(data), "signatures": {name: root.sign(manifest.signed_bytes(data)).hex()}}
            for data in (version.encode() for version in self.versions)
        ]

    def revision(self, label: Label, number: int, name: Text, revision: int = 1) -> Revision:
        record = RecordId(self.id, uuid7(AT, number.to_bytes(10, "big")))
        body = {"name": name.json(), "nature": "ministry", "sources": []}
        data = Envelope(record, "people.organisation/1", revision, AT, "office-1", label, body).encode()
        return Revision(record, revision, drawn(self.name, "salt", number, revision), data)


class Feed:
    """What one party says, and the frames that say it."""

    def __init__(self, party: Party, channel_id: str, told: Callable[[Frame], None]) -> None:
        self.party, self.told, self.at, self.epoch = party, told, START, 0
        self.key = FeedKey(channel_id, party.id, drawn(party.name, "incarnation")[:8].hex())

    def announce(self, version: ChannelManifest, members: list[Party]) -> None:
        self.epoch += 1
        public = {one.id: keys.public_of(Purpose.EXCHANGE, one.private[Purpose.EXCHANGE]) for one in members}
        content = keyset.wrap(
            drawn(self.key, self.epoch),
            feed=self.key,
            epoch=self.epoch,
            audience=channel.audience_hash(version),
            members=public,
        ).encode()
        salt = drawn(self.key, "salt", self.at.seq)
        self._take(
            frame.sign_header(
                feed=self.key,
                after=self.at,
                epoch=0,
                salt=salt,
                frame_class=FrameClass.KEYSET,
                content=content,
                key=self.party.release,
            )
        )

    def say(self, version: ChannelManifest, *items: Item, frame_class: FrameClass = FrameClass.RECORDS) -> None:
        self._take(
            frame.seal(
                Statement(self.key, self.at.seq + 1, channel.audience_hash(version), items),
                after=self.at,
                epoch=self.epoch,
                epoch_key=drawn(self.key, self.epoch),
                salt=drawn(self.key, "salt", self.at.seq),
                key=self.party.release,
                frame_class=frame_class,
            )
        )

    def _take(self, made: Frame) -> None:
        self.at = frame.parse_header(made.envelope.payload).at
        self.told(made)


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def make() -> dict[str, Any]:
    """Two parties, a channel of two versions, and what they say in it, over a change of keys."""
    mission = Party("Example mission", "بعثة مثال", Nature.MISSION)
    host = Party("Example host", "دولة مثال", Nature.HOST)
    members = [mission, host]
    first = ChannelManifest(
        version=1,
        previous="",
        owner=mission.id,
        nonce=drawn("nonce")[:16].hex(),
        name=Text("en", {"en": "Example channel", "ar": "قناة مثال"}),
        members=frozenset(one.id for one in members),
        ceiling={PARTNERSHIP: Classification.UNCLASSIFIED},
        kinds=frozenset({"people.organisation/1"}),
    )
    frames: list[Frame] = []
    spoken, answered = (Feed(one, channel.channel_id_of(first.encode()), frames.append) for one in members)
    signed = [dsse.sign(channel.CHANNEL_TYPE, first.encode(), mission.release)]
    label = Label(PARTNERSHIP, Classification.UNCLASSIFIED, frozenset(PartyId(one.id) for one in members))

    spoken.announce(first, members)
    spoken.say(
        first,
        mission.revision(label, 1, Text.single("en", "Office of the first example")),
        mission.revision(label, 2, Text("ar", {"ar": "مكتب المثال الثاني", "en": "Office of the second example"})),
    )
    answered.announce(first, members)
    answered.say(first, host.revision(label, 1, Text.single("ar", "وزارة المثال 𐤀")))
    answered.say(first, Receipt(spoken.key, 2), frame_class=FrameClass.CONTROL)
    mission.renew()
    second = replace(
        first,
        version=2,
        previous=hashlib.sha256(first.encode()).hexdigest(),
        kinds=first.kinds | {"people.position/1"},
        history=True,
    )
    signed.append(dsse.sign(channel.CHANNEL_TYPE, second.encode(), mission.release))
    spoken.announce(second, members)
    spoken.say(second, mission.revision(label, 1, Text.single("en", "Office of the first example, renamed"), 2))
    spoken.say(second, Withdrawal(mission.revision(label, 2, Text.single("en", "x")).record, Mode.PURGE))

    said = [
        json.loads(made.encode())
        for made in (_statement(one, {mission.id: spoken, host.id: answered}) for one in frames)
        if made is not None
    ]
    return {
        "about": "Test vectors of the protocol between nodes. The keys are published: they protect nothing.",
        "parties": [one.signed() for one in members],
        "exchange_keys": {one.id: one.private[Purpose.EXCHANGE].hex() for one in members},
        "release_keys": {one.id: one.private[Purpose.RELEASE].hex() for one in members},
        "channel": [text(one.encode()) for one in signed],
        "frames": [{"header": text(one.envelope.encode()), "content": text(one.content or b"")} for one in frames],
        "expected": {
            "heads": sorted([*one.key, *one.at] for one in (spoken, answered)),
            "statements": said,
        },
    }


def _statement(made: Frame, feeds: dict[PartyId, Feed]) -> Statement | None:
    header = frame.parse_header(made.envelope.payload)
    if header.frame_class is FrameClass.KEYSET:
        return None
    feed = feeds[header.feed.party]
    private = [drawn(feed.party.name, "release", number) for number in (1, 2)]
    every = frozenset(keys.public_of(Purpose.RELEASE, key) for key in private)
    ring = Ring(every, every)
    return frame.open_content(header, made.content or b"", epoch_key=drawn(feed.key, header.epoch), ring=ring)


if __name__ == "__main__":
    json.dump(make(), sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
    sys.stdout.write("\n")
