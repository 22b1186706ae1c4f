"""References to records that come last, or never: whatever the order, and however it is cut into frames, what is known
in the end is the same, and what has not come is only known to exist.
"""

from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from comity.kernel.ids import PartyId, RecordId
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records import search
from comity.records.models import Record
from comity.records.rebuild import differences
from comity.records.receive import Received, receive
from comity.records.resolve import resolve
from comity.records.tests.factories import (
    LATER,
    MANDATE,
    ORGANISATION,
    kind,
    label,
    text,
    travelling,
    uuid_number,
)
from comity.records.verification import verify_log

pytestmark = pytest.mark.django_db
PARENTS = {1: None, 2: 1, 3: 2, 4: 2}
MANDATED = (3, 4, 9)
"""What the mandate, number 5, names; nobody ever sends 9."""


STUBS: dict[int | None, list[Any]] = {
    None: [],
    0: [uuid_number(1), uuid_number(9)],
    1: [uuid_number(2), uuid_number(9)],
}
"""By which of the items is missing: what the first four of the rest name, and what has not come."""


@pytest.fixture
def items(abroad: Party, mission: Party) -> list[Received]:
    """Four organisations in a tree, a mandate about two of them and a third, and a later state of the second."""
    sent = label(abroad, mission)

    def named(number: int) -> str:
        return str(RecordId(PartyId(abroad.pk), uuid_number(number)))

    def office(number: int, revision: int, parent: int | None) -> Received:
        body: dict[str, Any] = {"name": text(f"Office {number}, {revision}"), "nature": "office"}
        if parent is not None:
            body["parent"] = named(parent)
        return travelling(abroad, sent, number, revision=revision, body=body)

    about = {"title": text("Mandate"), "purpose": text("Advice"), "institutions": sorted(map(named, MANDATED))}
    return [
        *(office(number, 1, parent) for number, parent in PARENTS.items()),
        travelling(abroad, sent, 5, kind=f"{MANDATE}/1", body=about),
        office(2, 2, None),
    ]


def known(abroad: Party, batches: Sequence[Sequence[Received]], reader: Subject) -> dict[str, Any]:
    """What is known once these came, in this order; afterwards nothing has happened."""
    with transaction.atomic():
        for batch in batches:
            outcome = receive(batch, party=PartyId(abroad.pk), at=LATER)
            assert not outcome.held
        records = list(Record.objects.system("test").filter(party=abroad).order_by("uuid"))
        cards = resolve([record.pk for record in records], reader, "en")
        offices = kind(ORGANISATION).model.objects.system("test").select_related("parent")
        assert list(differences()) == []
        assert verify_log() is None
        found = {
            "records": [(record.uuid, record.kind, record.revision) for record in records if record.revision],
            "cards": [cards[record.pk].title for record in records if cards[record.pk].shown],
            "stubs": [record.uuid for record in records if not record.revision and not cards[record.pk].shown],
            "parents": sorted((str(row.record.uuid), str(row.parent and row.parent.uuid)) for row in offices),
            "found": sorted(str(hit.record_pk in cards) for hit in search.find("office", reader)),
        }
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("missing", [None, 0, 1])
def test_in_every_order_the_same_is_known_in_the_end(
    abroad: Party, items: list[Received], planner: Subject, missing: int | None
):
    came = [item for number, item in enumerate(items) if number != missing][:4]  # 24 orders
    expected = known(abroad, [came], planner)
    assert expected["stubs"] == STUBS[missing]
    for order in permutations(came):
        assert known(abroad, [[item] for item in order], planner) == expected


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_in_any_order_and_any_frames_the_same_is_known_in_the_end(
    abroad: Party, items: list[Received], planner: Subject, data: st.DataObject
):
    absent = data.draw(st.sets(st.integers(0, len(items) - 1), max_size=3))
    came = [item for number, item in enumerate(items) if number not in absent]
    order = data.draw(st.permutations(came))
    twice = data.draw(st.lists(st.sampled_from(came), max_size=2))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=3)))
    edges = [0, *cuts, len(order)]
    batches = [order[one:other] for one, other in pairwise(edges)]
    one, other = known(abroad, [*batches, twice], planner), known(abroad, [came], planner)
    one.pop("stubs")  # what only an earlier state of a record names is a stub where that state came alone
    other.pop("stubs")
    assert one == other
