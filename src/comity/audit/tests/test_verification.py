"""Whoever touches the stored log is found out, and the place is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from comity.audit import verification
from comity.audit.log import TILE_LEVELS
from comity.audit.merkle import Frontier, leaf_hash
from comity.audit.models import Checkpoint, Entry, Head, Tile
from comity.audit.notes import Note, origin_of
from comity.audit.tests.entries import AT, fill, leaf
from comity.audit.tests.test_checkpoints import ONE, OTHER, sign
from comity.audit.verification import Problem, verify_entries

COUNT, SIGNED = 600, 400
entries, heads = Entry.objects.system("test"), Head.objects.system("test")
tiles, checkpoints = Tile.objects.system("test"), Checkpoint.objects.system("test")


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "CHUNK", 128)


@pytest.fixture(autouse=True)
def _filled(db: None) -> None:
    """600 entries, two complete subtrees, both parties' signatures under the first 400."""
    fill(SIGNED)
    sign(ONE)
    sign(OTHER)
    fill(COUNT - SIGNED, SIGNED)


def verify() -> Problem | None:
    return verify_entries(lambda index, leaf: None)


def found() -> Problem:
    problem = verify()
    assert problem is not None
    return problem


def flip(data: bytes | memoryview) -> bytes:
    """The last bit but some the other way."""
    raw = bytearray(data)
    raw[len(raw) // 2] ^= 1
    return bytes(raw)


def change(index: int, **columns: Any) -> None:
    assert entries.filter(index=index).update(**columns) == 1


def rewrite(index: int) -> None:
    """Replace an entry so well that it agrees with itself."""
    row = entries.get(index=index)
    row.data = bytes(row.data).replace(b'"actor":"account"', b'"actor":"another"')
    change(index, data=row.data, actor="another", leaf_hash=leaf_hash(row.data))


def rehash() -> None:
    """Compute head and subtrees anew over whatever is there."""
    frontier = Frontier(0, [])
    made = frontier.extend(
        (bytes(h) for h in entries.order_by("index").values_list("leaf_hash", flat=True)), TILE_LEVELS
    )
    heads.update(size=frontier.size, root=frontier.root(), frontier=bytes(frontier))
    tiles.delete()
    Tile.objects.system("test").bulk_create(Tile(level=one.level, index=one.index, hash=one.hash) for one in made)


def test_an_untouched_log_holds() -> None:
    assert verify() is None


def test_a_log_signed_to_its_end_holds() -> None:
    sign(ONE)
    assert verify() is None


def test_an_empty_log_holds() -> None:
    for table in (entries, heads, tiles, checkpoints):
        table.delete()
    assert verify() is None


@pytest.mark.parametrize("index", [0, 1, 127, 128, 255, 256, 399, 400, 599])
def test_a_flipped_bit_in_the_bytes_is_named(index: int) -> None:
    change(index, data=flip(entries.get(index=index).data))
    assert found().index == index


@pytest.mark.parametrize("index", [0, 255, 599])
def test_a_flipped_bit_in_the_hash_is_named(index: int) -> None:
    change(index, leaf_hash=flip(entries.get(index=index).leaf_hash))
    assert found().index == index


@pytest.mark.parametrize("index", [0, 1, 128, 255, 400, 598])
def test_a_deleted_row_is_named(index: int) -> None:
    entries.filter(index=index).delete()
    assert found() == Problem(index, "the entry is missing")


@pytest.mark.parametrize("end", [0, 1, 399, 400, 512, 599])
def test_a_truncated_tail_is_named(end: int) -> None:
    entries.filter(index__gte=end).delete()
    assert found().index == end
    assert "missing" in found().reason


@pytest.mark.parametrize("end", [0, 100, 256, 399])
def test_a_tail_truncated_with_everything_that_hangs_on_it_is_named_by_the_checkpoint(end: int) -> None:
    entries.filter(index__gte=end).delete()
    rehash()
    assert found().index == end
    assert "signed 400 entries" in found().reason


def test_a_log_thrown_away_altogether_is_named_by_the_checkpoint() -> None:
    for table in (entries, heads, tiles):
        table.delete()
    assert found().index == 0


@pytest.mark.parametrize(
    "columns",
    [{"event": "other"}, {"party": "other"}, {"actor": "other"}, {"about": ""}, {"at": AT + timedelta(microseconds=1)}],
)
def test_a_changed_column_is_named(columns: dict[str, Any]) -> None:
    change(300, **columns)
    assert found().index == 300
    assert "columns" in found().reason


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[]",
        b"",
        leaf(5).data(AT).replace(b'"v":1', b'"v":2'),
        leaf(5).data(AT).replace(b'"v":1', b'"v": 1'),
        leaf(5).data(AT).replace(b'"v":1', b'"v":1,"w":1'),
        leaf(5).data(AT).replace(b'"facts":{', b'"facts":[{').replace(b'},"party"', b'}],"party"'),
    ],
)
def test_bytes_that_are_no_leaf_are_named(data: bytes) -> None:
    change(5, data=data, leaf_hash=leaf_hash(data))
    assert found().index == 5
    assert "not a leaf" in found().reason


