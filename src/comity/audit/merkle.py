"""Merkle trees as RFC 6962 (section 2.1) defines them. Pure functions over bytes.

A tree over n leaves has one root hash. A short path proves that a leaf is in it (inclusion), another that a larger tree
only adds leaves to a smaller one (consistency). Hashes are SHA-256; leaves and inner nodes are hashed under different
prefixes, so that neither can pass for the other.

A *perfect* subtree at (level, index) covers the leaves from index·2^level up to but not including (index + 1)·2^level.
A *frontier* is what must be kept to add leaves: the roots of the perfect subtrees that make up the tree, largest first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Perfect = Callable[[int, int], bytes]
"""Gives the root of the perfect subtree at (level, index)."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Subtree:
    """The root of a perfect subtree and where it stands."""

    level: int
    index: int
    hash: bytes


@dataclass(slots=True)
class Frontier:
    """A tree's size and the roots of its perfect subtrees, largest first: one per bit set in the size."""

    size: int
    peaks: list[bytes]

    @classmethod
    def of(cls, size: int, data: bytes) -> Frontier:
        """Read what `bytes()` wrote for a tree of `size` leaves; raises ValueError when it cannot belong to it."""
        if size < 0 or len(data) != size.bit_count() * HASH_BYTES:
            raise ValueError("the frontier does not fit the size of the tree")
        return cls(size, [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)])

    def __bytes__(self) -> bytes:
        return b"".join(self.peaks)

    def extend(self, leaves: Iterable[bytes], levels: Sequence[int] = ()) -> list[Subtree]:
        """Add leaf hashes; gives the perfect subtrees of those `levels` that they complete, in order."""
        completed = []
        for leaf in leaves:
            root, level, index = leaf, 0, self.size
            while index & 1:
                root, level, index = node_hash(self.peaks.pop(), root), level + 1, index >> 1
                if level in levels:
                    completed.append(Subtree(level, index, root))
            self.peaks.append(root)
            self.size += 1
        return completed

    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of the tree over these leaf hashes."""
    frontier = Frontier(0, [])
    frontier.extend(leaves)
    return frontier.root()


def perfect_in(leaves: Sequence[bytes]) -> Perfect:
    """The perfect subtrees of a tree whose leaf hashes are all at hand."""

    def perfect(level: int, index: int) -> bytes:
        return root_of(leaves[index << level : (index + 1) << level])

    return perfect


def inclusion_path(index: int, size: int, perfect: Perfect) -> list[bytes]:
    """PATH(index, D[size]) of section 2.1.1: the siblings from leaf to root. Raises ValueError outside the tree."""
    if not 0 <= index < size:
        raise ValueError("there is no such leaf in a tree of that size")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(middle, end, perfect))
            end = middle
        else:
            path.append(_range_root(start, middle, perfect))
            start = middle
    return path[::-1]


def consistency_path(first: int, second: int, perfect: Perfect) -> list[bytes]:
    """PROOF(first, D[second]) of section 2.1.2. Raises ValueError unless 0 <= first <= second.

    Every tree is consistent with the empty one, and that needs no hashes.
    """
    if not 0 <= first <= second:
        raise ValueError("the first tree is not the smaller one")
    if first == 0:
        return []
    path, start, end, whole = [], 0, second, True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(_range_root(middle, end, perfect))
            end = middle
        else:
            path.append(_range_root(start, middle, perfect))
            start, whole = middle, False
    if not whole:
        path.append(_range_root(start, end, perfect))
    return path[::-1]


def root_by(size: int, perfect: Perfect) -> bytes:
    """The root of the first `size` leaves."""
    return _range_root(0, size, perfect) if size else EMPTY_ROOT


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that the leaf hash `leaf` stands at `index` in the tree of `size` leaves with that root."""
    if not 0 <= index < size or any(len(sibling) != HASH_BYTES for sibling in path):
        return False
    # Up to the level where the leaf's way and that of the last leaf meet, the bits of the index say on which side the
    # sibling stands; above it the tree is ragged on the right, and siblings only come from the left.
    inner = (index ^ (size - 1)).bit_length()
    if len(path) != inner + (index >> inner).bit_count():
        return False
    for level, sibling in enumerate(path):
        left = level >= inner or index >> level & 1
        leaf = node_hash(sibling, leaf) if left else node_hash(leaf, sibling)
    return leaf == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `second` leaves begins with the tree of `first` (RFC 9162, 2.1.4.2)."""
    if not 0 <= first <= second or any(len(sibling) != HASH_BYTES for sibling in path):
        return False
    if first == 0:
        return not path and first_root == EMPTY_ROOT
    if first == second:
        return not path and first_root == second_root
    hashes = list(path)
    if first.bit_count() == 1:
        hashes.insert(0, first_root)  # a perfect first tree is a subtree of the second, and its own proof
    if not hashes:
        return False
    small, large = first - 1, second - 1
    while small & 1:
        small, large = small >> 1, large >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if large == 0:
            return False
        if small & 1 or small == large:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while small and not small & 1:
                small, large = small >> 1, large >> 1
        else:
            new = node_hash(new, sibling)
        small, large = small >> 1, large >> 1
    return large == 0 and old == first_root and new == second_root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _range_root(start: int, end: int, perfect: Perfect) -> bytes:
    """The root of the leaves from `start` to before `end`, where `start` is a multiple of the first power of two."""
    peaks = []
    while start < end:
        level = (end - start).bit_length() - 1
        peaks.append(perfect(level, start >> level))
        start += 1 << level
    return Frontier(end, peaks).root()
