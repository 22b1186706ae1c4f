"""A channel belongs to its owner, is signed by it, and changes in one line of versions."""

import re
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from comity.audit.log import head
from comity.federation.channels import actions, queries
from comity.federation.channels.domain import (
    CarriesAStranger,
    ChangedMeanwhile,
    Closed,
    NobodyElse,
    NothingCarried,
    OwnerLeaves,
    markings,
)
from comity.federation.models import Channel, ChannelVersion, Membership
from comity.federation.models.feeds import Feed
from comity.federation.protocol.channel import CHANNEL_TYPE, parse, verify_chain
from comity.federation.protocol.dsse import Key, sign
from comity.federation.protocol.errors import BadChannel, BadSignature, Equivocation, Gap
from comity.federation.rings import ring_of
from comity.federation.tests.factories import channel, officer, sign_in
from comity.kernel.errors import NotFound, NotYours, RoleMissing
from comity.kernel.ids import PartyId
from comity.labels.domain import Label
from comity.labels.models import InternedLabel
from comity.labels.queries import label_of
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, Classification
from comity.labels.subject import Role
from comity.parties.signing import public_key, sign_for
from comity.records.tests.factories import LATER, subject
from comity.shell.record_forms import LabelField

pytestmark = pytest.mark.django_db(transaction=True)


def of(*parties):
    return [PartyId(party.pk) for party in parties]


def test_a_channel_is_a_chain_that_anybody_can_verify(mission, iraq, abroad):
    row = channel(officer(mission), iraq)
    actions.change_channel(
        channel=row.pk, expected_version=1, actor=officer(mission), at=LATER, members=of(mission, iraq, abroad)
    )
    history = [queries.envelope_of(one) for one in reversed(queries.versions_of(row))]
    assert verify_chain(row.pk, history, ring_of).members == set(of(mission, iraq, abroad))


def test_founding_and_changing_stand_on_the_log(mission, iraq, abroad):
    actor = officer(mission)
    before = head().size
    row = channel(actor, iraq)
    actions.change_channel(channel=row.pk, expected_version=1, actor=actor, at=LATER, history=True)
    assert head().size == before + 2


def test_only_a_release_officer_founds(mission, iraq):
    with pytest.raises(RoleMissing):
        channel(subject(mission, Role.CHIEF), iraq)


def test_only_the_owner_changes(mission, iraq):
    row = channel(officer(mission), iraq)
    with pytest.raises(NotYours):
        actions.change_channel(channel=row.pk, expected_version=1, actor=officer(iraq), at=LATER, history=True)


def test_who_saw_an_older_version_changes_nothing(mission, iraq):
    row = channel(officer(mission), iraq)
    actions.change_channel(channel=row.pk, expected_version=1, actor=officer(mission), at=LATER, history=True)
    with pytest.raises(ChangedMeanwhile):
        actions.change_channel(channel=row.pk, expected_version=1, actor=officer(mission), at=LATER, history=False)


def test_a_closed_channel_stays_as_it_is(mission, iraq):
    row = channel(officer(mission), iraq)
    actions.close_channel(channel=row.pk, expected_version=1, actor=officer(mission), at=LATER)
    with pytest.raises(Closed):
        actions.change_channel(channel=row.pk, expected_version=2, actor=officer(mission), at=LATER, history=True)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [({"kinds": ()}, NothingCarried), ({"ceiling": {}}, NothingCarried)],
)
def test_a_channel_that_carries_nothing_is_refused(mission, iraq, change, refusal):
    with pytest.raises(refusal):
        channel(officer(mission), iraq, **change)


def test_a_channel_of_one_is_refused(mission):
    with pytest.raises(NobodyElse):
        channel(officer(mission))


def test_a_channel_carries_records_of_its_members_only(mission, iraq, abroad):
    with pytest.raises(CarriesAStranger):
        channel(officer(mission), iraq, carries=of(abroad))


