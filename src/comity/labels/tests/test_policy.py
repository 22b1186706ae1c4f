"""Who may read and what may be released: every test starts from an allowed case and breaks one thing in it."""

from dataclasses import asdict, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.labels import domain
from comity.labels.domain import Audience, BadLabel, Label
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, USE_CAVEATS, Classification, Tlp
from comity.labels.subject import Clearance, Role, Subject
from comity.labels.tests import cases
from comity.labels.tests.cases import OUTSIDER, PARTIES, Reading, Release

READ = cases.readings()
RELEASE = cases.releases()
SECONDED = cases.releases(cases.FROM_CONFIDENTIAL)
NAMED = cases.releases(named=True)
OPEN = Label(PARTNERSHIP, Classification.UNCLASSIFIED, frozenset(PARTIES[:2]))


def reads(reading: Reading, **changes: object) -> bool:
    return domain.may_read(replace(reading.subject, **changes), reading.label)  # type: ignore[arg-type]


def allowed(release: Release) -> bool:
    return domain.may_release(**{name: getattr(release, name) for name in release.__dataclass_fields__})


# ------------------------------------------------------------------------------------------------------------- reading


@given(READ, READ, st.sampled_from(["policy", "classification", "releasable_to", "groups", "caveats"]))
def test_who_reads_one_marking_and_not_another_is_admitted_to_more_by_it(reading: Reading, other: Reading, part: str):
    """So whoever may not read a record reads nothing about it that is marked no wider: see `responses.exchange`."""
    try:
        before = replace(reading.label, **{part: getattr(other.label, part)})
    except BadLabel:
        assume(False)
    if not domain.may_read(reading.subject, before):
        assert domain.admits_more(reading.label, before)


@given(READ)
def test_all_conditions_met_may_read(reading: Reading):
    assert reads(reading)


def test_plain_reader_reads_a_plain_label():
    subject = Subject(
        PARTIES[0], "x", frozenset({Role.ADVISER}), frozenset({Clearance(PARTNERSHIP, Classification.UNCLASSIFIED)})
    )
    assert domain.may_read(subject, OPEN) is True


@given(READ)
def test_other_party_may_not_read(reading: Reading):
    assert not reads(reading, party=OUTSIDER)


@given(cases.readings(cases.ABOVE_LOWEST))
def test_lower_clearance_may_not_read(reading: Reading):
    lower = Clearance(reading.label.policy, Classification(reading.label.classification - 1))
    assert not reads(reading, clearances=frozenset({lower}))


@given(READ)
def test_clearance_exactly_as_high_may_read(reading: Reading):
    exact = Clearance(reading.label.policy, reading.label.classification)
    assert reads(reading, clearances=frozenset({exact}))


@given(READ)
def test_clearance_under_another_policy_does_not_count(reading: Reading):
    other = SYNTHETIC if reading.label.policy == PARTNERSHIP else PARTNERSHIP
    assert not reads(reading, clearances=frozenset({Clearance(other, Classification.TOP_SECRET)}))


@given(READ)
def test_no_clearance_at_all_may_not_read_even_unclassified(reading: Reading):
    assert not reads(reading, clearances=frozenset())


@given(cases.readings(grouped=True))
def test_outside_the_groups_may_not_read(reading: Reading):
    assert not reads(reading, groups=reading.subject.groups - reading.label.groups)


@given(cases.readings(grouped=True), st.data())
def test_one_of_the_groups_is_enough(reading: Reading, data: st.DataObject):
    one = data.draw(st.sampled_from(sorted(reading.label.groups)))
    assert reads(reading, groups=frozenset({one}))


@given(cases.readings(grouped=False))
def test_without_groups_on_the_label_none_is_needed(reading: Reading):
    assert reads(reading, groups=frozenset())


@given(READ, st.data())
def test_one_caveat_missing_may_not_read(reading: Reading, data: st.DataObject):
    assume(reading.label.caveats)
    missing = data.draw(st.sampled_from(sorted(reading.label.caveats)))
    assert not reads(reading, caveats=reading.subject.caveats - {missing})


@given(READ)
def test_exactly_the_caveats_may_read(reading: Reading):
    assert reads(reading, caveats=reading.label.caveats)


@given(READ, st.sets(st.sampled_from([Role.ADMINISTRATOR, Role.AUDITOR])))
def test_keeping_the_node_or_its_log_reads_no_record(reading: Reading, roles: set[Role]):
    assert not reads(reading, roles=frozenset(roles))


