"""Making proofs: that an entry is in the log, and that the log only ever grew.

Hashes are read from the entries and from the stored subtrees of 256, so that a proof in a log of a million entries
reads a few blocks of at most 256 rows each. Checking them is for `documents`, which needs no database.
"""

from __future__ import annotations

from comity.audit import log, merkle
from comity.audit.documents import ConsistencyProof, InclusionProof, check, check_consistency
from comity.audit.models import Entry, Tile
from comity.kernel.errors import NotFound

__all__ = ["ConsistencyProof", "InclusionProof", "check", "check_consistency", "consistency", "inclusion"]


def inclusion(index: int, size: int | None = None) -> InclusionProof:
    """The proof that entry `index` is in the log, as it stands or as it stood at `size` entries.

    Raises:
        NotFound: there is no such entry, or the log never had that size yet.
        LogDamaged: the stored hashes do not lead to the root.
    """
    state = log.head()
    size = state.size if size is None else size
    if not 0 <= index < size <= state.size:
        raise NotFound
    row = Entry.objects.system("the leaf to be proved").filter(index=index).values_list("data", flat=True).first()
    if row is None:
        raise log.LogDamaged
    perfect = Stored()
    path = tuple(merkle.inclusion_path(index, size, perfect))
    root = state.root if size == state.size else merkle.root_by(size, perfect)
    leaf = bytes(row)
    proof = InclusionProof(index, size, leaf, merkle.leaf_hash(leaf), path, root)
    if not check(proof):
        raise log.LogDamaged
    return proof


def consistency(first: int, second: int | None = None) -> ConsistencyProof:
    """The proof that the log, as it stands or as it stood at `second` entries, begins with its first `first` entries.

    Raises:
        NotFound: the log never had those sizes.
        LogDamaged: the stored hashes do not lead to the roots.
    """
    state = log.head()
    second = state.size if second is None else second
    if not 0 <= first <= second <= state.size:
        raise NotFound
    perfect = Stored()
    path = tuple(merkle.consistency_path(first, second, perfect))
    second_root = state.root if second == state.size else merkle.root_by(second, perfect)
    proof = ConsistencyProof(first, second, merkle.root_by(first, perfect), second_root, path)
    if not check_consistency(proof):
        raise log.LogDamaged
    return proof


class Stored:
    """Perfect subtrees of the stored log, read in blocks of 256 hashes and kept for the life of one proof."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """The root of the subtree at (level, index); raises LogDamaged when what it stands on is missing."""
        # Level 19, say, is made of the roots stored for level 16: three levels above them, 8 at a time. One block of
        # 256 of the highest stored level reaches to 2^32 entries.
        base = min(level - level % 8, log.TILE_LEVELS[-1])
        start, count = index << level - base, 1 << level - base
        hashes = self._block(base, start >> 8)[start & 255 : (start & 255) + count]
        if len(hashes) != count:
            raise log.LogDamaged
        return merkle.root_of(hashes)

    def _block(self, level: int, number: int) -> list[bytes]:
        """The hashes at `level` from 256·number on, as far as there are any, without a gap."""
        if (level, number) not in self._blocks:
            start = number << 8
            rows = _leaves(start) if level == 0 else _tiles(level, start)
            if any(index != start + place for place, (index, _) in enumerate(rows)):
                raise log.LogDamaged
            self._blocks[level, number] = [bytes(digest) for _, digest in rows]
        return self._blocks[level, number]


def _leaves(start: int) -> list[tuple[int, bytes | memoryview]]:
    entries = Entry.objects.system("leaves for a proof").filter(index__gte=start, index__lt=start + 256)
    return list(entries.order_by("index").values_list("index", "leaf_hash"))


def _tiles(level: int, start: int) -> list[tuple[int, bytes | memoryview]]:
    tiles = Tile.objects.system("subtrees for a proof").filter(level=level, index__gte=start, index__lt=start + 256)
    return list(tiles.order_by("index").values_list("index", "hash"))
