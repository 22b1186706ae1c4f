"""The channel of the demonstration, between the mission and Iraq: what the release officers of the two sides sign.

The mission founds it. Both sign a standing rule for a year, old records included; what names a person is in none.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from comity.accounts.models import Account
from comity.accounts.queries import subject_of
from comity.federation.channels.actions import found_channel, take_manifest
from comity.federation.channels.queries import envelope_of, versions_of
from comity.federation.models import Channel, Membership, StandingRule
from comity.federation.release.standing import sign_rule
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, USE_CAVEATS, Classification
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records.kinds import all_kinds

NAME = Text.of({"original": "en", "text": {"en": "The partnership", "ar": "الشراكة"}})
CEILING = dict.fromkeys((PARTNERSHIP, SYNTHETIC), Classification.UNCLASSIFIED)
_YEAR = timedelta(days=365)
_GUEST = "iraq"


def found(file: Path, *, at: datetime) -> None:
    """On the mission's node: found the channel and sign our rule, if not done before; its manifest goes to `file`."""
    officer = _officer()
    guest = Party.objects.get(handle=_GUEST)
    shared = Membership.objects.filter(party_id=guest.pk).values("channel_id")  # the mission may have other partners
    channel = Channel.objects.filter(owner_id=officer.party, pk__in=shared).order_by("first_at").first()
    if channel is None:
        channel = found_channel(
            name=NAME,
            members=[PartyId(guest.pk)],
            ceiling=CEILING,
            kinds=[kind.name for kind in all_kinds() if not kind.names_people],
            caveats=USE_CAVEATS,
            history=True,
            actor=officer,
            at=at,
        )
    _sign(channel, officer, at)
    envelope = envelope_of(versions_of(channel)[-1])
    signatures = {key: signature.hex() for key, signature in envelope.signatures.items()}
    file.write_text(json.dumps({"data": envelope.payload.hex(), "signatures": signatures}))


def take(file: Path, *, at: datetime) -> None:
    """On Iraq's node: take the channel's manifest in, and sign our rule, if that was not done."""
    said = json.loads(file.read_text())
    signatures = {key: bytes.fromhex(signature) for key, signature in said["signatures"].items()}
    channel = take_manifest(bytes.fromhex(said["data"]), signatures, at=at)
    _sign(channel, _officer(), at)


def _officer() -> Subject:
    return subject_of(Account.objects.get(username__endswith="-release", party__hosted=True))


def _sign(channel: Channel, officer: Subject, at: datetime) -> None:
    if StandingRule.objects.filter(channel=channel, party_id=officer.party).exists():
        return
    sign_rule(
        channel=channel.pk,
        kinds=[kind.name for kind in all_kinds()],
        ceiling=CEILING,
        begins=at,
        until=at + _YEAR,
        actor=officer,
        at=at,
        also_before=True,
    )
