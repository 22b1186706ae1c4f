"""A page carries the highest marking of what it shows."""

from dataclasses import replace

import pytest

from comity.kernel.ids import PartyId
from comity.labels.domain import Classification, Label, Tlp
from comity.shell.marking import highest, marking_of

NAMES = {PartyId("n" * 52): "NATO Mission Iraq", PartyId("i" * 52): "Republic of Iraq"}
SHARED = Label("PARTNERSHIP", Classification.UNCLASSIFIED, frozenset(NAMES))
OWN = replace(SHARED, releasable_to=frozenset({PartyId("n" * 52)}))
GENERATED = replace(SHARED, policy="SYNTHETIC")


def test_a_marking_names_the_parties():
    assert marking_of(SHARED, NAMES).words == "UNCLASSIFIED · releasable to NATO Mission Iraq, Republic of Iraq"


def test_a_party_without_a_name_here_is_shown_by_its_id():
    assert "iiiiiiii" in marking_of(SHARED, {}).words


def test_generated_data_are_told_apart_in_a_louder_way_than_words():
    marking = marking_of(GENERATED, NAMES)
    assert marking.synthetic
    assert "SYNTHETIC" not in marking.words


def test_a_page_without_records_has_no_marking():
    assert highest([], NAMES) is None


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (replace(SHARED, classification=Classification.RESTRICTED), "RESTRICTED"),
        (replace(SHARED, groups=frozenset({"handover"})), "handover"),
        (replace(SHARED, tlp=Tlp.AMBER), "TLP:AMBER"),
        (replace(SHARED, exchange_never=True), "never exchanged"),
    ],
)
def test_a_page_is_as_narrow_as_the_narrowest_it_shows(other, said):
    for labels in ([SHARED, other], [other, SHARED]):
        together = highest(labels, NAMES)
        assert together
        assert said in together.words


def test_a_page_is_releasable_only_to_those_who_may_have_all_of_it():
    together = highest([SHARED, OWN], NAMES)
    assert together
    assert "Republic of Iraq" not in together.words


def test_a_page_that_mixes_real_and_generated_is_real():
    mixed, made = highest([GENERATED, SHARED], NAMES), highest([GENERATED, GENERATED], NAMES)
    assert mixed
    assert not mixed.synthetic
    assert made
    assert made.synthetic
