"""A channel with a party abroad that is reached by files alone, and what it said there, as fixtures."""

from pathlib import Path

import pytest

from comity.federation.models import Channel, Peer
from comity.federation.protocol.frame import Frame as Came
from comity.federation.sync.tests.speaker import Speaker, revision
from comity.federation.tests.factories import channel, officer
from comity.labels.domain import Label
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records.tests.factories import AT, label, travelling


@pytest.fixture
def row(mission: Party, abroad: Party) -> Channel:
    Peer.objects.create(party=abroad, direction="none", confirmed_at=AT)
    return channel(officer(mission), abroad)


@pytest.fixture
def speaker(abroad: Party, row: Channel, home: Path) -> Speaker:
    return Speaker(abroad, row, home)


@pytest.fixture
def sent(abroad: Party, mission: Party) -> Label:
    return label(abroad, mission)


@pytest.fixture
def keeper(mission: Party) -> Subject:
    return officer(mission, "keeper")


@pytest.fixture
def said(speaker: Speaker, mission: Party, abroad: Party, sent: Label) -> list[Came]:
    """A keyset and five records, a frame each."""
    return [
        speaker.announce(mission, abroad),
        *(speaker.say(revision(travelling(abroad, sent, number))) for number in range(1, 6)),
    ]
