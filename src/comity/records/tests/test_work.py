"""The unit of work: all of an act is durable, or none of it; only owners write, and nobody overwrites unseen."""

from typing import Any

import pytest
from django.db import connection

from comity.audit.models import Entry
from comity.kernel.errors import NotYours, StaleRevision
from comity.labels.domain import Label
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records import search
from comity.records.models import Record, Revision
from comity.records.resolve import body_of
from comity.records.schema import BodyUnfit
from comity.records.tests.factories import (
    AT,
    LATER,
    MANDATE,
    ORGANISATION,
    change,
    kind,
    label,
    organisation,
    subject,
    text,
)
from comity.records.verification import verify_log
from comity.records.work import act, together

pytestmark = pytest.mark.django_db
records = Record.objects.system("test")
revisions = Revision.objects.system("test")


def entries(event: str = "revision") -> list[dict[str, Any]]:
    rows = Entry.objects.system("test").filter(event=event).order_by("index")
    return [{"index": row.index, "about": row.about, "party": row.party, "actor": row.actor} for row in rows]


def counts() -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_search")
        found = cursor.fetchone()[0]
    table = kind(ORGANISATION).model.objects.system("test")
    return records.count(), revisions.count(), table.count(), Entry.objects.system("test").count(), found


def test_a_record_its_revision_and_its_entry_are_written_together(planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared)
    record = records.get(pk=row.pk)
    revision = revisions.get(record=record)
    assert entries() == [
        {"index": revision.log_index, "about": str(record.rid), "party": planner.party, "actor": "someone"}
    ]
    assert (record.revision, record.log_index, record.kind) == (1, revision.log_index, "people.organisation/1")
    assert body_of(bytes(revision.body or b""))["name"] == text("Ministry")
    assert [hit.record_pk for hit in search.find("ministry", planner)] == [record.pk]
    assert verify_log() is None


def test_what_the_caller_holds_says_where_the_record_stands(planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared)
    stored = records.get(pk=row.pk)
    assert (row.record.revision, row.record.log_index) == (stored.revision, stored.log_index) == (1, stored.log_index)


def test_each_revision_has_one_entry_in_the_order_of_commits(planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared)
    other = organisation(planner, shared, "Another")
    change(row, planner, name=text("Renamed"))
    stored = list(revisions.order_by("log_index").values_list("record", "number", "log_index"))
    assert [(pk, number) for pk, number, _ in stored] == [(row.pk, 1), (other.pk, 1), (row.pk, 2)]
    assert [index for *_, index in stored] == [entry["index"] for entry in entries()]


def test_several_changes_in_one_act_are_one_revision(planner: Subject, shared: Label) -> None:
    with act(planner, AT) as work:
        row = work.create(kind(ORGANISATION).model, label=shared, name=text("One"), nature="ministry")
        work.revise(row, expected_revision=0, name=text("Two"))
        work.revise(row, expected_revision=0, country="IQ")
    body = body_of(bytes(revisions.get(record=row.pk).body or b""))
    assert (body["name"], body["country"], revisions.count()) == (text("Two"), "IQ", 1)


def test_an_act_inside_another_joins_it(planner: Subject, shared: Label) -> None:
    with act(planner, AT) as outer:
        with act(planner, LATER) as inner:
            assert inner is outer
        row = organisation(planner, shared)
        assert not revisions.exists()  # nothing is logged before the outermost ends
    assert revisions.get(record=row.pk).at == AT


def test_an_act_of_somebody_else_does_not_join(planner: Subject, host: Subject, shared: Label) -> None:
    with pytest.raises(NotYours), act(planner, AT):
        organisation(planner, shared)
        organisation(host, shared)
    assert not records.exists()


