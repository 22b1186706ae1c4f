"""Reads of channels: those that a party is in, and what each one's manifest in force says."""

from __future__ import annotations

from dataclasses import dataclass

from comity.federation.models import Channel, ChannelVersion, Membership
from comity.federation.protocol.channel import CHANNEL_TYPE, ChannelManifest, parse
from comity.federation.protocol.dsse import Envelope
from comity.kernel.errors import NotFound
from comity.labels.subject import Subject


@dataclass(frozen=True, slots=True)
class Known:
    """A channel with its manifest in force, and the bytes of it that were signed."""

    row: Channel
    manifest: ChannelManifest
    data: bytes


def channels_of(subject: Subject, *, also_closed: bool = True) -> list[Known]:
    """The channels that the subject's party is in, the newest first; closed ones last."""
    mine = Membership.objects.filter(party_id=subject.party, until_version=None).values("channel_id")
    rows = Channel.objects.filter(pk__in=mine).select_related("owner").order_by("closed", "-first_at", "pk")
    if not also_closed:
        rows = rows.filter(closed=False)
    return [_known(row) for row in rows]


def channel_at(pk: str, subject: Subject) -> Known:
    """One channel, if the subject's party is in it, or owns it. Raises NotFound: the two are never told apart."""
    row = Channel.objects.filter(pk=pk).select_related("owner").first()
    if row is None or not (
        row.owner_id == subject.party
        or Membership.objects.filter(channel=row, party_id=subject.party, until_version=None).exists()
    ):
        raise NotFound
    return _known(row)


def channel_in_force(pk: str) -> Known:
    """One channel, for the node itself. Raises Channel.DoesNotExist."""
    return _known(Channel.objects.select_related("owner").get(pk=pk))


def versions_of(row: Channel) -> list[ChannelVersion]:
    """Every version, the newest first."""
    return list(ChannelVersion.objects.filter(channel=row).order_by("-version"))


def envelope_of(version: ChannelVersion) -> Envelope:
    """A stored version as it was signed."""
    signatures = {key: bytes.fromhex(signature) for key, signature in dict(version.signatures).items()}
    return Envelope(CHANNEL_TYPE, bytes(version.data), signatures)


def _known(row: Channel) -> Known:
    data = bytes(ChannelVersion.objects.values_list("data", flat=True).get(channel=row, version=row.version))
    return Known(row, parse(data), data)