# ------------------------------------------------------------------------------------------------------------ releasing


@given(RELEASE)
def test_all_conditions_met_may_release(release: Release):
    assert allowed(release)


@given(RELEASE)
def test_each_thing_broken_is_refused_by_its_own_rule(release: Release):
    broken = release.but_label(exchange_never=True).but(owner=OUTSIDER, origins_agreed=False)
    found = domain.refusals(**{name: getattr(broken, name) for name in broken.__dataclass_fields__})
    assert found == [
        domain.Refusal.NOT_THE_OWNER,
        domain.Refusal.NEVER_EXCHANGED,
        domain.Refusal.ORIGIN_NOT_AGREED,
    ]


@given(RELEASE)
def test_only_a_release_officer_releases(release: Release):
    assert not allowed(release.but_releaser(roles=frozenset(Role) - {Role.RELEASE_OFFICER}))


@given(RELEASE)
def test_who_may_not_read_may_not_release(release: Release):
    assert not allowed(release.but_releaser(clearances=frozenset()))


@given(RELEASE)
def test_only_the_owner_releases(release: Release):
    assert not allowed(release.but(owner=OUTSIDER))


@given(RELEASE)
def test_what_is_never_exchanged_is_not_released(release: Release):
    assert not allowed(release.but_label(exchange_never=True))


@given(RELEASE)
def test_nobody_is_no_audience(release: Release):
    assert not allowed(release.but_audience(members=frozenset()))


@given(RELEASE)
def test_one_member_outside_the_releasable_is_enough_to_refuse(release: Release):
    assert not allowed(release.but_audience(members=release.audience.members | {OUTSIDER}))


@given(RELEASE)
def test_all_the_releasable_may_be_members(release: Release):
    assert allowed(release.but_audience(members=release.label.releasable_to))


@given(RELEASE)
def test_a_channel_for_another_policy_does_not_take_it(release: Release):
    other = SYNTHETIC if release.label.policy == PARTNERSHIP else PARTNERSHIP
    assert not allowed(release.but_audience(ceiling={other: Classification.TOP_SECRET}))


@given(cases.releases(cases.ABOVE_LOWEST))
def test_over_the_ceiling_is_refused(release: Release):
    below = Classification(release.label.classification - 1)
    assert not allowed(release.but_audience(ceiling={release.label.policy: below}))


@given(RELEASE)
def test_exactly_at_the_ceiling_is_allowed(release: Release):
    assert allowed(release.but_audience(ceiling={release.label.policy: release.label.classification}))


@given(cases.releases(grouped=True), st.data())
def test_one_group_the_audience_does_not_keep_is_refused(release: Release, data: st.DataObject):
    missing = data.draw(st.sampled_from(sorted(release.label.groups)))
    assert not allowed(release.but_audience(groups=release.audience.groups - {missing}))


@given(RELEASE)
def test_exactly_the_groups_and_caveats_are_allowed(release: Release):
    assert allowed(release.but_audience(groups=release.label.groups, caveats=release.label.caveats))


@given(RELEASE, st.data())
def test_one_caveat_the_audience_does_not_honour_is_refused(release: Release, data: st.DataObject):
    assume(release.label.caveats)
    missing = data.draw(st.sampled_from(sorted(release.label.caveats)))
    assert not allowed(release.but_audience(caveats=release.audience.caveats - {missing}))


@given(RELEASE)
def test_tlp_over_the_ceiling_is_refused(release: Release):
    tlp = release.label.tlp
    assume(tlp is not None and tlp.narrowness > 0)
    assert tlp is not None
    wider = next(mark for mark in Tlp if mark.narrowness == tlp.narrowness - 1)
    assert not allowed(release.but_audience(tlp=wider))


@given(RELEASE)
def test_tlp_exactly_at_the_ceiling_is_allowed(release: Release):
    assert allowed(release.but_audience(tlp=release.label.tlp))


@given(RELEASE)
def test_a_channel_without_tlp_takes_nothing_that_carries_one(release: Release):
    assert allowed(release.but_audience(tlp=None)) is (release.label.tlp is None)


@given(RELEASE)
def test_a_kind_not_agreed_on_is_refused(release: Release):
    assert not allowed(release.but_audience(kinds=release.audience.kinds - {release.kind}))


@given(NAMED)
def test_a_named_person_needs_legal_review(release: Release):
    assert not allowed(release.but(legally_reviewed=False))


