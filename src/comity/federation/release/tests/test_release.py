"""Nothing leaves unless an officer decided on just what they saw, and nothing that a rule refuses leaves at all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from comity.audit.log import head
from comity.federation.channels.actions import change_channel, close_channel
from comity.federation.channels.queries import channel_at
from comity.federation.models import Release, Released
from comity.federation.models.release import State
from comity.federation.release import actions
from comity.federation.release.domain import (
    ChannelClosed,
    NotASender,
    NothingChosen,
    NotReleasable,
    NotWaiting,
    SeenOtherwise,
)
from comity.federation.release.queries import prospect
from comity.federation.sync.outbox import NOT_SIGNED
from comity.federation.tests.factories import channel, officer
from comity.kernel.errors import NotFound, RoleMissing
from comity.kernel.ids import PartyId
from comity.labels.domain import Refusal
from comity.labels.scale import PARTNERSHIP, Classification
from comity.labels.subject import Role
from comity.records.entry import enter
from comity.records.tests import factories
from comity.records.tests.factories import LATER, change, label, organisation, subject, text

pytestmark = pytest.mark.django_db(transaction=True)


def seen(row, actor, *rows):
    return prospect(channel_at(row.pk, actor), [one.pk for one in rows], actor)


def release(row, actor, *rows, **more):
    shown = seen(row, actor, *rows).seen
    pks = [one.pk for one in rows]
    return actions.release(channel=row.pk, records=pks, actor=actor, at=LATER, **({"seen": shown} | more))


@pytest.fixture
def at(mission):
    return officer(mission)


@pytest.fixture
def open_channel(at, iraq):
    return channel(at, iraq)


@pytest.fixture
def ministry(planner, shared):
    return organisation(planner, shared)


def test_what_was_decided_is_in_the_outbox_and_on_the_log(open_channel, at, ministry):
    before = head().size
    made = release(open_channel, at, ministry)
    assert made.state == State.RELEASED
    assert list(Released.objects.values_list("record_id", "revision", "emitted_seq")) == [(ministry.pk, 1, None)]
    assert head().size == before + 1


def test_only_a_release_officer_decides(open_channel, at, ministry, mission):
    with pytest.raises(RoleMissing):
        release(open_channel, subject(mission, Role.CHIEF), ministry, seen=seen(open_channel, at, ministry).seen)


def test_a_record_that_changed_since_is_shown_again(open_channel, at, ministry, planner):
    shown = seen(open_channel, at, ministry).seen
    change(ministry, planner, name=text("Another name"))
    with pytest.raises(SeenOtherwise):
        release(open_channel, at, ministry, seen=shown)
    assert not Released.objects.exists()


def test_a_channel_that_changed_since_is_shown_again(open_channel, at, ministry, mission, iraq, abroad):
    shown = seen(open_channel, at, ministry).seen
    parties = [PartyId(one.pk) for one in (mission, iraq, abroad)]
    change_channel(channel=open_channel.pk, expected_version=1, actor=at, at=LATER, members=parties)
    with pytest.raises(SeenOtherwise):
        release(open_channel, at, ministry, seen=shown)


def test_a_decision_on_one_record_carries_no_other(open_channel, at, ministry, planner, shared):
    shown = seen(open_channel, at, ministry).seen
    other = organisation(planner, shared, "Other")
    with pytest.raises(SeenOtherwise):
        release(open_channel, at, ministry, other, seen=shown)


def test_the_same_revision_leaves_once(open_channel, at, ministry, planner):
    release(open_channel, at, ministry)
    with pytest.raises(NothingChosen):
        release(open_channel, at, ministry)
    change(ministry, planner, name=text("Another name"))
    release(open_channel, at, ministry)
    assert list(Released.objects.order_by("pk").values_list("revision", flat=True)) == [1, 2]


def test_what_the_signer_refused_can_be_decided_anew(open_channel, at, ministry):
    release(open_channel, at, ministry)
    Released.objects.update(emitted_seq=NOT_SIGNED)
    release(open_channel, at, ministry)
    assert list(Released.objects.values_list("record_id", "emitted_seq")) == [(ministry.pk, None)]


def test_what_is_marked_for_fewer_is_refused(open_channel, at, planner, mission):
    alone = organisation(planner, label(mission))
    assert seen(open_channel, at, alone).refusals(at) == [[Refusal.MEMBER_NOT_NAMED]]
    with pytest.raises(NotReleasable):
        release(open_channel, at, alone)


def test_one_record_that_is_refused_keeps_all_back(open_channel, at, ministry, planner, mission):
    alone = organisation(planner, label(mission))
    with pytest.raises(NotReleasable):
        release(open_channel, at, ministry, alone)
    assert not Released.objects.exists()


def test_what_is_never_exchanged_is_refused(open_channel, at, planner, shared):
    kept = organisation(planner, replace(shared, exchange_never=True))
    with pytest.raises(NotReleasable):
        release(open_channel, at, kept)


def test_a_closed_channel_takes_nothing(open_channel, at, ministry):
    shown = seen(open_channel, at, ministry).seen
    close_channel(channel=open_channel.pk, expected_version=1, actor=at, at=LATER)
    with pytest.raises(ChannelClosed):
        release(open_channel, at, ministry, seen=shown)


def test_a_channel_that_carries_others_records_takes_none_of_ours(at, iraq, ministry):
    row = channel(at, iraq, carries=[PartyId(iraq.pk)])
    with pytest.raises(NotASender):
        release(row, at, ministry)


def test_another_partys_record_is_not_released(open_channel, at, host, shared):
    theirs = organisation(host, shared)
    with pytest.raises(NotReleasable):
        release(open_channel, at, theirs)


def test_what_an_officer_may_not_read_they_do_not_decide_on(open_channel, at, mission, iraq):
    high = subject(mission, clearance=Classification.CONFIDENTIAL)
    row = organisation(high, label(mission, iraq, classification=Classification.CONFIDENTIAL))
    assert seen(open_channel, at, row).leaving == ()


# --------------------------------------------------------------------------------------------------------- other people


@pytest.fixture
def cleared(mission):
    return officer(mission, "cleared", clearance=Classification.CONFIDENTIAL)


@pytest.fixture
def confidential(cleared, mission, iraq):
    """A channel for what is CONFIDENTIAL, and a record that is."""
    row = channel(cleared, iraq, ceiling={PARTNERSHIP: Classification.CONFIDENTIAL})
    author = subject(mission, clearance=Classification.CONFIDENTIAL)
    return row, organisation(author, label(mission, iraq, classification=Classification.CONFIDENTIAL))


def test_from_confidential_it_waits_for_a_second_officer(confidential, cleared, mission):
    row, ministry = confidential
    made = release(row, cleared, ministry)
    assert made.state == State.WAITING_SECOND
    assert not Released.objects.exists()
    with pytest.raises(NotWaiting):
        actions.confirm(release=made.pk, seen=made.seen_hash, actor=cleared, at=LATER)
    second = officer(mission, "second", clearance=Classification.CONFIDENTIAL)
    made = actions.confirm(release=made.pk, seen=made.seen_hash, actor=second, at=LATER)
    assert (made.state, made.second) == (State.RELEASED, second.account)
    assert Released.objects.get().record_id == ministry.pk


def test_the_second_officer_confirms_what_the_first_decided(confidential, cleared, mission):
    row, ministry = confidential
    made = release(row, cleared, ministry)
    second = officer(mission, "second", clearance=Classification.CONFIDENTIAL)
    change(ministry, subject(mission, clearance=Classification.CONFIDENTIAL), name=text("Another name"))
    now = seen(row, second, ministry).seen
    for shown in (made.seen_hash, now):
        with pytest.raises(SeenOtherwise):
            actions.confirm(release=made.pk, seen=shown, actor=second, at=LATER)


def test_a_second_officer_who_may_not_read_it_confirms_nothing(confidential, cleared, at):
    row, ministry = confidential
    made = release(row, cleared, ministry)
    with pytest.raises(SeenOtherwise):
        actions.confirm(release=made.pk, seen=made.seen_hash, actor=at, at=LATER)


def test_another_partys_officer_finds_nothing_to_confirm(confidential, cleared, iraq):
    row, ministry = confidential
    made = release(row, cleared, ministry)
    other = officer(iraq, clearance=Classification.CONFIDENTIAL)
    with pytest.raises(NotFound):
        actions.confirm(release=made.pk, seen=made.seen_hash, actor=other, at=LATER)


def test_what_was_refused_is_confirmed_no_more(confidential, cleared, mission):
    row, ministry = confidential
    made = release(row, cleared, ministry)
    second = officer(mission, "second", clearance=Classification.CONFIDENTIAL)
    assert actions.refuse(release=made.pk, actor=second, at=LATER).state == State.REFUSED
    with pytest.raises(NotWaiting):
        actions.confirm(release=made.pk, seen=made.seen_hash, actor=second, at=LATER)


@pytest.fixture
def person(mission, iraq):
    marked = label(mission, iraq, caveats=frozenset({"USE-ADVISORY-ONLY"}))
    author = subject(mission, caveats=frozenset({"USE-ADVISORY-ONLY"}))
    kind = factories.kind(factories.PERSON)
    return enter(kind, fields={"name": text("Zaynab Synthetic")}, label=marked, actor=author, at=LATER)


def test_a_name_waits_for_a_legal_adviser(open_channel, at, person, mission):
    made = release(open_channel, at, person)
    assert made.state == State.WAITING_SECOND
    with pytest.raises(NotWaiting):
        actions.confirm(release=made.pk, seen=made.seen_hash, actor=officer(mission, "second"), at=LATER)
    legal = officer(mission, "legal", Role.LEGAL_ADVISER)
    made = actions.confirm(release=made.pk, seen=made.seen_hash, actor=legal, at=LATER)
    assert (made.state, made.reviewer, made.second) == (State.RELEASED, legal.account, "")


def test_a_text_that_spells_a_name_names_that_person(open_channel, at, person, planner, shared):
    row = organisation(planner, shared, "The office of ZAYNAB  synthetic")
    (leaving,) = seen(open_channel, at, row).leaving
    assert leaving.names == {person.pk}
    assert seen(open_channel, at, row).refusals(at) == [[Refusal.PERSON_NOT_REVIEWED, Refusal.PERSON_WITHOUT_CAVEAT]]


def test_a_longer_word_spells_nobody(open_channel, at, person, planner, shared):
    row = organisation(planner, shared, "Zaynab Synthetics")
    assert seen(open_channel, at, row).leaving[0].names == frozenset()


# -------------------------------------------------------------------------------------------------- what is referred to


def test_what_the_audience_cannot_see_is_told(open_channel, at, planner, shared, mission, iraq):
    above = organisation(planner, label(mission), "Above")
    row = organisation(planner, shared, parent=above.record)
    (leaving,) = seen(open_channel, at, row).leaving
    assert dict(leaving.unseen) == {above.record.rid: (PartyId(iraq.pk),)}


def test_what_leaves_together_or_left_before_is_not_missing(open_channel, at, planner, shared):
    above = organisation(planner, shared, "Above")
    row = organisation(planner, shared, parent=above.record)
    assert all(not one.unseen for one in seen(open_channel, at, row, above).leaving)
    release(open_channel, at, above)
    assert not seen(open_channel, at, row).leaving[0].unseen


# ----------------------------------------------------------------------------------------------------- third-party rule


def quoting(actor, marking, of):
    return organisation(actor, marking, "Quoting", sources=[{"report": "1", "record": str(of.record.rid)}])


def test_what_quotes_another_party_is_not_passed_on_without_its_word(at, mission, iraq, abroad, planner):
    everyone = label(mission, iraq, abroad)
    theirs = organisation(subject(iraq, account="host"), everyone, "Theirs")
    row = quoting(planner, everyone, theirs)
    to_both, to_iraq = channel(at, iraq, abroad), channel(at, iraq)
    assert seen(to_both, at, row).refusals(at) == [[Refusal.ORIGIN_NOT_AGREED]]
    assert seen(to_iraq, at, row).refusals(at) == [[]]


def test_its_official_concurrence_is_its_word_and_may_be_taken_back(at, mission, iraq, abroad, planner):
    everyone = label(mission, iraq, abroad)
    clerk = subject(iraq, Role.REGISTRY_CLERK, account="clerk")
    theirs = organisation(subject(iraq, account="host"), everyone, "Theirs")
    row, to_both = quoting(planner, everyone, theirs), channel(at, iraq, abroad)
    letter = {"letter_number": "7", "letter_date": LATER.date(), "authority": text("The minister")}

    def say(position, number, view="official"):
        enter(
            factories.kind(factories.CONCURRENCE),
            fields={"about": row.record, "position": position, "view": view, **letter, "letter_number": number},
            label=everyone,
            actor=clerk,
            at=LATER + timedelta(hours=int(number)),
        )

    say("concurs", "1")
    assert seen(to_both, at, row).refusals(at) == [[]]
    say("refuses", "2", view="working")
    assert seen(to_both, at, row).refusals(at) == [[]]
    say("refuses", "3")
    assert seen(to_both, at, row).refusals(at) == [[Refusal.ORIGIN_NOT_AGREED]]


def test_every_decision_is_kept(open_channel, at, ministry):
    made = release(open_channel, at, ministry, reason="  For the meeting ")
    kept = Release.objects.get()
    assert (kept.pk, kept.by, kept.reason) == (made.pk, at.account, "For the meeting")
    assert kept.chosen == [[str(ministry.record.rid), 1]]
