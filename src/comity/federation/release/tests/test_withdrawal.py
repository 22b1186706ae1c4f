"""What its owner takes back is shown nowhere; what is to be destroyed is gone, and the log still verifies."""

import pytest

from comity.federation.models import Arrived, Released, Withdrawal, Withheld
from comity.federation.models.release import Mode
from comity.federation.protocol.errors import Foreign
from comity.federation.release.domain import NothingChosen, NotReleased
from comity.federation.release.tests.test_release import release
from comity.federation.release.withdrawal import follow_purges, note_arrivals, take_withdrawal, withdraw
from comity.federation.tests.factories import channel, officer
from comity.kernel.errors import NotYours, RoleMissing
from comity.kernel.ids import PartyId
from comity.labels.queries import readable_label_ids
from comity.labels.subject import Role
from comity.records import search
from comity.records.history import history
from comity.records.models import Held, Record, Revision
from comity.records.purge import purge
from comity.records.rebuild import differences, rebuild
from comity.records.receive import OwnRecords, receive
from comity.records.resolve import resolve
from comity.records.tests import factories
from comity.records.tests.factories import AT, LATER, label, organisation, subject, travelling, uuid_number
from comity.records.verification import verify_log

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at(mission):
    return officer(mission)


@pytest.fixture
def row(at, iraq):
    return channel(at, iraq)


# ------------------------------------------------------------------------------------------------------------ the owner


def test_what_has_not_left_does_not_leave(row, at, planner, shared):
    ministry = organisation(planner, shared)
    release(row, at, ministry)
    made = withdraw(channel=row.pk, record=ministry.pk, mode=Mode.HIDE, actor=at, at=LATER)
    assert not Released.objects.exists()
    assert (made.record_id, made.mode, made.emitted_seq) == (ministry.pk, Mode.HIDE, None)


def test_what_was_withdrawn_is_not_released_there_again(row, at, planner, shared):
    ministry = organisation(planner, shared)
    release(row, at, ministry)
    Released.objects.update(emitted_seq=1)
    withdraw(channel=row.pk, record=ministry.pk, mode=Mode.HIDE, actor=at, at=LATER)
    factories.change(ministry, planner, name=factories.text("Another name"))
    with pytest.raises(NothingChosen):
        release(row, at, ministry)


def test_what_was_hidden_may_still_be_destroyed_and_no_more(row, at, planner, shared):
    ministry = organisation(planner, shared)
    release(row, at, ministry)
    for mode in (Mode.HIDE, Mode.PURGE):
        withdraw(channel=row.pk, record=ministry.pk, mode=mode, actor=at, at=LATER)
    for mode in (Mode.HIDE, Mode.PURGE):
        with pytest.raises(NotReleased):
            withdraw(channel=row.pk, record=ministry.pk, mode=mode, actor=at, at=LATER)
    assert Withdrawal.objects.count() == 2


def test_what_its_owner_purges_is_taken_back_where_it_has_left(row, at, planner, shared, mission):
    left, waits = organisation(planner, shared, "Left"), organisation(planner, shared, "Waits")
    for one in (left, waits):
        release(row, at, one)
        purge(one.record, reason="A spill", actor=subject(mission, Role.SECURITY_OFFICER), at=LATER)
        Released.objects.filter(record=left.pk).update(emitted_seq=3)
    assert (follow_purges(LATER), follow_purges(LATER)) == (1, 0)
    made = Withdrawal.objects.get()
    assert (made.record_id, made.channel_id, made.mode, made.by) == (left.pk, row.pk, Mode.PURGE, "someone")
    assert verify_log() is None


def test_what_was_never_released_is_not_withdrawn(row, at, planner, shared):
    with pytest.raises(NotReleased):
        withdraw(channel=row.pk, record=organisation(planner, shared).pk, mode=Mode.HIDE, actor=at, at=LATER)


def test_only_its_owners_release_officer_withdraws(row, at, planner, shared, mission, iraq):
    ministry = organisation(planner, shared)
    release(row, at, ministry)
    with pytest.raises(RoleMissing):
        withdraw(channel=row.pk, record=ministry.pk, mode=Mode.HIDE, actor=subject(mission, Role.CHIEF), at=LATER)
    with pytest.raises(NotYours):
        withdraw(channel=row.pk, record=ministry.pk, mode=Mode.HIDE, actor=officer(iraq), at=LATER)


# ------------------------------------------------------------------------------------------------------- who has a copy


@pytest.fixture
def reader(mission):
    return subject(mission)


@pytest.fixture
def marked(mission, abroad):
    return label(mission, abroad)


def copy(abroad, marked, **changes):
    """An organisation of a party elsewhere, as it comes."""
    outcome = receive([travelling(abroad, marked, **changes)], party=PartyId(abroad.pk), at=AT)
    return outcome.applied


