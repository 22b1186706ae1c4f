"""What was released leaves once, in order, for whoever is in the channel and for nobody else."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from comity.audit.models import Entry
from comity.federation.channels.actions import change_channel, close_channel
from comity.federation.models import Acknowledged, Channel, Feed, Frame, Released
from comity.federation.models import Withdrawal as WithdrawalRow
from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.frame import Frame as Said
from comity.federation.protocol.statement import Receipt, Revision, Statement, Withdrawal
from comity.federation.release.withdrawal import withdraw
from comity.federation.rings import ring_of
from comity.federation.sync import outbox
from comity.federation.sync.emit import emit
from comity.federation.sync.take_in import take_in
from comity.federation.sync.tests.speaker import Speaker, heard, revision
from comity.federation.tests.factories import channel, officer
from comity.kernel.ids import PartyId
from comity.labels.domain import Label
from comity.parties.door import SignerRefused
from comity.parties.models import Party
from comity.parties.signing import sign_for
from comity.records.models import Record
from comity.records.models import Revision as Stored
from comity.records.tests.factories import AT, LATER, label, travelling
from comity.records.verification import verify_log

pytestmark = pytest.mark.django_db
Release = Callable[[], Record]


@pytest.fixture
def row(mission: Party, abroad: Party) -> Channel:
    return channel(officer(mission), abroad)


@pytest.fixture
def said(mission: Party, abroad: Party, home: Path) -> Callable[[], list[Statement]]:
    """What the party abroad hears of the mission's feeds, as they are stored."""

    def read() -> list[Statement]:
        ring = ring_of(PartyId(mission.pk))
        assert ring is not None
        rows = Frame.objects.filter(feed__own=True).order_by("feed", "seq")
        frames = [
            (Said(Envelope.decode(bytes(one.header), max_bytes=16_384), bytes(one.content or b"")), mission)
            for one in rows
        ]
        return heard(frames, abroad, home, {mission.pk: ring.keys})

    return read


def test_what_was_released_is_said_once(mission: Party, row: Channel, release_one: Release, said):
    record = release_one()
    assert emit(party=mission, channel=row.pk, at=AT) == 2  # the keyset, and the frame
    assert emit(party=mission, channel=row.pk, at=AT) == 0
    (statement,) = said()
    stored = Stored.objects.system("test").get(record=record)
    assert statement.items == (Revision(record.rid, 1, bytes(stored.salt or b""), bytes(stored.body or b"")),)
    assert [one.emitted_seq for one in Released.objects.all()] == [2]
    feed = Feed.objects.get()
    assert (feed.seq, feed.own, feed.epoch, feed.records_seq) == (2, True, 1, 2)
    assert Entry.objects.system("test").filter(event="emitted").count() == 2
    assert verify_log() is None


def test_more_than_a_frame_holds_goes_in_several(mission: Party, row: Channel, release_many, said):
    release_many(300)
    while emit(party=mission, channel=row.pk, at=AT):
        pass
    assert [len(statement.items) for statement in said()] == [256, 44]
    assert not Released.objects.filter(emitted_seq=None).exists()


def test_large_records_share_no_frame(
    mission: Party, row: Channel, release_many, said, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outbox, "MOST_BYTES", 10)
    release_many(3)
    while emit(party=mission, channel=row.pk, at=AT):
        pass
    assert [len(statement.items) for statement in said()] == [1, 1, 1]


