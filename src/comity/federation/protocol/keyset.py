"""Keysets: how the key of an epoch reaches each member, in a frame of the sender's own feed.

A random 256-bit key is wrapped for each member with HPKE (RFC 9180) to its exchange key; the wrap is bound to channel,
feed, epoch, audience and member. The keyset also commits to the key, so that a sender cannot give two members two keys
and let one ciphertext say different things to each. A later keyset for the same epoch gives its key to new members,
where the channel's manifest grants them history; it must commit to the same key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from comity.federation.protocol import fields
from comity.federation.protocol.errors import CannotOpen, NotAMember, UnknownSuite, WrongEpoch
from comity.federation.protocol.feed import FeedKey
from comity.federation.protocol.frame import KEY_BYTES
from comity.kernel import canonical
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId
from comity.parties import sealing
from comity.parties.manifest import SUITE
from comity.parties.sealing import ENC_BYTES

MAX_WRAPS = 1_000


@dataclass(frozen=True, slots=True)
class Wrap:
    """A key sealed for one member: the encapsulated key, and the ciphertext."""

    enc: bytes
    ciphertext: bytes


Opener = Callable[[bytes, bytes, bytes], bytes]
"""Opens what was sealed for the opener's party: (enc, ciphertext, info) → plaintext. Raises sealing.NotOpened."""


@dataclass(frozen=True, slots=True)
class Keyset:
    """The key of `epoch` of one feed, for the members of the channel as `audience` says."""

    epoch: int
    audience: str
    commitment: str
    wraps: Mapping[PartyId, Wrap]
    suite: str = SUITE

    def encode(self) -> bytes:
        """The canonical bytes: the content of a keyset frame."""
        return canonical.encode(
            {
                "epoch": self.epoch,
                "suite": self.suite,
                "audience": self.audience,
                "commitment": self.commitment,
                "wraps": {
                    party: {"enc": fields.to_text(wrap.enc), "ciphertext": fields.to_text(wrap.ciphertext)}
                    for party, wrap in self.wraps.items()
                },
            }
        )

    @classmethod
    def decode(cls, content: bytes) -> Keyset:
        """What a verified content says. Raises Malformed, TooBig, UnknownSuite."""
        body = fields.known(
            fields.decode(content, max_bytes=fields.MAX_CONTENT), "epoch", "suite", "audience", "commitment", "wraps"
        )
        if fields.text(body["suite"]) != SUITE:
            raise UnknownSuite(f"this version does not know the suite {body['suite']!r:.60}")
        wraps = fields.mapping(body["wraps"])
        names = fields.distinct(sorted(wraps), MAX_WRAPS)
        return cls(
            epoch=fields.number(body["epoch"], least=1),
            audience=fields.digest(body["audience"]),
            commitment=fields.digest(body["commitment"]),
            wraps={fields.party(name): _wrap(wraps[name]) for name in names},
        )


def _wrap(value: Json) -> Wrap:
    body = fields.members(value, "enc", "ciphertext")
    return Wrap(fields.octets(body["enc"], length=ENC_BYTES), fields.octets(body["ciphertext"], length=KEY_BYTES + 16))


def seal_for(public: bytes, plaintext: bytes, info: bytes) -> Wrap:
    """Seal for the holder of an X25519 key."""
    sealed = sealing.seal_for(public, plaintext, info)
    return Wrap(sealed[:ENC_BYTES], sealed[ENC_BYTES:])


def commitment_to(epoch_key: bytes, feed: FeedKey, epoch: int) -> str:
    """What tells the key of an epoch without giving it away."""
    about = canonical.encode(["comity epoch key", *feed, epoch])
    return hmac.new(epoch_key, about, hashlib.sha256).hexdigest()


def wrap(epoch_key: bytes, *, feed: FeedKey, epoch: int, audience: str, members: Mapping[PartyId, bytes]) -> Keyset:
    """The keyset that gives `epoch_key` to `members` (party → exchange key). Include the sender, which may be restored.

    HPKE draws its own ephemeral keys from the operating system: the one place here whose bytes differ each time.
    """
    wraps = {
        party: seal_for(public, epoch_key, _info(feed, epoch, audience, party)) for party, public in members.items()
    }
    return Keyset(epoch, audience, commitment_to(epoch_key, feed, epoch), wraps)


def unwrap(keyset: Keyset, *, feed: FeedKey, party: PartyId, open_sealed: Opener) -> bytes:
    """The key of the epoch, for `party`.

    Raises:
        NotAMember: the keyset is not for this party.
        CannotOpen: it does not open with the party's key.
        WrongEpoch: what opens is not the key that the keyset commits to.
    """
    sealed = keyset.wraps.get(party)
    if sealed is None:
        raise NotAMember("this keyset is for others")
    info = _info(feed, keyset.epoch, keyset.audience, party)
    try:
        key = open_sealed(sealed.enc, sealed.ciphertext, info)
    except sealing.NotOpened as error:
        raise CannotOpen("it was sealed for another key, or for another purpose") from error
    if len(key) != KEY_BYTES or not hmac.compare_digest(commitment_to(key, feed, keyset.epoch), keyset.commitment):
        raise WrongEpoch("it opens to another key than the one that all members were promised")
    return key


def _info(feed: FeedKey, epoch: int, audience: str, party: PartyId) -> bytes:
    return canonical.encode(["comity keyset", *feed, epoch, audience, party])
