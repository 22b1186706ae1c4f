"""A partner that people confirmed, and that lies: it holds the keys of its party rightly, and says what it likes."""

import base64
import hashlib
import http.client
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.federation.joining.tests.stranger import Stranger
from comity.federation.protocol import keyset, parcel, request
from comity.federation.protocol.channel import ChannelManifest
from comity.federation.protocol.dsse import Key
from comity.federation.protocol.feed import Position
from comity.federation.protocol.frame import Frame, FrameClass
from comity.federation.protocol.statement import Revision
from comity.federation.protocol.tests.peer import Voice, drawn
from comity.kernel import canonical, clock
from comity.kernel.ids import PartyId, RecordId, uuid7
from comity.kernel.text import Text
from comity.labels.domain import Label
from comity.labels.scale import PARTNERSHIP, Classification
from comity.parties import manifest
from comity.parties.manifest import Purpose
from comity.records.envelope import Envelope

KIND = "people.organisation/1"


class Liar(Stranger):
    """The party, and its questions to a node. `victim`: the party there."""

    def __init__(self, name: str, port: int, victim: Mapping[str, Any]) -> None:
        super().__init__(name, endpoints=(), expires=clock.now() + timedelta(days=400))
        self.port, self.victim = port, PartyId(victim["party"])
        self.publics = {
            self.victim: manifest.parse(bytes.fromhex(victim["data"])).keys[Purpose.EXCHANGE][0],
            self.id: manifest.parse(self.history[0].data).keys[Purpose.EXCHANGE][0],
        }
        self._asked = 0

    def key(self, number: int = -1) -> Key:
        """As `peer.Party`: the key it signs with."""
        return self._key(Purpose.RELEASE)

    @property
    def manifest(self) -> dict[str, Any]:
        """What it says of itself, as `inside.confirm` takes it."""
        said = self.history[-1]
        return {"party": self.id, "data": said.data.hex(), "signatures": _hex(said.signatures)}

    def signed_question(self, what: str, body: bytes, /, **lies: Any) -> dict[str, str]:
        """The header of a question; `lies` are what is wrong with it."""
        self._asked += 1
        facts: dict[str, Any] = {
            "sender": self.id,
            "recipient": self.victim,
            "method": "POST",
            "path": f"/exchange/v1/{what}",
            "body": body,
            "at": clock.now(),
            "nonce": drawn(self.id, self._asked, clock.now())[:16],
            "key": self.key(),
        }
        return {"Comity-Request": base64.b64encode(request.sign_request(**(facts | lies)).encode()).decode()}

    def ask(self, what: str, value: Any, *, head: Mapping[str, str] | None = None, **lies: Any) -> tuple[int, Any]:
        """Ask the node; its status and what it says, read as JSON where it is."""
        body = value if isinstance(value, bytes) else canonical.encode(value)
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with closing(link):
            headers = {"Host": f"localhost:{self.port}", **(head or self.signed_question(what, body, **lies))}
            link.request("POST", f"/exchange/v1/{what}", body=body, headers=headers)
            answer = link.getresponse()
            data = answer.read()
        return answer.status, canonical.decode(data) if data[:1] in (b"{", b"[") else data

    def bring(self, *frames: Frame) -> str:
        """Bring frames; the code of the refusal of the feed, "" where they were taken."""
        status, said = self.ask("frames", parcel.pack(frames))
        assert status == 200, said
        refused = [one[3] for one in said["refused"]]
        return str(refused[0]) if refused else ""

    def tell_manifests(self, **lies: Any) -> None:
        """Give the node its newest manifest."""
        said = [
            {"party": self.id, "data": base64.b64encode(one.data).decode(), "signatures": _hex(one.signatures)}
            for one in self.history
        ]
        status, _ = self.ask(
            "manifests", {"parties": said, "channels": [], "have": {"parties": {}, "channels": {}}}, **lies
        )
        assert status == 200

    def revision(self, number: int = 1, *, owner: PartyId | None = None, **marking: Any) -> Revision:
        """An organisation; of another owner, or marked otherwise, where that is said."""
        record = RecordId(owner or self.id, uuid7(clock.now(), drawn("record", number)[:10]))
        facts = {"classification": Classification.UNCLASSIFIED} | marking
        label = Label(PARTNERSHIP, releasable_to=frozenset({self.id, self.victim}), **facts)
        body = {"name": Text("en", {"en": f"Lie {number}"}).json(), "nature": "office", "sources": []}
        data = Envelope(record, KIND, 1, clock.now(), "liar", label, body).encode()
        return Revision(record, 1, drawn("salt", number), data)

    def take_new_key(self, *, good: Mapping[str, Any]) -> Key:
        """Revoke the release key from after this step (`manifest.Step`'s facts) on; the key that is now revoked."""
        old = self.key()
        seed = hashlib.sha256(b"another" + self.private[Purpose.RELEASE]).digest()
        self.private[Purpose.RELEASE] = seed
        keys = dict(manifest.parse(self.history[-1].data).keys)
        keys[Purpose.RELEASE] = (Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw(),)
        revocation = manifest.Revocation(old.public, (manifest.Step(**good),))
        self.renew(keys=keys, revocations=(revocation,))
        return old


class Tongue(Voice):
    """A feed of a liar in a channel that a node founded."""

    party: Any

    def __init__(self, liar: Liar, channel: ChannelManifest, incarnation: str) -> None:
        super().__init__(liar, channel, incarnation)  # type: ignore[arg-type]

    def announce(self, **changes: Any) -> Frame:
        self.epoch += 1
        self.epoch_key = drawn(self.feed, self.epoch)
        made = keyset.wrap(
            self.epoch_key, feed=self.feed, epoch=self.epoch, audience=self.audience, members=self.party.publics
        )
        return self.step(made.encode(), FrameClass.KEYSET)

    def back_to(self, at: Position) -> None:
        """Speak again from an earlier step."""
        self.at = at


def _hex(signatures: Mapping[str, bytes]) -> dict[str, str]:
    return {name: signature.hex() for name, signature in signatures.items()}