@given(NAMED)
def test_a_named_person_needs_a_caveat_on_use(release: Release):
    assert not allowed(release.but_label(caveats=release.label.caveats - USE_CAVEATS))


@given(RELEASE)
def test_without_a_named_person_neither_is_needed(release: Release):
    plain = release.but_label(caveats=release.label.caveats - USE_CAVEATS)
    assert allowed(plain.but(names_person=False, legally_reviewed=False))


@given(RELEASE)
def test_an_origin_that_has_not_agreed_is_enough_to_refuse(release: Release):
    assert not allowed(release.but(origins_agreed=False))


@given(SECONDED)
def test_from_confidential_up_one_person_is_not_enough(release: Release):
    assert not allowed(release.but(second_person=None))


@given(cases.releases(cases.BELOW_CONFIDENTIAL))
def test_below_confidential_one_person_is_enough(release: Release):
    assert allowed(release.but(second_person=None))


@given(SECONDED)
def test_nobody_is_their_own_second_person(release: Release):
    assert not allowed(release.but_second(account=release.releaser.account))


@given(SECONDED)
def test_the_second_person_is_of_the_same_party(release: Release):
    assume(len(release.label.releasable_to) > 1)
    other = min(release.label.releasable_to - {release.releaser.party})
    assert not allowed(release.but_second(party=other))


@given(SECONDED)
def test_the_second_person_is_a_release_officer(release: Release):
    assert not allowed(release.but_second(roles=frozenset(Role) - {Role.RELEASE_OFFICER}))


@given(SECONDED)
def test_the_second_person_may_read_it_too(release: Release):
    assert not allowed(release.but_second(clearances=frozenset()))


# ------------------------------------------------------------------------------------------------------- labels as such


@given(cases.labels())
def test_a_label_reads_back_as_itself(label: Label):
    assert Label.of(label.json()) == label


@given(cases.labels())
def test_order_of_writing_does_not_matter(label: Label):
    body = label.json()
    body["releasable_to"].reverse()
    body["groups"].reverse()
    body["caveats"].reverse()
    assert Label.of(body).json() == label.json()


@given(cases.labels(), st.booleans())
def test_never_exchanged_survives_writing(label: Label, never: bool):
    marked = replace(label, exchange_never=never)
    assert Label.of(marked.json()).exchange_never is never


def test_red_without_a_group_is_refused():
    with pytest.raises(domain.RedNeedsGroup):
        replace(OPEN, tlp=Tlp.RED)


def test_amber_strict_for_two_parties_is_refused():
    with pytest.raises(domain.StrictNamesOneParty):
        replace(OPEN, tlp=Tlp.AMBER_STRICT)


def test_a_label_for_nobody_is_refused():
    with pytest.raises(domain.NobodyMayRead):
        replace(OPEN, releasable_to=frozenset())


def test_an_unknown_policy_is_refused():
    with pytest.raises(domain.UnknownPolicy):
        replace(OPEN, policy="ELSEWHERE")


@pytest.mark.parametrize(
    "change",
    [
        {"eyes_only": True},
        {"classification": "SECRETISH"},
        {"classification": 3},
        {"policy": ""},
        {"releasable_to": "abc"},
        {"releasable_to": [1]},
        {"groups": [""]},
        {"caveats": None},
        {"tlp": "WHITE"},
        {"tlp": ""},
        {"exchange_never": 1},
        {"exchange_never": "no"},
    ],
    ids=str,
)
def test_a_label_that_is_not_understood_is_refused(change: dict[str, object]):
    with pytest.raises(BadLabel):
        Label.of(OPEN.json() | change)


@pytest.mark.parametrize("missing", ["policy", "classification", "releasable_to"])
def test_a_label_missing_what_matters_is_refused(missing: str):
    with pytest.raises(BadLabel):
        Label.of({name: value for name, value in OPEN.json().items() if name != missing})


@pytest.mark.parametrize("optional", ["groups", "tlp", "caveats", "exchange_never"])
def test_what_adds_nothing_may_be_left_out(optional: str):
    assert Label.of({name: value for name, value in OPEN.json().items() if name != optional}) == OPEN


def test_what_is_not_an_object_is_no_label():
    with pytest.raises(BadLabel):
        Label.of([])


def test_an_audience_carries_no_tlp_unless_said():
    assert asdict(Audience(frozenset(PARTIES), {}, frozenset()))["tlp"] is None
