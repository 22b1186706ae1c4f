"""What two parties hand each other when they join or part: signed documents in files. No Django, no clock.

An **invitation** says who invites: every manifest of the party, oldest first. Beside what is signed the file carries a
token, of which the signed part holds only the hash. An **answer** says the same of the other party, names the
invitation by its hash, and gives the token back: so it answers this invitation, and came from whoever was given it.
That both are who they say, no document proves: for this two people compare fingerprints. A **leaving** ends it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from comity.federation.protocol import dsse, fields
from comity.federation.protocol.dsse import Envelope, Key
from comity.federation.protocol.errors import BadSignature, Malformed
from comity.kernel import canonical, clock
from comity.kernel.ids import PartyId
from comity.parties import manifest
from comity.parties.manifest import BadManifest, Manifest, Purpose

INVITATION_TYPE = "application/vnd.comity.invitation+json"
ANSWER_TYPE = "application/vnd.comity.answer+json"
LEAVING_TYPE = "application/vnd.comity.leaving+json"
TOKEN_BYTES = 32
MAX_BYTES = 1_000_000
MAX_MANIFESTS = 200


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who a party is: its manifests, oldest first, and what it goes by at home."""

    party: PartyId
    handle: str
    history: tuple[manifest.Envelope, ...]

    @property
    def newest(self) -> Manifest:
        """What the party says of itself now."""
        return manifest.parse(self.history[-1].data)

    def json(self) -> dict[str, canonical.Json]:
        return {
            "party": self.party,
            "handle": self.handle,
            "manifests": [
                {
                    "data": fields.to_text(one.data),
                    "signatures": {key: fields.to_text(signature) for key, signature in one.signatures.items()},
                }
                for one in self.history
            ],
        }


@dataclass(frozen=True, slots=True)
class Invitation:
    """A party invites another, whoever it is, until `expires`."""

    of: Introduction
    token_hash: str
    expires: datetime

    def encode(self) -> bytes:
        """The canonical bytes: what is signed."""
        body = {"type": INVITATION_TYPE, "token_hash": self.token_hash, "expires": clock.to_text(self.expires)}
        return canonical.encode({**body, **self.of.json()})


@dataclass(frozen=True, slots=True)
class Answer:
    """A party takes the invitation with this hash, of the party `to`."""

    of: Introduction
    to: PartyId
    invitation: str
    token: bytes

    def encode(self) -> bytes:
        """The canonical bytes: what is signed."""
        body = {
            "type": ANSWER_TYPE,
            "to": self.to,
            "invitation": self.invitation,
            "token": fields.to_text(self.token),
        }
        return canonical.encode({**body, **self.of.json()})


@dataclass(frozen=True, slots=True)
class Leaving:
    """A party exchanges nothing more with the party `to`, with which it had joined by the invitation of this hash."""

    party: PartyId
    to: PartyId
    invitation: str

    def encode(self) -> bytes:
        """The canonical bytes: what is signed."""
        body = {"type": LEAVING_TYPE, "party": self.party, "to": self.to, "invitation": self.invitation}
        return canonical.encode(body)


Document: TypeAlias = Invitation | Answer | Leaving


@dataclass(frozen=True, slots=True)
class Received:
    """A document as it came, with the token beside an invitation; `digest` names what was signed."""

    document: Document
    envelope: Envelope
    token: bytes = b""

    @property
    def digest(self) -> str:
        """SHA-256 of what was signed, in hexadecimal."""
        return hashlib.sha256(self.envelope.payload).hexdigest()


_TYPES: Mapping[type[Document], str] = {
    Invitation: INVITATION_TYPE,
    Answer: ANSWER_TYPE,
    Leaving: LEAVING_TYPE,
}


def sign(document: Document, key: Key, token: bytes = b"") -> Received:
    """The document, signed with a release key of its party."""
    return Received(document, dsse.sign(_TYPES[type(document)], document.encode(), key), token)


