"""Tables can be made anew from revisions, and any difference between the two is found."""

from typing import Any

import pytest
from django.db import connection

from comity.kernel.ids import PartyId
from comity.labels.domain import Label
from comity.labels.queries import intern
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records import codec, search
from comity.records.kinds import all_kinds
from comity.records.models import Record
from comity.records.rebuild import differences, rebuild
from comity.records.receive import receive
from comity.records.tests.factories import (
    AT,
    MANDATE,
    ORGANISATION,
    change,
    kind,
    label,
    organisation,
    text,
    travelling,
)
from comity.records.work import act

pytestmark = pytest.mark.django_db
organisations = kind(ORGANISATION).model.objects.system("test")


@pytest.fixture
def rows(planner: Subject, mission: Party, abroad: Party, shared: Label) -> list[Any]:
    """Own records and copies, changed, marked anew, and naming each other."""
    search.forget_all()  # what a test of its own transactions left: the index is no model, so nothing empties it
    made = [organisation(planner, shared, f"Number {number}") for number in range(5)]
    made.append(organisation(planner, shared, "Part", parent=made[0].record))
    change(made[1], planner, country="IQ")
    change(made[2], planner, label=label(mission))
    with act(planner, AT) as work:
        fields: dict[str, Any] = {
            "title": text("Mandate"),
            "purpose": text("Advice"),
            "institutions": [made[0].record, made[1].record],
        }
        work.create(kind(MANDATE).model, label=shared, **fields)
    receive([travelling(abroad, label(abroad, mission))], party=PartyId(abroad.pk), at=AT)
    return made


def state() -> list[Any]:
    found: list[Any] = []
    for each in all_kinds():
        table = list(each.model.objects.system("test").order_by("pk"))
        found += [(each.name, row.pk, row.label_id, codec.bodies([row])[row.pk]) for row in table]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM records_search ORDER BY 1")
        return [*found, *cursor.fetchall(), *Record.objects.system("test").order_by("pk").values()]


def test_a_rebuild_changes_nothing_that_was_right(rows: list[Any]) -> None:
    assert list(differences()) == []
    before = state()
    made = rebuild()
    assert (made["people.organisation/1"], made["programme.mandate/1"]) == (7, 1)
    assert list(differences()) == []
    assert state() == before


def _another_value(rows: list[Any]) -> None:
    organisations.filter(pk=rows[0].pk).update(country="XX")


def _another_ref(rows: list[Any]) -> None:
    organisations.filter(pk=rows[5].pk).update(parent=rows[1].pk)


def _no_row(rows: list[Any]) -> None:
    organisations.filter(pk=rows[0].pk).delete()


def _another_label(rows: list[Any]) -> None:
    organisations.filter(pk=rows[0].pk).update(label=organisations.get(pk=rows[2].pk).label_id)


def _another_link(rows: list[Any]) -> None:
    table, _ = codec.links(kind(MANDATE).model, "institutions")
    table.filter(record_id=rows[0].pk).delete()


def _a_row_too_many(rows: list[Any]) -> None:
    stub = Record.objects.system("test").create(party=rows[0].record.party, uuid=rows[0].record.uuid.__class__(int=1))
    kind(ORGANISATION).model(record=stub, label_id=rows[0].label_id, name=text("x"), nature="x").save(force_insert=True)


def _hidden_field(rows: list[Any]) -> None:
    organisations.filter(pk=rows[0].pk).update(beyond={"smuggled": 1})


def _head_under_another_label(rows: list[Any]) -> None:
    Record.objects.system("test").filter(pk=rows[2].pk).update(label=rows[0].label_id)


def _head_at_another_revision(rows: list[Any]) -> None:
    Record.objects.system("test").filter(pk=rows[1].pk).update(revision=1, log_index=rows[1].record.log_index)


DAMAGES = [
    _another_value, _another_ref, _no_row, _another_label, _another_link, _a_row_too_many, _hidden_field,
    _head_under_another_label, _head_at_another_revision,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=[damage.__name__.strip("_") for damage in DAMAGES])
def test_a_damage_is_found_and_mended(rows: list[Any], damage: Any) -> None:
    before = [line for line in state() if not isinstance(line, dict)]
    damage(rows)
    assert len(list(differences())) == 1
    rebuild()
    assert list(differences()) == []
    assert [line for line in state() if not isinstance(line, dict)] == before


def test_the_search_index_is_made_anew(rows: list[Any], planner: Subject, shared: Label) -> None:
    search.forget_all()
    search.index({99_999: (intern(shared), "people.organisation/1", {"name": "ghost"})})
    assert search.find("ghost", planner)
    rebuild()
    assert search.find("ghost", planner) == []
    assert len(search.find("number", planner)) == 5