def test_after_an_exception_nothing_is_written(planner: Subject, shared: Label) -> None:
    first = organisation(planner, shared)
    before = counts()
    with pytest.raises(RuntimeError), act(planner, LATER) as work:
        organisation(planner, shared, "Lost")
        work.revise(first, expected_revision=1, name=text("Lost too"))
        work.note("signed-in")
        raise RuntimeError
    assert counts() == before
    assert kind(ORGANISATION).model.objects.system("test").get(pk=first.pk).name == text("Ministry")
    assert search.find("lost", planner) == []
    with act(planner, LATER):  # and the next act starts afresh
        pass
    assert counts() == before


def test_a_note_is_an_entry_without_a_revision(planner: Subject) -> None:
    with act(planner, AT) as work:
        work.note("signed-in", None, way="password")
    assert [entry["about"] for entry in entries("signed-in")] == [""]
    assert not revisions.exists()


def test_what_no_other_node_could_read_is_not_logged(planner: Subject, shared: Label) -> None:
    before = counts()
    with pytest.raises(BodyUnfit) as refusal:
        organisation(planner, shared, {"original": "en", "text": {"en": {"not": "a text"}}})
    assert refusal.value.field == "name"
    assert counts() == before


def test_a_stale_revision_is_refused(planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared)
    change(row, planner, name=text("First"))
    before = counts()
    with pytest.raises(StaleRevision), act(planner, LATER) as work:
        work.revise(row, expected_revision=1, name=text("Second"))
    assert counts() == before


def test_a_change_between_reading_and_the_end_of_the_act_is_noticed(planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared)
    with pytest.raises(StaleRevision), act(planner, LATER) as work:
        work.revise(row, expected_revision=1, name=text("Mine"))
        records.filter(pk=row.pk).update(revision=2)  # as another writer would, on a database that lets two write
    assert revisions.count() == 1


def test_a_copy_is_read_only(planner: Subject, host: Subject, shared: Label) -> None:
    row = organisation(host, shared)
    with pytest.raises(NotYours), act(planner, LATER) as work:
        work.revise(row, expected_revision=1, name=text("Taken"))
    assert revisions.count() == 1


def test_refs_to_several_records_are_replaced(planner: Subject, shared: Label) -> None:
    one, two, three = (organisation(planner, shared, name) for name in ("One", "Two", "Three"))
    with act(planner, AT) as work:
        fields: dict[str, Any] = {
            "title": text("Mandate"),
            "purpose": text("Advice"),
            "institutions": [one.record, two.record],
        }
        row = work.create(kind(MANDATE).model, label=shared, **fields)
    change(row, planner, institutions=[three.record, two.record])
    bodies = [body_of(bytes(r.body or b"")) for r in revisions.filter(record=row.pk).order_by("number")]
    assert bodies[0]["institutions"] == sorted([str(one.record.rid), str(two.record.rid)])
    assert bodies[1]["institutions"] == sorted([str(two.record.rid), str(three.record.rid)])


def test_a_new_label_is_that_of_the_new_revision_alone(planner: Subject, mission: Party, shared: Label) -> None:
    row = organisation(planner, shared)
    change(row, planner, label=label(mission))
    by_number = list(revisions.order_by("number").values_list("label", flat=True))
    assert by_number[0] != by_number[1]
    assert records.get(pk=row.pk).label_id == by_number[1]
    assert kind(ORGANISATION).model.objects.system("test").get(pk=row.pk).label_id == by_number[1]


def test_acts_of_two_parties_are_undone_together(planner: Subject, host: Subject, shared: Label) -> None:
    before = counts()
    with pytest.raises(RuntimeError), together():
        organisation(planner, shared)
        organisation(host, shared)
        raise RuntimeError
    assert counts() == before


def test_acts_of_two_parties_are_done_together(planner: Subject, host: Subject, shared: Label) -> None:
    with together():
        organisation(planner, shared)
        organisation(host, shared)
    assert [entry["party"] for entry in entries()] == [planner.party, host.party]
    assert verify_log() is None


def test_a_subject_is_told_from_another_of_the_same_party(planner: Subject, mission: Party, shared: Label) -> None:
    with pytest.raises(NotYours), act(planner, AT):
        organisation(subject(mission, account="another"), shared)
