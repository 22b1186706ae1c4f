"""A channel: a named audience. Its manifest says who is in it and what it may carry, and is a signed, linear chain.

Channel id = base32(SHA-256(first manifest)), as a party's is. Version n+1 carries the hash of n. Every version is
signed with a release key of the channel's owner, who is a member and never changes. To share with fewer, one makes
another channel: whoever is a member reads all that is said in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from comity.federation.protocol import dsse, fields
from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.errors import BadChannel, BadSignature, Malformed, OverCeiling
from comity.federation.protocol.feed import FeedKey, Position
from comity.federation.protocol.ring import Rings
from comity.kernel import canonical
from comity.kernel.ids import PartyId, party_id_of
from comity.kernel.text import NotText, Text
from comity.labels.domain import Audience, Label, misfits
from comity.labels.scale import Classification, Tlp

CHANNEL_TYPE = "application/vnd.comity.channel+json"
MAX_BYTES = 262_144
MAX_MEMBERS = 1_000
MAX_ENDED = 64


@dataclass(frozen=True, slots=True)
class ChannelManifest:
    """What a channel is.

    `previous`: SHA-256 of the version before, in hexadecimal; "" for the first. `nonce`: 32 hexadecimal digits that
    make two like channels two; stays the same. `ceiling`: the highest classification for each policy, other policies
    are not carried. `history`: whether a new member is given what was said before it came. `carries`: the members
    whose records are carried, where not all members' are. `ended`: the last step of each feed of parties that left,
    by party and incarnation. `beyond`: members of a newer version, which are kept.
    """

    version: int
    previous: str
    owner: PartyId
    nonce: str
    name: Text
    members: frozenset[PartyId]
    ceiling: Mapping[str, Classification]
    kinds: frozenset[str]
    groups: frozenset[str] = frozenset()
    caveats: frozenset[str] = frozenset()
    tlp: Tlp | None = None
    history: bool = False
    carries: frozenset[PartyId] = frozenset()
    ended: Mapping[PartyId, Mapping[str, Position]] = field(default_factory=dict)
    closed: bool = False
    beyond: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def encode(self) -> bytes:
        """The canonical bytes: what is hashed and signed."""
        return canonical.encode(
            {
                "type": CHANNEL_TYPE,
                "version": self.version,
                "previous": self.previous,
                "owner": self.owner,
                "nonce": self.nonce,
                "name": self.name.json(),
                "members": sorted(self.members),
                "ceiling": {policy: most.name for policy, most in self.ceiling.items()},
                "kinds": sorted(self.kinds),
                "groups": sorted(self.groups),
                "caveats": sorted(self.caveats),
                "tlp": None if self.tlp is None else self.tlp.value,
                "history": self.history,
                "carries": sorted(self.carries),
                "ended": {
                    party: {incarnation: list(last) for incarnation, last in feeds.items()}
                    for party, feeds in self.ended.items()
                },
                "closed": self.closed,
                **self.beyond,
            }
        )

    @property
    def senders(self) -> frozenset[PartyId]:
        """The parties whose records the channel carries."""
        return self.carries or self.members

    def end_of(self, feed: FeedKey) -> Position | None:
        """The last step of a feed whose party left; None for a feed that goes on."""
        return self.ended.get(feed.party, {}).get(feed.incarnation)


def channel_id_of(first_manifest: bytes) -> str:
    """The id of the channel whose first manifest has these bytes."""
    return party_id_of(first_manifest)


def audience(manifest: ChannelManifest) -> Audience:
    """Who would receive a release into the channel, and what may be put before them, as the policy asks it."""
    return Audience(
        members=manifest.members,
        ceiling=dict(manifest.ceiling),
        kinds=manifest.kinds,
        groups=manifest.groups,
        caveats=manifest.caveats,
        tlp=manifest.tlp,
    )


def audience_hash(manifest: ChannelManifest) -> str:
    """Which version of the manifest: SHA-256 of its bytes, in hexadecimal."""
    return hashlib.sha256(manifest.encode()).hexdigest()


def check_carried(label: Label, *, kind: str, owner: PartyId, manifest: ChannelManifest) -> None:
    """Refuse what the channel does not carry, by the bytes alone: this is asked where nobody knows the releaser.

    Raises:
        OverCeiling: as it says.
    """
    if owner not in manifest.senders:
        raise OverCeiling("the channel carries no records of this party")
    if found := misfits(label, kind=kind, audience=audience(manifest)):
        raise OverCeiling(", ".join(found))


def verify_first(envelope: Envelope, rings: Rings) -> tuple[str, ChannelManifest]:
    """The id of the channel that this first manifest makes, and the manifest.

    Raises:
        BadSignature: its owner is not known, or has not signed it.
        BadChannel: it is not version 1.
        Malformed: it is no manifest of a channel.
    """
    manifest = _parse_signed(envelope, rings)
    if manifest.version != 1 or manifest.previous:
        raise BadChannel("a channel begins with version 1, which follows nothing")
    return channel_id_of(envelope.payload), manifest


def verify_next(last: bytes, envelope: Envelope, rings: Rings) -> ChannelManifest:
    """The manifest that follows `last`, the verified bytes of the version before. Raises as `verify_first` does."""
    before, manifest = parse(last), _parse_signed(envelope, rings)
    if manifest.version != before.version + 1:
        raise BadChannel(f"version {manifest.version} does not follow version {before.version}")
    if manifest.previous != hashlib.sha256(last).hexdigest():
        raise BadChannel("it follows another manifest than the one known here")
    if (manifest.owner, manifest.nonce) != (before.owner, before.nonce):
        raise BadChannel("owner and nonce of a channel never change")
    if before.closed:
        raise BadChannel("a closed channel stays as it is")
    for party, feeds in before.ended.items():
        if any(manifest.ended.get(party, {}).get(incarnation) != end for incarnation, end in feeds.items()):
            raise BadChannel("where a feed ended stays what it was")
    return manifest


def verify_chain(channel: str, history: Iterable[Envelope], rings: Rings) -> ChannelManifest:
    """The newest manifest of every version so far, oldest first. Raises as `verify_first` does."""
    manifest, last = None, b""
    for envelope in history:
        if manifest is None:
            made, manifest = verify_first(envelope, rings)
            if made != channel:
                raise BadChannel("the first manifest makes another channel")
        else:
            manifest = verify_next(last, envelope, rings)
        last = envelope.payload
    if manifest is None:
        raise BadChannel("there is no manifest")
    return manifest


def _parse_signed(envelope: Envelope, rings: Rings) -> ChannelManifest:
    """Only the manifest can say who must have signed it; what else it says counts once that party has."""
    manifest = parse(envelope.payload)
    ring = rings(manifest.owner)
    if ring is None:
        raise BadSignature("the owner of the channel is not known here")
    dsse.verify(envelope, CHANNEL_TYPE, ring.keys - ring.revoked.keys())
    return manifest


_MEMBERS = (
    "type", "version", "previous", "owner", "nonce", "name", "members", "ceiling", "kinds", "groups", "caveats", "tlp",
    "history", "carries", "ended", "closed",
)  # fmt: skip


def parse(data: bytes) -> ChannelManifest:
    """What the bytes say, whoever signed them: for bytes this node verified before. Raises Malformed, BadChannel."""
    body = fields.known(fields.decode(data, max_bytes=MAX_BYTES), *_MEMBERS)
    if body["type"] != CHANNEL_TYPE:
        raise Malformed("not the manifest of a channel")
    try:
        manifest = ChannelManifest(
            version=fields.number(body["version"], least=1),
            previous=fields.digest(body["previous"], empty=True),
            owner=fields.party(body["owner"]),
            nonce=_nonce(body["nonce"]),
            name=Text.of(body["name"]),
            members=_parties(body["members"]),
            ceiling={
                fields.text(policy): Classification[fields.text(most)]
                for policy, most in fields.mapping(body["ceiling"]).items()
            },
            kinds=frozenset(fields.distinct(body["kinds"], 1_000)),
            groups=frozenset(fields.distinct(body["groups"], 1_000)),
            caveats=frozenset(fields.distinct(body["caveats"], 1_000)),
            tlp=None if body["tlp"] is None else Tlp(fields.text(body["tlp"])),
            history=fields.truth(body["history"]),
            carries=_parties(body["carries"]),
            ended={
                fields.party(party): {
                    fields.incarnation(i): _position(last) for i, last in fields.mapping(feeds).items()
                }
                for party, feeds in fields.mapping(body["ended"]).items()
            },
            closed=fields.truth(body["closed"]),
            beyond=fields.beyond(body, _MEMBERS),
        )
    except (NotText, KeyError) as error:
        raise Malformed(f"not the manifest of a channel: {error}") from error
    except ValueError as error:
        raise error if isinstance(error, Malformed) else Malformed(str(error)) from error
    _check(manifest)
    return manifest


def _check(manifest: ChannelManifest) -> None:
    if manifest.owner not in manifest.members:
        raise BadChannel("the owner of a channel is in it")
    if not manifest.carries <= manifest.members:
        raise BadChannel("a channel carries records of its members only")
    if not manifest.ceiling:
        raise BadChannel("a channel names the policies it carries")


def _parties(value: Any) -> frozenset[PartyId]:
    return frozenset(fields.party(each) for each in fields.distinct(value, MAX_MEMBERS))


def _nonce(value: Any) -> str:
    nonce = fields.text(value)
    if len(nonce) != 32 or set(nonce) - set("0123456789abcdef"):
        raise Malformed("a nonce is 32 hexadecimal digits")
    return nonce


def _ends(value: Any) -> Mapping[str, Position]:
    return {fields.incarnation(name): _position(last) for name, last in fields.mapping(value).items()}


def _position(value: Any) -> Position:
    if len(fields.several(value, 2)) != 2:
        raise Malformed("a step and its hash were expected")
    seq, head = value
    return Position(fields.number(seq), fields.digest(head, empty=True))