def test_nothing_is_half_said(mission: Party, row: Channel, release_one: Release, monkeypatch: pytest.MonkeyPatch):
    release_one()
    monkeypatch.setattr(outbox, "said", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        emit(party=mission, channel=row.pk, at=AT)
    assert not Frame.objects.exists()
    assert not Feed.objects.exists()
    assert Released.objects.get().emitted_seq is None
    assert verify_log() is None


def test_a_withdrawal_is_said_in_a_feed_of_its_own(mission: Party, row: Channel, release_one: Release, said):
    record = release_one()
    emit(party=mission, channel=row.pk, at=AT)
    withdraw(channel=row.pk, record=record.pk, mode="purge", actor=officer(mission), at=LATER)
    emit(party=mission, channel=row.pk, at=LATER)
    assert said()[-1].items == (Withdrawal(record.rid, "purge"),)  # type: ignore[arg-type]
    records, urgent = Feed.objects.order_by("pk")
    assert (records.urgent, urgent.urgent) == (False, True)
    assert (WithdrawalRow.objects.get().feed, WithdrawalRow.objects.get().emitted_seq) == (urgent, 2)
    assert (Released.objects.get().feed, Released.objects.get().emitted_seq) == (records, 2)
    release_one()
    emit(party=mission, channel=row.pk, at=LATER)
    assert Feed.objects.get(urgent=False).seq == 3


def test_what_was_destroyed_before_it_left_never_leaves(mission: Party, row: Channel, release_one: Release, said):
    record = release_one()
    Stored.objects.system("test").filter(record=record).update(salt=None, body=None)
    kept = release_one()
    emit(party=mission, channel=row.pk, at=AT)
    assert [item.record for statement in said() for item in statement.items] == [kept.rid]
    assert Released.objects.get(record=record).emitted_seq == outbox.NEVER_LEFT


def test_what_was_withdrawn_before_it_left_never_leaves(mission: Party, row: Channel, release_one: Release, said):
    record = release_one()
    WithdrawalRow.objects.create(
        channel=row, party=mission, record=record, mode="hide", by="officer", at=AT, emitted_seq=1
    )
    kept = release_one()
    emit(party=mission, channel=row.pk, at=AT)
    assert [item.record for statement in said() for item in statement.items] == [kept.rid]
    assert Released.objects.get(record=record).emitted_seq == outbox.NEVER_LEFT


def test_a_key_lasts_a_day(mission: Party, row: Channel, release_one: Release):
    for at in (AT, AT + timedelta(hours=23), AT + timedelta(hours=25)):
        release_one()
        emit(party=mission, channel=row.pk, at=at)
    assert Feed.objects.get().epoch == 2


def test_who_left_reads_nothing_that_is_said_after(
    mission: Party, iraq: Party, abroad: Party, row: Channel, release_one: Release, said
):
    release_one()
    emit(party=mission, channel=row.pk, at=AT)
    change_channel(channel=row.pk, expected_version=1, actor=officer(mission), at=AT, members={mission.pk, iraq.pk})
    release_one()
    emit(party=mission, channel=row.pk, at=LATER)
    assert Feed.objects.get().epoch == 2
    with pytest.raises(KeyError):
        said()


@pytest.mark.parametrize("history", [True, False])
def test_who_comes_later_reads_what_was_said_before_only_where_the_channel_grants_it(
    mission: Party, iraq: Party, abroad: Party, release_one: Release, history: bool
):
    row = channel(officer(mission), iraq, history=history)
    release_one()
    emit(party=mission, channel=row.pk, at=AT)
    members = {mission.pk, iraq.pk, abroad.pk}
    change_channel(channel=row.pk, expected_version=1, actor=officer(mission), at=AT, members=members)
    release_one()
    emit(party=mission, channel=row.pk, at=LATER)
    given = {epoch for epoch in (1, 2) if any(abroad.pk in made.wraps for made in _keysets(epoch))}
    assert given == ({1, 2} if history else {2})


def _keysets(epoch: int):
    from comity.federation.sync.epochs import keysets

    return keysets(Feed.objects.get(), epoch)


def test_nothing_is_said_in_a_closed_channel(mission: Party, row: Channel, release_one: Release):
    release_one()
    close_channel(channel=row.pk, expected_version=1, actor=officer(mission), at=AT)
    assert emit(party=mission, channel=row.pk, at=AT) == 0
    assert not Frame.objects.exists()


def test_what_the_signer_refuses_keeps_nobody_else_back(
    mission: Party, row: Channel, release_many, said, monkeypatch: pytest.MonkeyPatch
):
    from comity.federation.sync import emit as emission

    records = release_many(5)
    bad = str(records[2].rid).encode()
    really = sign_for

    def sign(party: Party, purpose: str, message: bytes, context: bytes = b"") -> bytes:
        if bad in message and context:
            raise SignerRefused(reason="test")
        return really(party, purpose, message, context)

    monkeypatch.setattr(emission, "sign_for", sign)
    while emit(party=mission, channel=row.pk, at=AT):
        pass
    heard = [item.record for statement in said() for item in statement.items if isinstance(item, Revision)]
    assert heard == [record.rid for record in records if record.pk != records[2].pk]
    assert Released.objects.get(record=records[2]).emitted_seq == outbox.NOT_SIGNED
    assert verify_log() is None


def test_receipts_are_given_once_and_are_not_receipted(mission: Party, abroad: Party, row: Channel, home: Path, said):
    speaker = Speaker(abroad, row, home)
    take_in(speaker.announce(mission, abroad), at=AT)
    assert emit(party=mission, channel=row.pk, at=AT, also=True) == 0  # a keyset alone is not receipted
    sent: Label = label(abroad, mission)
    over = revision(travelling(abroad, label(abroad, mission, groups=frozenset({"cell"})), 2))
    take_in(speaker.say(revision(travelling(abroad, sent)), over), at=AT)
    assert emit(party=mission, channel=row.pk, at=AT) == 0  # alone it waits until the courier asks
    assert emit(party=mission, channel=row.pk, at=AT, also=True) == 2
    (statement,) = said()
    (receipt,) = statement.items
    assert isinstance(receipt, Receipt)
    assert (receipt.feed, receipt.seq) == (speaker.feed, 2)
    assert [(one.record, one.reason) for one in receipt.held] == [(over.record, "over-ceiling")]
    assert Acknowledged.objects.get().by_id == mission.pk
    assert emit(party=mission, channel=row.pk, at=AT, also=True) == 0
    take_in(speaker.say(Receipt(Feed.objects.get(own=True).key, 2)), at=AT)
    assert emit(party=mission, channel=row.pk, at=AT, also=True) == 0
