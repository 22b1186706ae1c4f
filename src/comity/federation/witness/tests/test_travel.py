"""Checkpoints go out with what is said, partners' come in and are signed, and what contradicts is told."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comity.audit.log import head
from comity.audit.models import Cosignature as Kept
from comity.audit.models import Entry, Witnessed
from comity.audit.notes import Note, origin_of
from comity.audit.witnessing import cosigned_text, parse_cosigned
from comity.federation.models import Channel, Frame
from comity.federation.protocol.statement import Checkpoint, Cosignature
from comity.federation.sync.emit import emit
from comity.federation.sync.take_in import take_in
from comity.federation.sync.tests.speaker import Speaker, key_of
from comity.federation.tests.factories import channel, officer
from comity.federation.witness.travel import SAID_EVERY, due
from comity.kernel.ids import PartyId
from comity.parties.manifest import Purpose
from comity.parties.models import Party
from comity.records.tests.factories import AT, LATER, found
from comity.records.verification import verify_log, verify_witnesses

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(mission: Party, abroad: Party) -> Channel:
    return channel(officer(mission), abroad)


@pytest.fixture
def speaker(abroad: Party, mission: Party, row: Channel, home: Path) -> Speaker:
    """A party abroad whose key has come."""
    speaker = Speaker(abroad, row, home)
    take_in(speaker.announce(mission, abroad), at=AT)
    return speaker


def signed(speaker: Speaker, text: bytes, purpose: Purpose = Purpose.AUDIT) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(key_of(speaker.party, speaker.home, purpose)).sign(text)


def checkpoint(speaker: Speaker, size: int, root: bytes) -> Checkpoint:
    """What the party abroad says of its log."""
    note = bytes(Note(origin_of(PartyId(speaker.party.pk)), size, root, AT))
    return Checkpoint(note, signed(speaker, note))


S = TypeVar("S", Checkpoint, Cosignature)


def ours(mission: Party, row: Channel, sort: type[S]) -> list[S]:
    """What our party has to say now, of one sort."""
    return [item for item in due(PartyId(mission.pk), row.pk, LATER) if isinstance(item, sort)]


def events(name: str) -> int:
    return Entry.objects.system("test").filter(event=name).count()


def test_a_checkpoint_goes_out_with_what_is_released_and_not_with_every_frame(
    mission: Party, row: Channel, release_one: Callable[[], object]
) -> None:
    release_one()
    emit(party=mission, channel=row.pk, at=AT)
    assert head().size
    for later, said in ((AT + SAID_EVERY / 2, 0), (AT + SAID_EVERY, 1), (AT + SAID_EVERY, 0)):
        assert sum(isinstance(item, Checkpoint) for item in due(PartyId(mission.pk), row.pk, later)) == said


def test_nothing_is_said_for_its_own_sake(mission: Party, row: Channel) -> None:
    assert emit(party=mission, channel=row.pk, at=AT) == 0
    assert not Frame.objects.exists()


def test_a_partners_checkpoint_is_held_and_signed_once(mission: Party, row: Channel, speaker: Speaker) -> None:
    take_in(speaker.say(checkpoint(speaker, 7, bytes(32))), at=AT)
    (answer,) = ours(mission, row, Cosignature)
    note, _ = parse_cosigned(answer.note)
    assert (answer.party, note.size) == (speaker.party.pk, 7)
    assert ours(mission, row, Cosignature) == []


def test_many_members_cost_no_more_reads(mission: Party, home: Path) -> None:
    costs = []
    for size in (2, 6):
        others = [found(f"member-{size}-{number}", home, hosted=False) for number in range(size)]
        many = channel(officer(mission), *others)
        for one in others:
            speaker = Speaker(one, many, home)
            take_in(speaker.announce(mission, one), at=AT)
            take_in(speaker.say(checkpoint(speaker, 7, bytes(32))), at=AT)
        assert len(ours(mission, many, Cosignature)) == size
        with CaptureQueriesContext(connection) as asked:
            assert ours(mission, many, Cosignature) == []
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_a_partners_second_history_is_told_and_not_signed(mission: Party, row: Channel, speaker: Speaker) -> None:
    take_in(speaker.say(checkpoint(speaker, 7, bytes(32))), at=AT)
    ours(mission, row, Cosignature)
    for _ in range(2):
        take_in(speaker.say(checkpoint(speaker, 7, b"\x01" * 32)), at=LATER)
    assert events("log-contradicted") == 1
    assert ours(mission, row, Cosignature) == []
    assert [problem.facts["size"] for problem in verify_witnesses()] == [7]
    assert verify_log() is None


def test_what_a_partner_signed_of_our_log_is_kept_and_links_the_next(
    mission: Party, row: Channel, speaker: Speaker
) -> None:
    (said,) = ours(mission, row, Checkpoint)
    text = cosigned_text(said.note, AT)
    take_in(speaker.say(Cosignature(PartyId(mission.pk), text, signed(speaker, text))), at=AT)
    assert Kept.objects.system("test").get().witness == speaker.party.pk
    assert list(verify_witnesses()) == []
    (after,) = (item for item in due(PartyId(mission.pk), row.pk, LATER + SAID_EVERY) if isinstance(item, Checkpoint))
    assert [link.first for link in after.links] == [Note.of(said.note).size]


def test_what_another_key_signed_is_not_kept(mission: Party, row: Channel, speaker: Speaker) -> None:
    (said,) = ours(mission, row, Checkpoint)
    text = cosigned_text(said.note, AT)
    note = checkpoint(speaker, 7, bytes(32)).note
    forged = (
        Cosignature(PartyId(mission.pk), text, signed(speaker, text, Purpose.RELEASE)),
        Checkpoint(note, signed(speaker, note, Purpose.RELEASE)),
    )
    take_in(speaker.say(*forged), at=AT)
    assert not Kept.objects.system("test").exists()
    assert not Witnessed.objects.system("test").exists()
