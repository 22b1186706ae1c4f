"""A notice: the manifests of one channel, sealed for everybody who is or was in it, since a hub must not read them.

A random key encrypts them once; HPKE wraps it for each reader, bound to channel, poster, version and reader. What is
inside verifies itself, so nobody signs the whole: a forged notice gives a node nothing that it would believe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comity.federation.protocol import fields
from comity.federation.protocol.channel import MAX_MEMBERS
from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.errors import CannotOpen, Malformed, NotAMember
from comity.federation.protocol.keyset import Opener, Wrap, seal_for
from comity.kernel import canonical
from comity.kernel.ids import PartyId
from comity.parties.sealing import ENC_BYTES, NotOpened

MAX_BYTES = 4 * 1024 * 1024
MAX_VERSIONS = 10_000
_MAX_ENVELOPE = 512 * 1024
_KEY_BYTES = 32
_ONCE = bytes(12)  # a key is used for one notice, so its nonce need not differ


@dataclass(frozen=True, slots=True)
class Notice:
    """What `party` posts of `channel` up to `version`: the sealed key for each reader, and the ciphertext."""

    channel: str
    party: PartyId
    version: int
    wraps: Mapping[PartyId, Wrap]
    content: bytes

    def encode(self) -> bytes:
        """The canonical bytes: what travels and lies at the hub."""
        return canonical.encode(
            {
                "channel": self.channel,
                "party": self.party,
                "version": self.version,
                "wraps": {
                    reader: {"enc": fields.to_text(wrap.enc), "ciphertext": fields.to_text(wrap.ciphertext)}
                    for reader, wrap in self.wraps.items()
                },
                "content": fields.to_text(self.content),
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Notice:
        """What the bytes say. Raises Malformed, TooBig."""
        body = fields.members(
            fields.decode(data, max_bytes=MAX_BYTES), "channel", "party", "version", "wraps", "content"
        )
        wraps = fields.mapping(body["wraps"])
        names = fields.distinct(sorted(wraps), MAX_MEMBERS)
        return cls(
            channel=fields.channel(body["channel"]),
            party=fields.party(body["party"]),
            version=fields.number(body["version"], least=1),
            wraps={fields.party(name): _wrap(wraps[name]) for name in names},
            content=fields.octets(body["content"]),
        )


def seal(
    history: Sequence[Envelope],
    *,
    channel: str,
    party: PartyId,
    readers: Mapping[PartyId, bytes],
    entropy: Callable[[int], bytes],
) -> Notice:
    """A notice of every version of a channel's manifest, oldest first, for `readers` (party → exchange key)."""
    key, version = entropy(_KEY_BYTES), len(history)
    plain = canonical.encode([fields.to_text(one.encode()) for one in history])
    return Notice(
        channel=channel,
        party=party,
        version=version,
        wraps={
            reader: seal_for(public, key, _bound(channel, party, version, reader)) for reader, public in readers.items()
        },
        content=AESGCM(key).encrypt(_ONCE, plain, _bound(channel, party, version)),
    )


def unseal(notice: Notice, reader: PartyId, open_sealed: Opener) -> list[Envelope]:
    """The manifests inside, unverified, oldest first.

    Raises:
        NotAMember: the notice is for others.
        CannotOpen: it does not open, or was changed.
        Malformed, TooBig: what is inside is something else.
    """
    wrap = notice.wraps.get(reader)
    if wrap is None:
        raise NotAMember("this notice is for others")
    about = (notice.channel, notice.party, notice.version)
    try:
        key = open_sealed(wrap.enc, wrap.ciphertext, _bound(*about, reader))
        plain = AESGCM(key).decrypt(_ONCE, notice.content, _bound(*about))
    except (NotOpened, InvalidTag, ValueError) as error:
        raise CannotOpen("this notice was changed, or sealed for another key") from error
    said = fields.several(fields.decode(plain, max_bytes=MAX_BYTES), MAX_VERSIONS)
    return [Envelope.decode(fields.octets(one), max_bytes=_MAX_ENVELOPE) for one in said]


def _bound(channel: str, party: PartyId, version: int, reader: str = "") -> bytes:
    return canonical.encode(["comity hub notice", channel, party, version, reader])


def _wrap(value: object) -> Wrap:
    body = fields.members(value, "enc", "ciphertext")  # type: ignore[arg-type]
    return Wrap(fields.octets(body["enc"], length=ENC_BYTES), fields.octets(body["ciphertext"], length=_KEY_BYTES + 16))


__all__ = ["Malformed", "Notice", "seal", "unseal"]