def test_the_owner_stays_in_it(mission, iraq, abroad):
    row = channel(officer(mission), iraq, abroad)
    with pytest.raises(OwnerLeaves):
        actions.change_channel(
            channel=row.pk, expected_version=1, actor=officer(mission), at=LATER, members=of(iraq, abroad)
        )


def test_who_left_is_told_nothing_more(mission, iraq, abroad):
    row = channel(officer(mission), iraq, abroad)
    assert queries.channel_at(row.pk, officer(iraq)).row == row
    actions.change_channel(
        channel=row.pk, expected_version=1, actor=officer(mission), at=LATER, members=of(mission, abroad)
    )
    assert queries.channels_of(officer(iraq)) == []
    with pytest.raises(NotFound):
        queries.channel_at(row.pk, officer(iraq))
    assert Membership.objects.get(channel=row, party=iraq).until_version == 2


def test_the_feeds_of_who_left_end_where_they_are_known(mission, iraq, abroad):
    row = channel(officer(mission), iraq, abroad)
    Feed.objects.create(channel=row.pk, party=iraq, incarnation="0" * 16, seq=7, head="a" * 64)
    for version, members in enumerate((of(mission, abroad), of(mission, iraq, abroad)), start=1):
        actions.change_channel(
            channel=row.pk, expected_version=version, actor=officer(mission), at=LATER, members=members
        )
    assert queries.channel_in_force(row.pk).manifest.ended == {iraq.pk: {"0" * 16: (7, "a" * 64)}}


# ----------------------------------------------------------------------------------------------- what comes from others


def signed(manifest, owner):
    key = Key(public_key(PartyId(owner.pk), "release"), lambda message: sign_for(owner, "release", message))
    envelope = sign(CHANNEL_TYPE, manifest.encode(), key)
    return envelope.payload, envelope.signatures


def versions(row):
    """The versions as they travel, and the channel forgotten here: as if it had never come."""
    history = [queries.envelope_of(one) for one in reversed(queries.versions_of(row))]
    Membership.objects.all().delete()
    ChannelVersion.objects.all().delete()
    Channel.objects.all().delete()
    return [(one.payload, one.signatures) for one in history]


@pytest.fixture
def travelling(mission, iraq):
    row = channel(officer(mission), iraq)
    actions.change_channel(channel=row.pk, expected_version=1, actor=officer(mission), at=LATER, history=True)
    return versions(row)


def test_a_chain_is_taken_in_step_by_step_and_twice_is_once(travelling, iraq):
    taken = [actions.take_manifest(*one, at=LATER) for one in (*travelling, *travelling)]
    row = taken[-1]
    assert row.version == 2
    assert queries.channel_at(row.pk, officer(iraq)).manifest.history is True
    assert ChannelVersion.objects.count() == 2


def test_a_step_that_is_missing_is_asked_for(travelling):
    with pytest.raises(Gap):
        actions.take_manifest(*travelling[1], at=LATER)


def test_what_its_owner_has_not_signed_is_refused(travelling, iraq):
    data, _ = travelling[0]
    forged = signed(parse(data), iraq)
    with pytest.raises(BadSignature):
        actions.take_manifest(*forged, at=LATER)
    assert not Channel.objects.exists()


def test_two_contents_of_one_version_are_proof_against_the_owner(travelling, mission):
    for data, signatures in travelling:
        actions.take_manifest(data, signatures, at=LATER)
    other = replace(parse(travelling[1][0]), history=False, kinds=frozenset({"people.position/1"}))
    with pytest.raises(Equivocation):
        actions.take_manifest(*signed(other, mission), at=LATER)


def test_a_version_on_another_past_is_refused(travelling, mission):
    for data, signatures in travelling:
        actions.take_manifest(data, signatures, at=LATER)
    other = replace(parse(travelling[1][0]), version=3, previous="0" * 64)
    with pytest.raises(BadChannel):
        actions.take_manifest(*signed(other, mission), at=LATER)


def test_a_member_whose_manifest_has_not_come_is_no_hindrance(mission, iraq, travelling):
    stranger = PartyId("b" * 51 + "a")
    first = replace(parse(travelling[0][0]), nonce="1" * 32)
    wider = replace(first, members=first.members | {stranger})
    assert actions.take_manifest(*signed(wider, mission), at=LATER).pk