def taken(row, abroad, mode=Mode.HIDE, number=1):
    rid = factories.envelope(abroad, label(abroad), number).id
    take_withdrawal(channel=row.pk, party=PartyId(abroad.pk), record=rid, mode=mode, at=LATER)
    return rid


def met(reader, abroad):
    """Every way in which a reader could meet the copy."""
    record = Record.objects.system("test").get(party=abroad, uuid=uuid_number(1))
    return [
        Record.objects.visible_to(reader).filter(pk=record.pk).exists(),
        Revision.objects.visible_to(reader).filter(record=record).exists(),
        factories.kind(factories.ORGANISATION).model.objects.visible_to(reader).filter(pk=record.pk).exists(),
        bool(search.find("organisation", reader)),
        resolve([record.pk], reader, "en")[record.pk].shown,
        bool(history(record, reader)),
    ]


def test_a_hidden_copy_is_met_nowhere(row, abroad, marked, reader):
    copy(abroad, marked)
    assert all(met(reader, abroad))
    taken(row, abroad)
    assert not any(met(reader, abroad))
    assert verify_log() is None
    assert list(differences()) == []


def test_a_withdrawal_that_comes_first_hides_what_comes_later(row, abroad, marked, reader):
    taken(row, abroad)
    assert copy(abroad, marked) == 1
    assert not any(met(reader, abroad))
    copy(abroad, marked, revision=2)
    assert not any(met(reader, abroad))
    assert verify_log() is None


def test_a_node_that_is_made_anew_still_hides_it(row, abroad, marked, reader):
    copy(abroad, marked)
    taken(row, abroad)
    rebuild()
    assert not any(met(reader, abroad))


def test_what_another_channel_still_gives_is_shown(row, at, abroad, iraq, marked, reader):
    other = channel(at, iraq)
    copy(abroad, marked)
    pk = Record.objects.system("test").get(party=abroad).pk
    note_arrivals(channel=row.pk, arrived={pk: 1}, at=AT)
    taken(row, abroad)
    assert not any(met(reader, abroad))
    note_arrivals(channel=other.pk, arrived={pk: 1}, at=AT)
    assert all(met(reader, abroad))
    taken(other, abroad)
    assert not any(met(reader, abroad))


def test_the_newest_that_came_is_kept(row, abroad, marked):
    copy(abroad, marked)
    pk = Record.objects.system("test").get(party=abroad).pk
    for number in (2, 1):
        note_arrivals(channel=row.pk, arrived={pk: number}, at=AT)
    assert Arrived.objects.get().revision == 2


def test_a_destroyed_copy_is_gone_and_stays_gone(row, abroad, marked, reader):
    copy(abroad, marked)
    receive([travelling(abroad, label(abroad), revision=2)], party=PartyId(abroad.pk), at=AT)  # held: not for us
    assert Held.objects.count() == 1
    taken(row, abroad, Mode.PURGE)
    assert not Revision.objects.system("test").filter(body__isnull=False).exists()
    assert not Held.objects.exists()
    copy(abroad, marked, revision=3)
    assert not any(met(reader, abroad)[2:5])
    assert verify_log() is None


def test_content_that_is_gone_without_its_owners_word_is_noticed(row, abroad, marked):
    copy(abroad, marked)
    Revision.objects.system("test").update(salt=None, body=None)
    assert verify_log() is not None


def test_a_marking_changed_by_hand_is_noticed(row, abroad, marked, at):
    copy(abroad, marked)
    taken(row, abroad)
    Record.objects.system("test").update(withheld=False)
    assert verify_log() is not None


def test_only_its_owner_takes_it_back(row, abroad, iraq, marked, reader):
    copy(abroad, marked)
    rid = factories.envelope(abroad, marked).id
    with pytest.raises(Foreign):
        take_withdrawal(channel=row.pk, party=PartyId(iraq.pk), record=rid, mode=Mode.HIDE, at=LATER)
    assert all(met(reader, abroad))


def test_our_own_records_are_withdrawn_by_nobody_elsewhere(row, planner, shared, mission):
    ministry = organisation(planner, shared)
    with pytest.raises(OwnRecords):
        take_withdrawal(
            channel=row.pk, party=PartyId(mission.pk), record=ministry.record.rid, mode=Mode.PURGE, at=LATER
        )


def test_asked_twice_it_is_done_once(row, abroad, marked):
    copy(abroad, marked)
    for mode in (Mode.PURGE, Mode.PURGE, Mode.HIDE):
        taken(row, abroad, mode)
    assert list(Withheld.objects.values_list("mode", flat=True)) == [Mode.PURGE]
    assert verify_log() is None


def test_nobody_may_ever_read_what_is_withheld(row, abroad, marked, mission):
    from comity.records.withhold import withheld_label

    hidden = withheld_label()
    assert hidden not in readable_label_ids(subject(mission, *Role))
