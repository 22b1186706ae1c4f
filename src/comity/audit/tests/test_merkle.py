"""Merkle trees against the reference vectors and against the standard's own recursive definitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    Subtree,
    consistency_path,
    inclusion_path,
    leaf_hash,
    perfect_in,
    root_by,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from comity.audit.tests.trees import LEAVES, ROOTS, leaf_hashes, mth, path, subproof

HASHES = [leaf_hash(leaf) for leaf in LEAVES]
sizes = st.integers(1, 70)


def test_the_empty_tree() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of([]) == EMPTY_ROOT
    assert root_by(0, perfect_in([])) == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_reference_roots(size: int) -> None:
    assert root_of(HASHES[:size]).hex() == ROOTS[size - 1]
    assert root_by(size, perfect_in(HASHES)).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(
    ("index", "size", "expected"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (
            1,
            5,
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_reference_inclusion_paths(index: int, size: int, expected: list[str]) -> None:
    assert [sibling.hex() for sibling in inclusion_path(index, size, perfect_in(HASHES))] == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_reference_consistency_paths(first: int, second: int, expected: list[str]) -> None:
    assert [sibling.hex() for sibling in consistency_path(first, second, perfect_in(HASHES))] == expected


@pytest.mark.parametrize("size", [*range(1, 20), 31, 32, 33, 64, 65])
def test_roots_and_paths_are_those_of_the_definition(size: int) -> None:
    leaves = leaf_hashes(size)
    perfect, root = perfect_in(leaves), mth(leaves)
    assert root_of(leaves) == root
    assert root_by(size, perfect) == root
    for index in range(size):
        made = inclusion_path(index, size, perfect)
        assert made == path(index, leaves)
        assert verify_inclusion(leaves[index], index, size, made, root)
    for first in range(1, size + 1):
        made = consistency_path(first, size, perfect)
        assert made == subproof(first, leaves)
        assert verify_consistency(first, size, mth(leaves[:first]), root, made)


@given(st.lists(st.integers(0, 40), max_size=6), st.integers(0, 300))
def test_a_frontier_grown_in_any_steps_is_the_tree(steps: list[int], start: int) -> None:
    leaves = leaf_hashes(start + sum(steps))
    frontier = Frontier(0, [])
    frontier.extend(leaves[:start])
    for step in steps:
        frontier = Frontier.of(frontier.size, bytes(frontier))  # as if read from the table again
        frontier.extend(leaves[frontier.size : frontier.size + step])
    assert frontier.size == len(leaves)
    assert frontier.root() == mth(leaves)


def test_completed_subtrees_are_given_as_they_come() -> None:
    leaves = leaf_hashes(13)
    frontier = Frontier(0, [])
    assert frontier.extend(leaves[:7], levels=(2,)) == [Subtree(2, 0, mth(leaves[:4]))]
    assert frontier.extend(leaves[7:], levels=(2, 3)) == [
        Subtree(2, 1, mth(leaves[4:8])),
        Subtree(3, 0, mth(leaves[:8])),
        Subtree(2, 2, mth(leaves[8:12])),
    ]


@pytest.mark.parametrize(("size", "data"), [(1, b""), (0, bytes(32)), (3, bytes(32)), (2, bytes(31)), (-1, b"")])
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, data: bytes) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Frontier.of(size, data)


@given(sizes, st.data())
def test_one_broken_thing_breaks_an_inclusion_proof(size: int, data: st.DataObject) -> None:
    leaves, index = leaf_hashes(size), data.draw(st.integers(0, size - 1))
    proof, root = inclusion_path(index, size, perfect_in(leaves)), mth(leaves)
    assert verify_inclusion(leaves[index], index, size, proof, root)
    assert not verify_inclusion(flip(leaves[index], data), index, size, proof, root)
    assert not verify_inclusion(leaves[index], index, size, proof, flip(root, data))
    assert not verify_inclusion(leaves[index], index, size, [*proof, proof[-1] if proof else root], root)
    other = data.draw(st.integers(-3, size + 3).filter(lambda number: number != index))
    assert not verify_inclusion(leaves[index], other, size, proof, root)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not verify_inclusion(
            leaves[index], index, size, [*proof[:place], flip(proof[place], data), *proof[place + 1 :]], root
        )
        assert not verify_inclusion(leaves[index], index, size, proof[:place] + proof[place + 1 :], root)
        assert not verify_inclusion(leaves[index], index, size, [*proof[:place], b"", *proof[place + 1 :]], root)


@given(sizes, st.data())
def test_one_broken_thing_breaks_a_consistency_proof(second: int, data: st.DataObject) -> None:
    leaves, first = leaf_hashes(second), data.draw(st.integers(1, second))
    proof, old, new = consistency_path(first, second, perfect_in(leaves)), mth(leaves[:first]), mth(leaves)
    assert verify_consistency(first, second, old, new, proof)
    assert not verify_consistency(first, second, flip(old, data), new, proof)
    assert not verify_consistency(first, second, old, flip(new, data), proof)
    assert not verify_consistency(first, second, old, new, [*proof, old])
    assert not verify_consistency(second + 1, second, old, new, proof)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof[:place], flip(proof[place], data), *proof[place + 1 :]]
        assert not verify_consistency(first, second, old, new, changed)
        assert not verify_consistency(first, second, old, new, proof[:place] + proof[place + 1 :])


def test_every_tree_is_consistent_with_the_empty_one() -> None:
    root = mth(leaf_hashes(5))
    assert consistency_path(0, 5, perfect_in(leaf_hashes(5))) == []
    assert verify_consistency(0, 5, EMPTY_ROOT, root, [])
    assert not verify_consistency(0, 5, root, root, [])
    assert not verify_consistency(0, 5, EMPTY_ROOT, root, [root])


def test_a_tree_does_not_pass_for_one_of_more_levels() -> None:
    leaves = leaf_hashes(5)
    proof = consistency_path(4, 5, perfect_in(leaves))
    assert verify_consistency(4, 5, mth(leaves[:4]), mth(leaves), proof)
    assert not verify_consistency(4, 9, mth(leaves[:4]), mth(leaves), proof)


def test_an_entry_before_the_first_size_cannot_be_rewritten() -> None:
    leaves = leaf_hashes(11)
    rewritten = [*leaves[:3], leaf_hash(b"other"), *leaves[4:]]
    for first in range(4, 11):
        forged = consistency_path(first, 11, perfect_in(rewritten))
        assert not verify_consistency(first, 11, mth(leaves[:first]), mth(rewritten), forged)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_path_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_path(index, size, perfect_in(leaf_hashes(3)))


def test_there_is_no_path_from_a_larger_tree() -> None:
    with pytest.raises(ValueError, match="smaller"):
        consistency_path(4, 3, perfect_in(leaf_hashes(4)))


def flip(digest: bytes, data: st.DataObject) -> bytes:
    """One bit the other way."""
    bit = data.draw(st.integers(0, len(digest) * 8 - 1))
    return (int.from_bytes(digest, "big") ^ 1 << bit).to_bytes(len(digest), "big")