def test_a_channel_offers_markings_for_just_its_members_at_each_level_it_carries(mission, iraq, abroad):
    ceiling = {PARTNERSHIP: Classification.RESTRICTED, SYNTHETIC: Classification.UNCLASSIFIED}
    row = channel(officer(mission), iraq, ceiling=ceiling, caveats={"USE-ADVISORY-ONLY"})
    members = frozenset(of(mission, iraq))
    found = {label_of(pk) for pk in InternedLabel.objects.values_list("pk", flat=True)}
    plain = {
        Label(PARTNERSHIP, Classification.UNCLASSIFIED, members),
        Label(PARTNERSHIP, Classification.RESTRICTED, members),
        Label(SYNTHETIC, Classification.UNCLASSIFIED, members),
    }
    named = {Label(PARTNERSHIP, one, members, caveats=frozenset({"USE-ADVISORY-ONLY"})) for one in Classification}
    assert found & (plain | named) == plain | {one for one in named if one.classification <= Classification.RESTRICTED}
    unknown = replace(queries.channel_in_force(row.pk).manifest, ceiling={"NEWER": Classification.SECRET})
    assert list(markings(unknown)) == []


def offered(field: LabelField) -> list[str]:
    return [str(key) for key, _words in field.widget.choices]


def test_whom_a_record_is_for_is_chosen_where_there_is_a_choice(mission, iraq, abroad):
    actor = officer(mission)
    channel(actor, iraq)
    assert "" not in offered(LabelField(actor))
    channel(actor, abroad)
    field = LabelField(actor)
    assert offered(field)[0] == ""
    with pytest.raises(ValidationError):
        field.clean("")


# ------------------------------------------------------------------------------------------------------------ the pages


def test_a_new_channel_begins_with_the_partner_one_comes_from_and_with_what_names_nobody(mission, iraq, client: Client):
    sign_in(client, mission, Role.RELEASE_OFFICER)
    page = client.get(reverse("federation:channel-found"), {"member": iraq.pk}).content.decode()
    ticked = set(re.findall(r'value="([^"]+)"[^>]* checked', page))
    assert {iraq.pk, "programme.objective/1"} <= ticked
    assert not ticked & {"people.person/1", mission.pk}


def test_an_officer_founds_and_changes_by_form(mission, iraq, client: Client):
    sign_in(client, mission, Role.RELEASE_OFFICER)
    sent = {
        "name_en": "Advice",
        "name_ar": "",
        "name_original": "en",
        "members": [iraq.pk],
        f"level_{PARTNERSHIP}": Classification.UNCLASSIFIED.name,
        "kinds": ["programme.objective/1"],
    }
    answer = client.post(reverse("federation:channel-found"), sent)
    assert answer.status_code == 302, answer.content.decode()
    row = Channel.objects.get()
    page = client.get(answer["Location"]).content.decode()
    assert "What is released here can be read by" in page
    changed = client.post(reverse("federation:channel-change", args=[row.pk]), {**sent, "version": 1, "history": "on"})
    assert changed.status_code == 302
    assert queries.channel_in_force(row.pk).manifest.history is True


def test_another_partys_person_sees_a_channel_they_are_in_and_changes_nothing(mission, iraq, client: Client):
    row = channel(officer(mission), iraq)
    sign_in(client, iraq, Role.RELEASE_OFFICER)
    assert client.get(reverse("federation:channel", args=[row.pk])).status_code == 200
    assert client.get(reverse("federation:channel-change", args=[row.pk])).status_code == 403


def test_who_is_not_in_a_channel_does_not_learn_of_it(mission, iraq, abroad, client: Client):
    row = channel(officer(mission), abroad)
    sign_in(client, iraq, Role.RELEASE_OFFICER)
    assert client.get(reverse("federation:channel", args=[row.pk])).status_code == 404
    assert row.pk not in client.get(reverse("federation:channels")).content.decode()