def test_an_entry_rewritten_with_its_hash_is_placed_by_its_subtree() -> None:
    rewrite(300)
    assert found().facts == {"first": 256, "last": 511} or found().facts == {
        "party": min(ONE, OTHER),
        "first": 0,
        "last": 399,
    }
    checkpoints.delete()
    assert (found().index, found().facts) == (256, {"first": 256, "last": 511})


def test_an_entry_rewritten_with_its_subtree_is_placed_by_the_root() -> None:
    rewrite(580)
    assert (found().index, found().facts) == (400, {"first": 400, "last": 599})


@pytest.mark.parametrize("index", [0, 150, 399])
def test_an_entry_rewritten_with_everything_that_hangs_on_it_is_placed_by_the_checkpoint(index: int) -> None:
    rewrite(index)
    rehash()
    assert found().facts["last"] == 399
    assert found().index <= index
    assert "signature" in found().reason


@pytest.mark.parametrize(
    "head", [{"size": 599}, {"size": 601}, {"root": bytes(32)}, {"frontier": b""}, {"frontier": bytes(32) * 4}]
)
def test_a_changed_head_is_found(head: dict[str, Any]) -> None:
    heads.update(**head)
    assert found().index in {400, 599, 600}


def test_a_lost_head_is_found() -> None:
    heads.delete()
    assert found().index == 0


def test_an_entry_beyond_the_end_is_found() -> None:
    Entry.objects.system("test").create(
        index=600, at=AT, event="e", party="p", actor="a", about="", data=b"{}", leaf_hash=leaf_hash(b"{}")
    )
    assert found() == Problem(600, "there are entries beyond the end of the log")


@pytest.mark.parametrize("place", [{"level": 8, "index": 2}, {"level": 16, "index": 0}, {"level": 9, "index": 0}])
def test_a_subtree_that_is_none_of_the_log_is_found(place: dict[str, int]) -> None:
    Tile.objects.system("test").create(hash=bytes(32), **place)
    assert "none of this log" in found().reason


@pytest.mark.parametrize(
    "wrong", [lambda: tiles.filter(index=1).delete(), lambda: tiles.filter(index=1).update(hash=bytes(32))]
)
def test_a_subtree_lost_or_changed_is_placed(wrong: Callable[[], object]) -> None:
    wrong()
    assert (found().index, found().facts["last"]) == (400, 511)
    checkpoints.delete()
    assert found().index == 256


@pytest.mark.parametrize("broken", [{"root": bytes(32)}, {"note": b""}, {"size": 399}])
def test_a_changed_checkpoint_is_found(broken: dict[str, Any]) -> None:
    checkpoints.filter(party=ONE).update(**broken)
    assert found().index in {broken.get("size", 400), 0}


def test_a_checkpoint_that_was_signed_for_another_root_is_found() -> None:
    checkpoints.filter(party=ONE).update(note=bytes(Note(origin_of(ONE), SIGNED, bytes(32), AT)))
    assert (found().index, found().reason) == (SIGNED, f"the checkpoint of party {ONE} says something else")


def test_each_leaf_is_shown_in_order_and_the_first_objection_is_named() -> None:
    seen: list[int] = []

    def object_to(index: int, leaf: dict[str, Any]) -> Problem | None:
        seen.append(index)
        assert leaf["facts"]["commitment"] == f"{index:064x}"
        return Problem(index, "not what is stored") if index >= 311 else None

    assert verify_entries(object_to) == Problem(311, "not what is stored")
    assert seen == list(range(312))


def test_appends_that_go_on_meanwhile_do_not_disturb() -> None:
    def append_more(index: int, leaf: dict[str, Any]) -> None:
        if index in {100, 599}:
            fill(200, 1_000)

    assert verify_entries(append_more) is None
    assert verify() is None
