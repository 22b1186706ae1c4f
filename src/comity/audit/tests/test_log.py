"""Appending: in a transaction, in order, with everything that hangs on it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from comity.audit.log import Leaf, LogDamaged, OutsideTransaction, append, head
from comity.audit.merkle import EMPTY_ROOT, leaf_hash
from comity.audit.models import Entry, Head, Tile
from comity.audit.scoped import Unscoped
from comity.audit.tests.entries import AT, fill, leaf
from comity.audit.tests.trees import mth
from comity.kernel.canonical import NotEncodable

entries = Entry.objects.system("test")


@pytest.mark.django_db
def test_an_empty_log_has_the_empty_root() -> None:
    assert (head().size, head().root) == (0, EMPTY_ROOT)
    assert fill(0) == 0


@pytest.mark.django_db
def test_indices_are_contiguous_and_the_first_is_returned() -> None:
    assert [fill(3), fill(1, 3), fill(0), fill(5, 4)] == [0, 3, 4, 4]
    assert list(entries.order_by("index").values_list("index", flat=True)) == list(range(9))
    assert head().size == 9


@pytest.mark.django_db
def test_the_root_is_that_of_the_leaves() -> None:
    fill(2)
    fill(5, 2)
    assert head().root == mth([leaf_hash(leaf(number).data(AT)) for number in range(7)])


@pytest.mark.django_db
def test_a_leaf_is_canonical_json_and_the_columns_repeat_it() -> None:
    fill(1)
    row = entries.get(index=0)
    assert bytes(row.data) == (
        b'{"about":"party/0","actor":"account","at":"2026-03-01T09:00:00.123456Z","event":"revision",'
        b'"facts":{"commitment":"' + b"0" * 64 + b'","revision":1},"party":"party","v":1}'
    )
    assert bytes(row.leaf_hash) == leaf_hash(bytes(row.data))
    assert (row.at, row.event, row.party, row.actor, row.about) == (AT, "revision", "party", "account", "party/0")


@pytest.mark.django_db
def test_moments_are_found_by_the_database() -> None:
    fill(1)
    fill(1, 1, datetime(2026, 3, 2, tzinfo=UTC))
    assert entries.filter(at__gt=AT).count() == 1
    assert entries.filter(at=AT).count() == 1


@pytest.mark.django_db
def test_complete_subtrees_are_kept() -> None:
    fill(200)
    assert not Tile.objects.system("test").exists()
    fill(400, 200)
    hashes = [leaf_hash(leaf(number).data(AT)) for number in range(600)]
    kept = [(tile.level, tile.index, bytes(tile.hash)) for tile in Tile.objects.system("test").order_by("index")]
    assert kept == [(8, 0, mth(hashes[:256])), (8, 1, mth(hashes[256:512]))]


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_appended() -> None:
    with pytest.raises(OutsideTransaction):
        append([leaf(0)], AT)
    assert head().size == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_on_the_log() -> None:
    fill(2)
    root = head().root
    with transaction.atomic():
        append([leaf(2)], AT)
        transaction.set_rollback(True)
    assert head().root == root
    assert fill(1, 2) == 2


@pytest.mark.django_db
def test_facts_without_a_canonical_form_are_refused() -> None:
    with pytest.raises(NotEncodable):
        append([leaf(0), Leaf("e", "p", "a", "", {"share": 0.5})], AT)  # type: ignore[dict-item]
    assert head().size == 0


@pytest.mark.django_db
def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        append([leaf(0)], AT.replace(tzinfo=None))


@pytest.mark.django_db
@pytest.mark.parametrize("damage", [{"size": 2}, {"size": 4}, {"root": bytes(32)}, {"frontier": b""}])
def test_nothing_is_built_on_a_damaged_head(damage: dict[str, object]) -> None:
    fill(3)
    Head.objects.system("test").update(**damage)
    with pytest.raises(LogDamaged):
        fill(1, 3)


@pytest.mark.django_db
def test_a_lost_head_does_not_begin_a_second_log() -> None:
    fill(3)
    Head.objects.system("test").delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        fill(1)


@pytest.mark.django_db
def test_reads_without_a_reason_are_refused() -> None:
    for read in (Entry.objects.all, Entry.objects.count, lambda: Entry.objects.filter(index=0), Head.objects.first):
        with pytest.raises(Unscoped):
            read()
    with pytest.raises(Unscoped):
        Entry.objects.system("")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_writers_at_once_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer by nature")
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for step in range(10):
                fill(3, number * 100 + step)
        except BaseException as error:  # noqa: BLE001  (told to the test's own thread)
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    rows = entries.order_by("index").values_list("index", "data")
    assert [index for index, _ in rows] == list(range(120))
    assert head().root == mth([leaf_hash(bytes(data)) for _, data in rows])
