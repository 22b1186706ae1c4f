"""Every write to channels: founding one, changing or closing it, and taking in what another party says of its own."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from comity.audit.log import Leaf, append
from comity.federation.channels.domain import ChangedMeanwhile, Closed, check, markings
from comity.federation.models import Channel, ChannelVersion, Membership
from comity.federation.models.feeds import Feed
from comity.federation.protocol import channel as protocol
from comity.federation.protocol.channel import CHANNEL_TYPE, ChannelManifest
from comity.federation.protocol.dsse import Envelope, Key, sign
from comity.federation.protocol.errors import BadChannel, Equivocation, Gap
from comity.federation.protocol.feed import Position
from comity.federation.rings import ring_of
from comity.kernel.errors import NotFound, NotYours, require
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.labels.queries import intern
from comity.labels.scale import Classification, Tlp
from comity.labels.subject import Role, Subject, require_role
from comity.parties.models import Party
from comity.parties.signing import public_key, sign_for
from comity.records.work import Work, act

Sign = Callable[[Party, str, bytes], bytes]


def found_channel(
    *,
    name: Text,
    members: Iterable[PartyId],
    ceiling: Mapping[str, Classification],
    kinds: Iterable[str],
    groups: Iterable[str] = (),
    caveats: Iterable[str] = (),
    tlp: Tlp | None = None,
    history: bool = False,
    carries: Iterable[PartyId] = (),
    actor: Subject,
    at: datetime,
    entropy: Callable[[int], bytes] = os.urandom,
    sign_with: Sign = sign_for,
) -> Channel:
    """Found a channel of the actor's party, who is in it whatever `members` says; the row of it.

    Raises:
        RoleMissing: the actor is no release officer.
        NobodyElse, NothingCarried, UnknownPolicyCarried, CarriesAStranger: as they say.
    """
    require_role(actor, Role.RELEASE_OFFICER)
    manifest = ChannelManifest(
        version=1,
        previous="",
        owner=actor.party,
        nonce=entropy(16).hex(),
        name=name,
        members=frozenset(members) | {actor.party},
        ceiling=dict(ceiling),
        kinds=frozenset(kinds),
        groups=frozenset(groups),
        caveats=frozenset(caveats),
        tlp=tlp,
        history=history,
        carries=frozenset(carries),
    )
    check(manifest)
    envelope = _signed(manifest, sign_with)
    pk, manifest = protocol.verify_first(envelope, ring_of)
    with act(actor, at) as work:
        row = _keep(None, pk, manifest, envelope, at)
        _note(work, "channel-founded", pk, manifest)
    return row


def change_channel(
    *,
    channel: str,
    expected_version: int,
    actor: Subject,
    at: datetime,
    sign_with: Sign = sign_for,
    **changes: Any,
) -> Channel:
    """Make the next version of a channel of the actor's party; `changes` are fields of its manifest.

    Raises:
        RoleMissing, NotFound, NotYours: the actor may not.
        Closed: nothing about it changes any more.
        ChangedMeanwhile: there is another version than the actor saw.
        NobodyElse, OwnerLeaves, NothingCarried, UnknownPolicyCarried, CarriesAStranger: as they say.
    """
    require_role(actor, Role.RELEASE_OFFICER)
    with act(actor, at) as work:
        row = Channel.objects.select_for_update().filter(pk=channel).first()
        if row is None:
            raise NotFound
        require(row.owner_id == actor.party, NotYours)
        require(not row.closed, Closed)
        require(row.version == expected_version, ChangedMeanwhile)
        last = bytes(ChannelVersion.objects.get(channel=row, version=row.version).data)
        wanted: dict[str, Any] = {name: frozenset(value) if name in _SETS else value for name, value in changes.items()}
        before = protocol.parse(last)
        if "members" in wanted and "ended" not in wanted:
            wanted["ended"] = _ended(before, channel, before.members - wanted["members"])
        chain = {"version": row.version + 1, "previous": hashlib.sha256(last).hexdigest()}
        following = replace(before, **(wanted | chain))
        check(following)
        envelope = _signed(following, sign_with)
        manifest = protocol.verify_next(last, envelope, ring_of)
        row = _keep(row, row.pk, manifest, envelope, at)
        _note(work, "channel-closed" if manifest.closed else "channel-changed", row.pk, manifest)
    return row


def close_channel(
    *, channel: str, expected_version: int, actor: Subject, at: datetime, sign_with: Sign = sign_for
) -> Channel:
    """Let nothing more be said in a channel. Raises as `change_channel` does."""
    return change_channel(
        channel=channel, expected_version=expected_version, actor=actor, at=at, sign_with=sign_with, closed=True
    )


def take_manifest(data: bytes, signatures: Mapping[str, bytes], *, at: datetime) -> Channel:
    """Take in one version of a channel's manifest as it came; one that is known already changes nothing.

    `signatures`: key id to signature. Part of the caller's transaction, if there is one.

    Raises:
        Malformed, TooBig, BadChannel, BadSignature: as the protocol says.
        Gap: versions before it are missing; `expected` says from which on.
        Equivocation: another manifest of the same version is known.
    """
    envelope = Envelope(CHANNEL_TYPE, data, dict(signatures))
    manifest = protocol.parse(data)
    with transaction.atomic():
        row = _channel_of(manifest, data)
        if row is None:
            if manifest.version != 1:
                raise Gap(1)
            pk, manifest = protocol.verify_first(envelope, ring_of)
            return _taken(None, pk, manifest, envelope, at)
        if manifest.version > row.version + 1:
            raise Gap(row.version + 1)
        if manifest.version <= row.version:
            known = ChannelVersion.objects.get(channel=row, version=manifest.version)
            if bytes(known.data) != data:
                protocol.verify_next(_data(row, manifest.version - 1), envelope, ring_of)
                raise Equivocation(manifest.version)
            return row
        manifest = protocol.verify_next(_data(row, row.version), envelope, ring_of)
        return _taken(row, row.pk, manifest, envelope, at)


def _ended(
    before: ChannelManifest, channel: str, leaving: Iterable[PartyId]
) -> Mapping[PartyId, Mapping[str, Position]]:
    """Where each feed of the parties that leave ends: what its owner has of it counts, and nothing after."""
    rows = Feed.objects.filter(channel=channel, party__in=set(leaving))
    ended: dict[PartyId, dict[str, Position]] = {party: dict(feeds) for party, feeds in before.ended.items()}
    for feed in rows:
        ended.setdefault(feed.key.party, {}).setdefault(feed.incarnation, feed.at)
    return ended


_SETS = frozenset({"members", "kinds", "groups", "caveats", "carries"})


def _channel_of(manifest: ChannelManifest, data: bytes) -> Channel | None:
    """The channel here whose owner and nonce are this manifest's: they never change, and no two share them."""
    row = Channel.objects.select_for_update().filter(owner_id=manifest.owner, nonce=manifest.nonce).first()
    if row is not None and manifest.version == 1 and row.pk != protocol.channel_id_of(data):
        raise BadChannel("two channels of one owner never share a nonce")
    return row


