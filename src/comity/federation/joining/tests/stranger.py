"""A party of another node, in memory: with it an attack is a test of ten lines."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.federation.joining import documents
from comity.federation.joining.documents import Answer, Document, Introduction, Invitation, Leaving
from comity.federation.protocol.dsse import Key
from comity.kernel.ids import PartyId, party_id_of
from comity.kernel.text import Text
from comity.parties import keys, manifest
from comity.parties.manifest import Manifest, Nature, Purpose

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
TOKEN = b"t" * 32
URL = "https://them.example"


class Stranger:
    """A party with the keys of its name."""

    def __init__(self, name: str = "them", **changes: Any) -> None:
        self.private = {purpose: hashlib.sha256(f"{name} {purpose.value}".encode()).digest() for purpose in Purpose}
        facts: dict[str, Any] = {
            "version": 1,
            "previous": "",
            "expires": AT + timedelta(days=400),
            "name": Text("en", {"en": name.title()}),
            "nature": Nature.HOST,
            "threshold": 1,
            "keys": {purpose: (keys.public_of(purpose, self.private[purpose]),) for purpose in Purpose},
            "endpoints": (URL,),
        }
        first = Manifest(**(facts | changes))
        self.id = party_id_of(first.encode())
        self.handle = name
        self.history: tuple[manifest.Envelope, ...] = (self.signed(first),)

    def signed(self, said: Manifest) -> manifest.Envelope:
        root = self._key(Purpose.ROOT)
        signature = root.sign(manifest.signed_bytes(said.encode()))
        return manifest.Envelope(said.encode(), {manifest.key_id(root.public): signature})

    def renew(self, **changes: Any) -> None:
        last = self.history[-1].data
        before = manifest.parse(last)
        following = replace(before, version=before.version + 1, previous=hashlib.sha256(last).hexdigest(), **changes)
        self.history = (*self.history, self.signed(following))

    def _key(self, purpose: Purpose) -> Key:
        private = Ed25519PrivateKey.from_private_bytes(self.private[purpose])
        return Key(private.public_key().public_bytes_raw(), private.sign)

    def introduction(self, **changes: Any) -> Introduction:
        return replace(Introduction(self.id, self.handle, self.history), **changes)

    def file(self, document: Document, *, by: "Stranger | None" = None, token: bytes = b"") -> bytes:
        return documents.to_file(documents.sign(document, (by or self)._key(Purpose.RELEASE), token))

    def invitation(self, *, token: bytes = TOKEN, by: "Stranger | None" = None, **changes: Any) -> bytes:
        facts: dict[str, Any] = {
            "of": self.introduction(),
            "token_hash": hashlib.sha256(TOKEN).hexdigest(),
            "expires": AT + timedelta(days=14),
        }
        return self.file(Invitation(**(facts | changes)), by=by, token=token)

    def answer(self, received: bytes, *, by: "Stranger | None" = None, **changes: Any) -> bytes:
        came = documents.of_file(received)
        assert isinstance(came.document, Invitation)
        facts: dict[str, Any] = {
            "of": self.introduction(),
            "to": came.document.of.party,
            "invitation": came.digest,
            "token": came.token,
        }
        return self.file(Answer(**(facts | changes)), by=by)

    def leaving(self, to: PartyId, invitation: str, *, by: "Stranger | None" = None) -> bytes:
        return self.file(Leaving(self.id, to, invitation), by=by)
