"""A standing rule releases what its signer could release alone, of the kinds and up to the ceiling they signed."""

from datetime import timedelta
from typing import Any

import pytest

from comity.accounts.models import Account
from comity.federation.channels.actions import close_channel
from comity.federation.models import Released, StandingRule
from comity.federation.release.domain import BadPeriod, NothingChosen
from comity.federation.release.standing import LONGEST, apply_standing, end_rule, sign_rule
from comity.federation.tests.factories import channel, officer
from comity.kernel.errors import NotFound, RoleMissing
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, Classification
from comity.labels.subject import Role
from comity.records.entry import enter
from comity.records.kinds import kind_named
from comity.records.tests import factories
from comity.records.tests.factories import LATER, change, label, organisation, subject, text

pytestmark = pytest.mark.django_db(transaction=True)
ORGANISATIONS = "people.organisation/1"


@pytest.fixture
def at(mission):
    return officer(mission)


@pytest.fixture
def row(at, iraq):
    return channel(at, iraq, ceiling={PARTNERSHIP: Classification.RESTRICTED})


def sign(row, actor, **more):
    facts: dict[str, Any] = {
        "kinds": [ORGANISATIONS],
        "ceiling": {PARTNERSHIP: Classification.UNCLASSIFIED},
        "begins": LATER,
        "until": LATER + timedelta(days=30),
    }
    return sign_rule(channel=row.pk, actor=actor, at=LATER, **(facts | more))


def out():
    return list(Released.objects.order_by("pk").values_list("record_id", "revision"))


def test_what_is_new_leaves_and_what_was_there_stays(row, at, planner, shared):
    organisation(planner, shared, "Before")
    sign(row, at)
    new = organisation(planner, shared, "New")
    assert apply_standing(LATER) == 1
    assert out() == [(new.pk, 1)]
    change(new, planner, name=text("Changed"))
    assert (apply_standing(LATER), apply_standing(LATER)) == (1, 0)
    assert out() == [(new.pk, 1), (new.pk, 2)]


def test_what_was_there_leaves_where_it_was_signed_so(row, at, planner, shared):
    before = organisation(planner, shared, "Before")
    sign(row, at, also_before=True)
    apply_standing(LATER)
    assert out() == [(before.pk, 1)]


def test_outside_its_period_nothing_leaves(row, at, planner, shared):
    rule = sign(row, at, begins=LATER + timedelta(days=1), until=LATER + timedelta(days=2))
    organisation(planner, shared, "New")
    assert apply_standing(LATER) == 0
    assert apply_standing(LATER + timedelta(days=2)) == 0
    assert apply_standing(LATER + timedelta(days=1)) == 1
    assert StandingRule.objects.get() == rule


def test_an_ended_rule_releases_nothing_more(row, at, planner, shared):
    rule = sign(row, at)
    end_rule(rule=rule.pk, actor=at, at=LATER)
    organisation(planner, shared, "New")
    assert apply_standing(LATER) == 0


def test_over_the_ceiling_that_was_signed_nothing_leaves(row, at, mission, iraq):
    cleared = officer(mission, "cleared", clearance=Classification.RESTRICTED)
    sign(row, cleared)
    author = subject(mission, clearance=Classification.RESTRICTED)
    organisation(author, label(mission, iraq, classification=Classification.RESTRICTED))
    assert apply_standing(LATER) == 0
    sign(row, cleared, ceiling={PARTNERSHIP: Classification.RESTRICTED}, also_before=True)
    assert apply_standing(LATER) == 1


def test_what_needs_a_second_person_is_under_no_rule(at, mission, iraq):
    cleared = officer(mission, "cleared", clearance=Classification.CONFIDENTIAL)
    row = channel(cleared, iraq, ceiling={PARTNERSHIP: Classification.CONFIDENTIAL})
    sign(row, cleared, ceiling={PARTNERSHIP: Classification.CONFIDENTIAL})
    author = subject(mission, clearance=Classification.CONFIDENTIAL)
    organisation(author, label(mission, iraq, classification=Classification.CONFIDENTIAL))
    assert apply_standing(LATER) == 0


def test_names_of_people_are_under_no_rule(row, at, mission, iraq, planner, shared):
    marked = label(mission, iraq, caveats=frozenset({"USE-ADVISORY-ONLY"}))
    author = subject(mission, caveats=frozenset({"USE-ADVISORY-ONLY"}))
    sign(row, at, kinds=["people.person/1", ORGANISATIONS])
    enter(
        factories.kind(factories.PERSON),
        fields={"name": text("Zaynab Synthetic")},
        label=marked,
        actor=author,
        at=LATER,
    )
    organisation(planner, shared, "Office of Zaynab Synthetic")
    assert apply_standing(LATER) == 0


def test_what_is_released_by_hand_each_time_is_under_no_rule(row, at, planner, shared, monkeypatch):
    sign(row, at)
    organisation(planner, shared, "New")
    object.__setattr__(kind_named(ORGANISATIONS), "by_hand", True)
    try:
        assert apply_standing(LATER) == 0
    finally:
        object.__setattr__(kind_named(ORGANISATIONS), "by_hand", False)


def test_what_its_marking_keeps_at_home_stays(row, at, planner, mission):
    sign(row, at)
    organisation(planner, label(mission), "Ours")
    assert apply_standing(LATER) == 0


def test_a_signer_who_may_release_no_more_releases_nothing(row, at, planner, shared):
    sign(row, at)
    Account.objects.filter(pk=at.account).update(roles=[Role.ADVISER.value])
    organisation(planner, shared, "New")
    assert apply_standing(LATER) == 0


def test_a_closed_channel_takes_nothing(row, at, planner, shared):
    sign(row, at)
    close_channel(channel=row.pk, expected_version=1, actor=at, at=LATER)
    organisation(planner, shared, "New")
    assert apply_standing(LATER) == 0


def test_only_a_release_officer_of_the_party_signs_and_ends(row, at, mission, iraq):
    with pytest.raises(RoleMissing):
        sign(row, subject(mission, Role.CHIEF))
    rule = sign(row, at)
    with pytest.raises(NotFound):
        end_rule(rule=rule.pk, actor=officer(iraq), at=LATER)


@pytest.mark.parametrize(
    ("change_of", "refusal"),
    [
        ({"kinds": ["programme.objective/1"]}, NothingChosen),
        ({"ceiling": {}}, NothingChosen),
        ({"until": LATER}, BadPeriod),
        ({"until": LATER + LONGEST + timedelta(seconds=1)}, BadPeriod),
    ],
)
def test_a_rule_for_nothing_or_for_ever_is_refused(row, at, change_of, refusal):
    with pytest.raises(refusal):
        sign(row, at, **change_of)


def test_a_policy_that_the_rule_does_not_name_is_not_covered(row, at, planner, shared):
    sign(row, at, ceiling={SYNTHETIC: Classification.UNCLASSIFIED})
    organisation(planner, shared, "New")
    assert apply_standing(LATER) == 0
