"""A party's manifest: which keys speak for it, as canonical bytes that its root keys have signed. No Django, no clock.

Modelled on the root metadata of The Update Framework: a version, an expiry, root keys with a threshold, and the keys
for each purpose. Version 1 is signed by its own root and names the party: party id = base32(SHA-256(its bytes)).
Version n+1 is signed by the thresholds of both n and n+1, and carries the hash of n. It is always the bytes as they
came that are hashed and verified, never a manifest written anew.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comity.kernel import canonical, clock
from comity.kernel.dsse import pae
from comity.kernel.ids import PartyId, parse_party_id, party_id_of
from comity.kernel.text import NotText, Text

PAYLOAD_TYPE = "application/vnd.comity.manifest+json"
SUITE = "DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM"
"""The HPKE suite (RFC 9180) of the exchange keys; a hybrid one would carry another name."""

MAX_KEYS = 32
_INCARNATION = re.compile(r"[0-9a-f]{16}")
_HASH = re.compile(r"[0-9a-f]{64}")


class BadManifest(ValueError):
    """The bytes are not a manifest that this party can have signed, or not one to follow the last."""


class TwoOfOneNumber(BadManifest):
    """The root keys of a party have signed two manifests under one number: somebody else has them too."""


class Purpose(StrEnum):
    """What a key may be used for; a key serves one purpose only."""

    ROOT = "root"
    RELEASE = "release"
    EXCHANGE = "exchange"
    AUDIT = "audit"


class Nature(StrEnum):
    """What kind of sovereign participant a party is."""

    MISSION = "mission"
    HOST = "host"
    MEMBER = "member"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a feed: its channel, the incarnation of the feed, the number of the step, and its hash."""

    channel: str
    incarnation: str
    seq: int
    head: str


@dataclass(frozen=True, slots=True)
class LogEnd:
    """How far a log went, and its root then."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Revocation:
    """A key that speaks for the party no longer, and the last that it rightly signed.

    Of a release key the last step of each feed; of a feed that is not named nothing is good. Of an audit key the last
    good size and root of the log (`log`). Never a time: whoever has the key can write any.
    """

    key: bytes
    last: tuple[Step, ...] = ()
    log: LogEnd | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a party says of itself.

    `keys`: 32 raw bytes each, by purpose. `previous`: SHA-256 of the version before, in hexadecimal; "" for the first.
    `revocations`: every one so far, for what is revoked stays so.
    """

    version: int
    previous: str
    expires: datetime
    name: Text
    nature: Nature
    threshold: int
    keys: Mapping[Purpose, tuple[bytes, ...]]
    endpoints: tuple[str, ...] = ()
    suite: str = SUITE
    revocations: tuple[Revocation, ...] = ()
    beyond: Mapping[str, canonical.Json] = field(default_factory=dict)  # members of a newer version, which are kept

    def encode(self) -> bytes:
        """The canonical bytes: what is hashed and signed."""
        body: dict[str, canonical.Json] = {
            "type": PAYLOAD_TYPE,
            "version": self.version,
            "previous": self.previous,
            "expires": clock.to_text(self.expires),
            "name": self.name.json(),
            "nature": self.nature.value,
            "threshold": self.threshold,
            "keys": {purpose.value: [_to_text(key) for key in self.keys[purpose]] for purpose in Purpose},
            "endpoints": list(self.endpoints),
            "suite": self.suite,
        }
        if self.revocations:
            body["revocations"] = [_revocation_json(one) for one in self.revocations]
        return canonical.encode({**body, **self.beyond})


@dataclass(frozen=True, slots=True)
class Envelope:
    """A manifest's bytes and who signed them: key id to signature, each over DSSE's pre-authentication encoding."""

    data: bytes
    signatures: Mapping[str, bytes]


def key_id(public: bytes) -> str:
    """The name of a public key: its own SHA-256, so that one key under two names still counts once."""
    return hashlib.sha256(public).hexdigest()


def signed_bytes(data: bytes) -> bytes:
    """DSSE's pre-authentication encoding: type and length of what is signed cannot be mistaken for another's."""
    return pae(PAYLOAD_TYPE, data)


def verify_first(envelope: Envelope) -> tuple[PartyId, Manifest]:
    """The party that this first manifest founds, and the manifest.

    Raises:
        BadManifest: not version 1, or not signed by its own root's threshold.
    """
    manifest = _parse_signed(envelope, None)
    if manifest.version != 1 or manifest.previous:
        raise BadManifest("a party begins with version 1, which follows nothing")
    return party_id_of(envelope.data), manifest


def verify_next(last: bytes, envelope: Envelope) -> Manifest:
    """The manifest that follows `last`, the verified bytes of the version before.

    Raises:
        BadManifest: it skips a version, follows other bytes, or lacks the threshold of the old root or of its own.
    """
    before = parse(last)
    manifest = _parse_signed(envelope, before)
    if manifest.version != before.version + 1:
        raise BadManifest(f"version {manifest.version} does not follow version {before.version}")
    if manifest.previous != hashlib.sha256(last).hexdigest():
        raise BadManifest("it follows another manifest than the one known here")
    if not set(before.revocations) <= set(manifest.revocations):
        raise BadManifest("what was revoked stays revoked")
    return manifest


def verify_history(party: PartyId, history: Iterable[Envelope], *, at: datetime) -> Manifest:
    """The manifest in force at `at`, from every version so far, oldest first.

    Only the newest must not have expired: the older ones are proof, not authority (as in The Update Framework, 5.3).

    Raises:
        BadManifest: it is not this party's, a link is missing or forged, or the newest has expired.
    """
    manifest = verify_chain(party, history)
    if at >= manifest.expires:
        raise BadManifest("the newest manifest has expired")
    return manifest


