"""Tables point down the house, and across domains only at records."""

from pathlib import Path

import pytest
from django.apps import apps

from tests.house.layers import House, house
from tests.house.relations import Relation, breach, breaches, generic_relations, relations


@pytest.fixture
def ours(root: Path) -> House:
    return house(root)


def test_every_table_points_down_the_house(ours):
    assert breaches(relations(apps.get_models(include_auto_created=True)), ours) == []


def test_no_table_points_at_anything_at_all():
    assert generic_relations(apps.get_models()) == []


def test_relations_of_the_house_are_found():
    found = set(relations(apps.get_models(include_auto_created=True)))
    assert any(relation.source_room == "records" and relation.target_room == "parties" for relation in found)
    assert any(relation.source_room == "programme" and relation.target == "Record" for relation in found)


@pytest.mark.parametrize(
    ("source", "target"),
    [("programme", "records"), ("records", "parties"), ("records", "records"), ("accounts", "labels")],
)
def test_a_relation_down_the_house_may_be(ours, source, target):
    assert breach(Relation(source, "A.b", target, "B"), ours) == ""


@pytest.mark.parametrize(
    ("source", "target", "word"),
    [
        ("records", "programme", "another domain"),
        ("programme", "people", "another domain"),
        ("desk", "programme", "another domain"),
        ("parties", "records", "points up"),
        ("labels", "files", "points up"),
        ("programme", "", "out of the house"),
    ],
)
def test_a_relation_against_the_order_is_told(ours, source, target, word):
    assert word in breach(Relation(source, "A.b", target, "B"), ours)


def test_siblings_never_use_each_other(ours):
    assert not ours.may_use("labels", "files")
    assert ours.may_use("records", "labels")
