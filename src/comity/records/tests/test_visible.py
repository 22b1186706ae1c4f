"""A merged list is the plain list of what a reader may read, in pages that lose and repeat nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.labels.queries import intern
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records.models import Record
from comity.records.tests.factories import label, subject, uuid_number
from comity.records.visible import COUNT_CAP, Page, count, page

pytestmark = pytest.mark.django_db
records = Record.objects.system("test")


def groups(numbers: Any) -> frozenset[str]:
    return frozenset(f"group {number}" for number in numbers)


def write(party: Party, rows: list[tuple[int, int]]) -> None:
    """Records at (key, number of their group); keys may be equal."""
    markings = {group: intern(label(party, groups=groups([group]))) for group in {group for _, group in rows}}
    records.bulk_create(
        Record(party=party, uuid=uuid_number(number), kind="a/1", label_id=markings[group], revision=key, log_index=key)
        for number, (key, group) in enumerate(rows)
    )


def walk(reader: Subject, *, limit: int, descending: bool) -> list[int]:
    found: list[int] = []
    after = None
    while True:
        this = page(
            records.filter(kind="a/1"), reader, key="log_index", after=after, limit=limit, descending=descending
        )
        assert len(this.rows) <= limit
        found += [row.pk for row in this.rows]
        if (after := this.after) is None:
            return found


def naive(reader: Subject, *, descending: bool) -> list[int]:
    sign = "-" if descending else ""
    ordered = Record.objects.visible_to(reader).filter(kind="a/1").order_by(f"{sign}log_index", f"{sign}pk")
    return list(ordered.values_list("pk", flat=True))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 5)), max_size=40),
    read=st.sets(st.integers(0, 6)),
    limit=st.integers(1, 9),
    descending=st.booleans(),
)
def test_it_is_the_plain_list(
    mission: Party, rows: list[tuple[int, int]], read: set[int], limit: int, descending: bool
) -> None:
    records.all().delete()
    write(mission, rows)
    reader = subject(mission, groups=groups(read))
    found = walk(reader, limit=limit, descending=descending)
    assert found == naive(reader, descending=descending)
    assert len(found) == sum(group in read for _, group in rows)
    assert count(records.filter(kind="a/1"), reader) == len(found)


@pytest.mark.parametrize("descending", [True, False])
def test_more_labels_than_one_statement_takes(mission: Party, descending: bool) -> None:
    write(mission, [(number % 97, number % 901) for number in range(1_200)])
    reader = subject(mission, groups=groups(range(900)))
    assert walk(reader, limit=100, descending=descending) == naive(reader, descending=descending)


def test_a_page_costs_a_bounded_number_of_statements(mission: Party) -> None:
    write(mission, [(number, number % 500) for number in range(1_000)])
    reader = subject(mission, groups=groups(range(500)))
    page(records.filter(kind="a/1"), reader, key="log_index")
    for limit in (1, 50):
        with CaptureQueriesContext(connection) as queries:
            page(records.filter(kind="a/1"), reader, key="log_index", limit=limit)
        assert len(queries) <= 4  # the state of the labels, two parts of the merge, the rows


@pytest.mark.sqlite
def test_each_label_is_read_in_the_order_of_its_index(mission: Party) -> None:
    write(mission, [(number, number % 5) for number in range(100)])
    reader = subject(mission, groups=groups(range(5)))
    with CaptureQueriesContext(connection) as queries:
        page(records, reader, key="log_index", after=(50, 9), limit=10)
    merge = next(query["sql"] for query in queries if "UNION ALL" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {merge}")
        plan = [row[3] for row in cursor.fetchall()]
    parts = [line for line in plan if "records_record" in line]
    assert len(parts) == 5
    assert all("USING COVERING INDEX record_by_label (label_id=? AND log_index<?)" in line for line in parts), plan


def test_a_list_is_empty_for_whoever_may_read_nothing(mission: Party, iraq: Party) -> None:
    write(mission, [(1, 1)])
    assert page(records, subject(iraq), key="log_index").rows == []


def test_what_was_marked_otherwise_meanwhile_is_not_shown(mission: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    write(mission, [(1, 1), (2, 1), (3, 1)])
    reader = subject(mission, groups=groups([1]))
    hidden = intern(label(mission, groups=groups([2])))
    first = records.earliest("pk")

    class Meanwhile(type(records)):  # type: ignore[misc]
        def in_bulk(self, *args: Any, **kwargs: Any) -> Any:
            records.filter(pk=first.pk).update(label=hidden)
            return super().in_bulk(*args, **kwargs)

    shown: Page[Record] = page(Meanwhile(Record), reader, key="log_index")
    assert first.pk not in {row.pk for row in shown.rows}
    assert len(shown.rows) == 2


def test_counts_stop_at_the_cap(mission: Party) -> None:
    write(mission, [(number, 1) for number in range(COUNT_CAP + 20)])
    assert count(records, subject(mission, groups=groups([1]))) == COUNT_CAP + 1
