"""Labels as rows: one row a marking, and nobody is told ids that another may read."""

from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import given
from pytest_django import DjangoAssertNumQueries

from comity.kernel.ids import PartyId
from comity.labels import queries
from comity.labels.domain import Label, may_read
from comity.labels.models import InternedLabel
from comity.labels.queries import LabelCollision, intern, label_id, label_of, readable_label_ids
from comity.labels.scale import PARTNERSHIP, Classification
from comity.labels.subject import Clearance, Role, Subject
from comity.labels.tests import cases

MISSION, HOST = PartyId("m" * 51 + "a"), PartyId("h" * 51 + "a")
SHARED = Label(PARTNERSHIP, Classification.UNCLASSIFIED, frozenset({MISSION, HOST}))
OURS = replace(SHARED, releasable_to=frozenset({MISSION}))
THEIRS = replace(SHARED, releasable_to=frozenset({HOST}))
CLEARED = frozenset({Clearance(PARTNERSHIP, Classification.UNCLASSIFIED)})
ADVISER = Subject(MISSION, "adviser", frozenset({Role.ADVISER}), CLEARED)
CLERK = Subject(HOST, "clerk", frozenset({Role.REGISTRY_CLERK}), CLEARED)


@given(cases.labels(), cases.labels())
def test_an_id_says_which_label(one: Label, other: Label):
    assert (label_id(one) == label_id(other)) is (one == other)
    assert 0 <= label_id(one) < 2**63


@pytest.mark.django_db
def test_the_same_marking_is_one_row():
    again = Label.of(SHARED.json())
    assert intern(SHARED) == intern(again)
    assert InternedLabel.objects.count() == 1


@pytest.mark.django_db
def test_a_known_marking_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries):
    intern(SHARED)
    with django_assert_num_queries(1):
        intern(SHARED)


@pytest.mark.django_db
def test_a_label_comes_back_whole():
    full = replace(OURS, groups=frozenset({"logistics"}), caveats=frozenset({"SOURCE"}), exchange_never=True)
    assert label_of(intern(full)) == full


@pytest.mark.django_db
def test_an_id_nobody_interned_is_no_label():
    with pytest.raises(InternedLabel.DoesNotExist):
        label_of(1)


@pytest.mark.django_db
def test_another_label_under_the_same_id_is_never_let_in():
    InternedLabel.objects.create(id=label_id(SHARED), digest="0" * 64, body=OURS.json())
    with pytest.raises(LabelCollision):
        intern(SHARED)


@pytest.mark.django_db
def test_each_is_told_what_each_may_read():
    shared, ours, theirs = intern(SHARED), intern(OURS), intern(THEIRS)
    assert set(readable_label_ids(ADVISER)) == {shared, ours}
    assert set(readable_label_ids(CLERK)) == {shared, theirs}


@pytest.mark.django_db
def test_what_was_told_to_one_is_not_told_to_another_who_differs_in_one_thing():
    grouped = intern(replace(OURS, groups=frozenset({"logistics"})))
    inside = replace(ADVISER, groups=frozenset({"logistics"}))
    assert grouped in readable_label_ids(inside)
    for other in (
        ADVISER,
        replace(inside, party=HOST),
        replace(inside, clearances=frozenset()),
        replace(inside, roles=frozenset({Role.AUDITOR})),
    ):
        assert grouped not in readable_label_ids(other)


@pytest.mark.django_db
def test_a_label_that_is_new_is_told_at_once(django_assert_num_queries: DjangoAssertNumQueries):
    intern(SHARED)
    readable_label_ids(ADVISER)
    with django_assert_num_queries(1):
        readable_label_ids(ADVISER)
    assert intern(OURS) in readable_label_ids(ADVISER)


@pytest.mark.django_db
def test_a_label_that_was_rolled_back_leaves_no_trace():
    intern(SHARED)
    with transaction.atomic():
        undone = intern(OURS)
        assert undone in readable_label_ids(ADVISER)
        transaction.set_rollback(True)
    other = intern(THEIRS)  # as many labels as before the roll-back: counting would not tell
    assert undone not in readable_label_ids(ADVISER)
    assert other in readable_label_ids(CLERK)
    assert other not in readable_label_ids(ADVISER)


@pytest.mark.django_db
def test_what_is_told_agrees_with_the_policy():
    labels = [SHARED, OURS, THEIRS, replace(SHARED, classification=Classification.SECRET)]
    told = {label: intern(label) for label in labels}
    queries._readable.cache_clear()
    for subject in (ADVISER, CLERK):
        assert set(readable_label_ids(subject)) == {told[label] for label in labels if may_read(subject, label)}
