"""Proofs from the stored log: made from few rows, checked by anybody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from comity.audit import standalone
from comity.audit.documents import (
    ConsistencyProof,
    InclusionProof,
    NotAProof,
    check,
    check_consistency,
)
from comity.audit.log import LogDamaged, head
from comity.audit.merkle import consistency_path, inclusion_path, leaf_hash, perfect_in
from comity.audit.models import Entry, Tile
from comity.audit.proofs import consistency, inclusion
from comity.audit.tests.entries import AT, fill, leaf
from comity.audit.tests.trees import leaf_hashes, mth, path
from comity.kernel.errors import NotFound

COUNT = 1_300


@pytest.fixture
def _filled(db: None) -> None:
    fill(COUNT)


def travelled(proof: InclusionProof | ConsistencyProof) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(proof.json()))
    return read


@pytest.mark.usefixtures("_filled")
def test_an_entry_is_proved_in_the_log_as_it_stands_and_as_it_stood() -> None:
    hashes = [leaf_hash(leaf(number).data(AT)) for number in range(COUNT)]
    for index in (0, 1, 255, 256, 700, 1023, 1024, 1279, 1280, 1299):
        for size in (None, index + 1, 1024, 1025, 1280, 1281):
            if size is not None and size <= index:
                continue
            proof = inclusion(index, size)
            assert proof.size == (size or COUNT)
            assert list(proof.path) == path(index, hashes[: proof.size])
            assert proof.root == mth(hashes[: proof.size])
            assert check(travelled(proof))
            assert standalone.check(travelled(proof))
            assert InclusionProof.of(travelled(proof)) == proof
    assert inclusion(5).root == head().root


@pytest.mark.usefixtures("_filled")
def test_the_log_is_proved_to_have_grown_only() -> None:
    hashes = [leaf_hash(leaf(number).data(AT)) for number in range(COUNT)]
    for first in (0, 1, 255, 256, 257, 1024, 1025, 1299, 1300):
        for second in (None, 1025, 1280, 1299):
            if second is not None and second < first:
                continue
            proof = consistency(first, second)
            assert (proof.first_root, proof.second_root) == (mth(hashes[:first]), mth(hashes[: proof.second]))
            assert check_consistency(travelled(proof))
            assert ConsistencyProof.of(travelled(proof)) == proof


@pytest.mark.usefixtures("_filled")
@pytest.mark.parametrize(("index", "size"), [(-1, None), (COUNT, None), (0, 0), (5, 5), (0, COUNT + 1)])
def test_there_is_no_proof_of_what_is_not_there(index: int, size: int | None) -> None:
    with pytest.raises(NotFound):
        inclusion(index, size)


@pytest.mark.usefixtures("_filled")
@pytest.mark.parametrize(("first", "second"), [(-1, None), (3, 2), (0, COUNT + 1)])
def test_there_is_no_proof_of_sizes_that_never_were(first: int, second: int | None) -> None:
    with pytest.raises(NotFound):
        consistency(first, second)


@pytest.mark.usefixtures("_filled")
def test_a_proof_reads_few_blocks() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        inclusion(300)
    assert len(queries) <= 6  # head, leaf, its block of leaves, the last block, subtrees


@pytest.mark.usefixtures("_filled")
def test_no_proof_is_made_from_a_damaged_log() -> None:
    entries, tiles = Entry.objects.system("test"), Tile.objects.system("test")
    entries.filter(index=10).update(leaf_hash=bytes(32))
    with pytest.raises(LogDamaged):
        inclusion(9)
    tiles.filter(level=8, index=2).update(hash=bytes(32))
    with pytest.raises(LogDamaged):
        inclusion(1290)
    with pytest.raises(LogDamaged):
        consistency(1280)
    tiles.filter(level=8, index=4).delete()
    with pytest.raises(LogDamaged):
        inclusion(500, 1290)  # an older root, too, is only computed from what is all there
    tiles.filter(level=8, index=2).delete()
    with pytest.raises(LogDamaged):
        inclusion(1290)
    entries.filter(index=1290).delete()
    with pytest.raises(LogDamaged):
        inclusion(1290)


def allowed(index: int = 5, size: int = 11) -> dict[str, Any]:
    """A proof that holds, made without a database."""
    hashes = [leaf_hash(str(number).encode()) for number in range(size)]
    siblings = tuple(inclusion_path(index, size, perfect_in(hashes)))
    return travelled(InclusionProof(index, size, str(index).encode(), hashes[index], siblings, mth(hashes)))


def test_the_proof_that_the_refusals_start_from_holds() -> None:
    assert check(allowed())
    assert standalone.check(allowed())


def test_the_last_leaf_of_a_log_does_not_pass_for_the_only_one() -> None:
    lying = {**allowed(10, 11), "index": 0, "size": 1}
    assert not check(lying)
    assert not standalone.check(lying)


def test_the_check_to_copy_looks_at_the_leaf() -> None:
    for broken in ({"leaf": "eA=="}, {"leaf_hash": "00" * 32}):
        assert not standalone.check({**allowed(), **broken})


@pytest.mark.parametrize(
    "broken",
    [
        {"leaf": "eA=="},
        {"leaf": "!"},
        {"leaf": 5},
        {"index": 4},
        {"index": True},
        {"index": "5"},
        {"size": 5},
        {"size": 1.0},
        {"leaf_hash": "00" * 32},
        {"leaf_hash": "AB" * 32},
        {"root": "00" * 32},
        {"root": None},
        {"path": []},
        {"path": "ab"},
        {"path": ["00" * 32] * 4},
        {"path": ["00"] * 4},
        {"path": [None]},
    ],
)
def test_one_broken_thing_is_refused(broken: dict[str, Any]) -> None:
    assert not check({**allowed(), **broken})


def test_another_document_is_no_proof() -> None:
    assert not check({})
    assert not check_consistency({})
    with pytest.raises(NotAProof):
        InclusionProof.of({})
    with pytest.raises(NotAProof):
        ConsistencyProof.of(allowed())


@given(st.integers(1, 60), st.data())
def test_the_check_to_copy_says_what_ours_says(size: int, data: st.DataObject) -> None:
    proof = allowed(data.draw(st.integers(0, size - 1)), size)
    change = data.draw(st.sampled_from(["nothing", "index", "size", "shorter", "longer", "root", "swap"]))
    if change in {"index", "size"}:
        proof[change] = data.draw(st.integers(-2, 70))
    elif change == "shorter":
        proof["path"] = proof["path"][:-1]
    elif change == "longer":
        proof["path"] = [*proof["path"], proof["root"]]
    elif change == "root":
        proof["root"] = leaf_hashes(1)[0].hex()
    elif change == "swap":
        proof["path"] = proof["path"][::-1]
    assert standalone.check(proof) == check(proof)
    assert check(proof) or change != "nothing"


@given(st.integers(1, 40), st.integers(1, 40))
def test_a_consistency_proof_with_one_broken_thing_is_refused(one: int, other: int) -> None:
    first, second = sorted((one, other))
    hashes = leaf_hashes(second)
    siblings = tuple(consistency_path(first, second, perfect_in(hashes)))
    proof = travelled(ConsistencyProof(first, second, mth(hashes[:first]), mth(hashes), siblings))
    assert check_consistency(proof)
    wrong = "00" * 32
    for broken in (
        {"first_root": wrong},
        {"second_root": wrong},
        {"path": [*proof["path"], wrong]},
        {"first": "1"},
        {"path": None},
    ):
        assert not check_consistency({**proof, **broken})