def to_file(said: Received) -> bytes:
    """What is written into a file."""
    return canonical.encode({"document": fields.to_text(said.envelope.encode()), "token": said.token.hex()})


def of_file(data: bytes) -> Received:
    """What a file holds. Of an invitation or an answer the manifests are verified and so is the signature; who signed a
    leaving is for `check_signed`, with the keys that are known.

    Raises:
        ProtocolError: it is no such file, was changed, or is not signed by the party it speaks for.
    """
    body = fields.members(fields.decode(data, max_bytes=MAX_BYTES), "document", "token")
    try:
        token = bytes.fromhex(fields.text(body["token"]))
    except ValueError as error:
        raise Malformed("a token is written in hexadecimal") from error
    envelope = Envelope.decode(fields.octets(body["document"]), max_bytes=MAX_BYTES)
    document = read(envelope.payload)
    received = Received(document, envelope, token)
    if not isinstance(document, Leaving):
        check_signed(received, document.of.newest.keys[Purpose.RELEASE])
    if isinstance(document, Invitation) and hashlib.sha256(token).hexdigest() != document.token_hash:
        raise BadSignature("the token is another than was signed")
    return received


def check_signed(said: Received, keys: Collection[bytes]) -> None:
    """Return if one of these keys has signed it. Raises BadSignature."""
    dsse.verify(said.envelope, _TYPES[type(said.document)], keys)


def read(payload: bytes) -> Document:
    """What the bytes say, whoever signed them; the manifests in them are verified. Raises ProtocolError."""
    body = fields.decode(payload, max_bytes=MAX_BYTES)
    reader = _READERS.get(body.get("type") if isinstance(body, Mapping) else None)
    if reader is None:
        raise Malformed("not a document of joining")
    return reader(body)


def _invitation(body: Mapping[str, Any]) -> Invitation:
    fields.members(body, "type", "party", "handle", "manifests", "token_hash", "expires")
    try:
        expires = clock.from_text(fields.text(body["expires"]))
    except ValueError as error:
        raise Malformed("not a moment") from error
    return Invitation(introduction(body), fields.digest(body["token_hash"]), expires)


def _answer(body: Mapping[str, Any]) -> Answer:
    fields.members(body, "type", "party", "handle", "manifests", "to", "invitation", "token")
    token = fields.octets(body["token"], length=TOKEN_BYTES)
    return Answer(introduction(body), fields.party(body["to"]), fields.digest(body["invitation"]), token)


def _leaving(body: Mapping[str, Any]) -> Leaving:
    fields.members(body, "type", "party", "to", "invitation")
    return Leaving(fields.party(body["party"]), fields.party(body["to"]), fields.digest(body["invitation"]))


_READERS: Mapping[str | None, Callable[[Mapping[str, Any]], Document]] = {
    INVITATION_TYPE: _invitation,
    ANSWER_TYPE: _answer,
    LEAVING_TYPE: _leaving,
}


def introduction(body: Mapping[str, Any]) -> Introduction:
    """Who a party says it is, its manifests verified, from the members of any signed document. Raises ProtocolError."""
    handle = fields.text(body["handle"], 31)
    history = tuple(_manifest(one) for one in fields.several(body["manifests"], MAX_MANIFESTS))
    said = Introduction(fields.party(body["party"]), handle, history)
    try:
        manifest.verify_chain(said.party, history)
    except BadManifest as error:
        raise BadSignature(f"its manifests do not verify: {error}") from error
    return said


def _manifest(value: Any) -> manifest.Envelope:
    body = fields.members(value, "data", "signatures")
    if not isinstance(body["signatures"], Mapping) or len(body["signatures"]) > manifest.MAX_KEYS:
        raise Malformed("signatures are an object")
    signatures = {fields.digest(key): fields.octets(one, length=64) for key, one in body["signatures"].items()}
    return manifest.Envelope(fields.octets(body["data"]), signatures)