def verify_chain(party: PartyId, history: Iterable[Envelope]) -> Manifest:
    """The newest manifest of every version so far, oldest first, whether or not it is still in force.

    Raises:
        BadManifest: it is not this party's, or a link is missing or forged.
    """
    envelopes = list(history)
    if not envelopes:
        raise BadManifest("there is no manifest")
    founded, manifest = verify_first(envelopes[0])
    if founded != party:
        raise BadManifest("the first manifest founds another party")
    for last, envelope in pairwise(envelopes):
        manifest = verify_next(last.data, envelope)
    return manifest


def _parse_signed(envelope: Envelope, before: Manifest | None) -> Manifest:
    """Verify the bytes before trusting what they say; who must have signed a first manifest only it can say."""
    manifest = parse(envelope.data)
    for root in [manifest] if before is None else [before, manifest]:
        if _count_good(envelope, root.keys[Purpose.ROOT]) < root.threshold:
            raise BadManifest(f"too few root keys of version {root.version} have signed it")
    return manifest


def _count_good(envelope: Envelope, keys: Iterable[bytes]) -> int:
    """How many distinct keys have signed; a signature that does not verify counts for nothing."""
    message = signed_bytes(envelope.data)
    return sum(
        1
        for key in set(keys)
        if (signature := envelope.signatures.get(key_id(key))) and is_signed(key, message, signature)
    )


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of the Ed25519 key `public` over `message`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


_MEMBERS = frozenset(
    ("type", "version", "previous", "expires", "name", "nature", "threshold", "keys", "endpoints", "suite")
)


def parse(data: bytes) -> Manifest:
    """What the bytes say, whoever signed them: for bytes this node verified before. Raises BadManifest."""
    try:
        body: Any = canonical.decode(data, max_bytes=65_536, max_depth=6)
        if not isinstance(body, dict) or not body.keys() >= _MEMBERS or body["type"] != PAYLOAD_TYPE:
            raise BadManifest("not a manifest")
        keys = {Purpose(purpose): tuple(_from_text(key) for key in some) for purpose, some in body["keys"].items()}
        manifest = Manifest(
            version=_count(body["version"]),
            previous=_string(body["previous"]),
            expires=clock.from_text(_string(body["expires"])),
            name=Text.of(body["name"]),
            nature=Nature(body["nature"]),
            threshold=_count(body["threshold"]),
            keys=keys,
            endpoints=tuple(_string(endpoint) for endpoint in body["endpoints"]),
            suite=_string(body["suite"]),
            revocations=tuple(_revocation(one) for one in body.get("revocations", ())),
            beyond={name: value for name, value in body.items() if name not in _MEMBERS | {"revocations"}},
        )
    except (canonical.NotCanonical, NotText, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadManifest(f"not a manifest: {error}") from error
    _check(manifest)
    return manifest


def _check(manifest: Manifest) -> None:
    if set(manifest.keys) != set(Purpose):
        raise BadManifest("a manifest names keys for every purpose")
    every = [key for keys in manifest.keys.values() for key in keys]
    if not all(manifest.keys.values()) or len(every) > MAX_KEYS:
        raise BadManifest("a purpose without a key, or too many keys")
    if len(set(every)) != len(every):
        raise BadManifest("a key serves one purpose, once")
    revoked = {one.key for one in manifest.revocations}
    if len(revoked) != len(manifest.revocations) or revoked & set(every):
        raise BadManifest("a key is revoked once, and speaks no longer")
    if manifest.threshold > len(manifest.keys[Purpose.ROOT]):
        raise BadManifest("a threshold that its root keys cannot reach")


def _revocation_json(one: Revocation) -> dict[str, canonical.Json]:
    last: list[canonical.Json] = [
        {"channel": step.channel, "incarnation": step.incarnation, "seq": step.seq, "head": step.head}
        for step in one.last
    ]
    body: dict[str, canonical.Json] = {"key": _to_text(one.key), "last": last}
    if one.log is not None:
        body["log"] = {"size": one.log.size, "root": one.log.root}
    return body


def _revocation(body: Any) -> Revocation:
    if body.keys() - {"log"} != {"key", "last"}:
        raise BadManifest("a revocation names a key, and the last that is good")
    steps = tuple(_step(one) for one in body["last"])
    if "log" in body and steps:
        raise BadManifest("a key signs steps of feeds, or the log")
    return Revocation(_from_text(body["key"]), steps, _log_end(body["log"]) if "log" in body else None)


def _log_end(body: Any) -> LogEnd:
    if body.keys() != {"size", "root"}:
        raise BadManifest("the end of a log is its size and its root")
    said = LogEnd(_count(body["size"]), _string(body["root"]))
    if not _HASH.fullmatch(said.root):
        raise BadManifest("the end of a log is its size and its root")
    return said


def _step(body: Any) -> Step:
    if body.keys() != {"channel", "incarnation", "seq", "head"}:
        raise BadManifest("a step names channel, incarnation, number and hash")
    said = Step(
        parse_party_id(_string(body["channel"])),  # a channel's id is made as a party's is
        _string(body["incarnation"]),
        _count(body["seq"]),
        _string(body["head"]),
    )
    if not _INCARNATION.fullmatch(said.incarnation) or not _HASH.fullmatch(said.head):
        raise BadManifest("a step names channel, incarnation, number and hash")
    return said


def _to_text(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _from_text(text: object) -> bytes:
    try:
        key = base64.b64decode(_string(text), validate=True)
    except binascii.Error as error:
        raise BadManifest("a key is written in base64") from error
    if len(key) != 32:
        raise BadManifest("a key is 32 bytes long")
    return key


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise BadManifest("text was expected")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadManifest("a number from 1 was expected")
    return value