def _data(row: Channel, version: int) -> bytes:
    return bytes(ChannelVersion.objects.values_list("data", flat=True).get(channel=row, version=version))


def _taken(row: Channel | None, pk: str, manifest: ChannelManifest, envelope: Envelope, at: datetime) -> Channel:
    kept = _keep(row, pk, manifest, envelope, at)
    append([Leaf("channel-taken", manifest.owner, "", "", _facts(pk, manifest))], at)
    return kept


def _signed(manifest: ChannelManifest, sign_with: Sign) -> Envelope:
    owner = Party.objects.get(pk=manifest.owner)
    key = Key(public_key(manifest.owner, "release"), lambda message: sign_with(owner, "release", message))
    return sign(CHANNEL_TYPE, manifest.encode(), key)


def _keep(row: Channel | None, pk: str, manifest: ChannelManifest, envelope: Envelope, at: datetime) -> Channel:
    """Write one verified version, and what indexes it."""
    index = {"name": manifest.name.json(), "version": manifest.version, "closed": manifest.closed}
    if row is None:
        row = Channel.objects.create(pk=pk, owner_id=manifest.owner, nonce=manifest.nonce, first_at=at, **index)
    else:
        Channel.objects.filter(pk=pk).update(**index)
        row = Channel.objects.get(pk=pk)
    signatures = {key: signature.hex() for key, signature in envelope.signatures.items()}
    ChannelVersion.objects.create(
        channel=row, version=manifest.version, data=envelope.payload, signatures=signatures, at=at
    )
    standing = Membership.objects.filter(channel=row, until_version=None)
    before = set(standing.values_list("party_id", flat=True))
    standing.filter(party_id__in=before - manifest.members).update(until_version=manifest.version)
    Membership.objects.bulk_create(
        Membership(channel=row, party_id=party, since_version=manifest.version)
        for party in sorted(manifest.members - before)
    )
    for marking in markings(manifest):
        intern(marking)  # so that forms offer it
    return row


def _note(work: Work, event: str, pk: str, manifest: ChannelManifest) -> None:
    work.note(event, None, **_facts(pk, manifest))


def _facts(pk: str, manifest: ChannelManifest) -> dict[str, Any]:
    return {"channel": pk, "version": manifest.version, "sha256": hashlib.sha256(manifest.encode()).hexdigest()}
