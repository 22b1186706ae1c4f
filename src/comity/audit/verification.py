"""Reading the whole log again, from the bytes, and saying where it was touched.

Every hash is computed anew from the stored leaves; nothing stored is believed. Where one entry alone cannot tell (its
bytes, hash and columns were all replaced), the stored subtrees and the signed checkpoints narrow the place down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db.models import Max

from comity.audit.log import TILE_LEVELS, VERSION
from comity.audit.merkle import EMPTY_ROOT, Frontier, leaf_hash
from comity.audit.models import Checkpoint, Entry, Head, Tile
from comity.audit.notes import NotANote, Note
from comity.audit.problems import Problem
from comity.kernel import canonical, clock
from comity.kernel.text import N_

__all__ = ["CheckLeaf", "Problem", "verify_entries"]

CHUNK = 2_000
CheckLeaf = Callable[[int, dict[str, Any]], Problem | None]
"""Given the index and the leaf as parsed JSON, says what is wrong with it beyond the log, or None."""

_Row = tuple[int, datetime, str, str, str, str, bytes, bytes]
_columns = itemgetter("at", "event", "party", "actor", "about")
_MEMBERS = {"v", "facts", "at", "event", "party", "actor", "about"}


def verify_entries(check_leaf: CheckLeaf) -> Problem | None:
    """The first entry that is not as it was written, or None when the whole log holds.

    In order of entries: the index is the next one; the hash is that of the bytes; the bytes are canonical and say what
    the columns say; `check_leaf` has nothing against it; the subtrees it completes are those stored; the root at each
    checkpoint is the one that was signed. Then the end: the head's size, frontier and root, and nothing left over.
    Appends that go on meanwhile are not looked at: the size is that of the beginning.
    """
    return next(_problems(check_leaf), None)


def _problems(check_leaf: CheckLeaf) -> Iterator[Problem]:
    """Problems in the order in which they are met. Only the first means anything: whoever asks stops there."""
    walk = _Walk()
    for row in _rows(walk.size):
        yield from walk.checkpoints()
        yield from walk.entry(row, check_leaf)
    yield from walk.checkpoints()
    yield from walk.end()


class _Walk:
    """What is expected while the entries go by."""

    def __init__(self) -> None:
        head = Head.objects.system("verify the log").values_list("size", "root", "frontier").first()
        self.size, self.root, self.peaks = (head[0], bytes(head[1]), bytes(head[2])) if head else (0, EMPTY_ROOT, b"")
        self.frontier = Frontier(0, [])
        tiles = Tile.objects.system("verify the log").values_list("level", "index", "hash")
        self.tiles = {(level, index): bytes(digest) for level, index, digest in tiles.iterator(chunk_size=CHUNK)}
        kept = Checkpoint.objects.system("verify the log").filter(size__lte=self.size).order_by("-size", "-party")
        self.signed = [(one.size, one.party, bytes(one.root), bytes(one.note)) for one in kept]  # the next one last
        self.held = 0  # up to this size a checkpoint vouches for the entries

    def entry(self, row: _Row, check_leaf: CheckLeaf) -> Iterator[Problem]:
        """What is wrong with the next entry, which should be `row`."""
        expected, data, digest = self.frontier.size, bytes(row[6]), bytes(row[7])
        if row[0] != expected:
            yield Problem(expected, N_("the entry is missing"))
        if leaf_hash(data) != digest:
            yield Problem(expected, N_("the stored hash is not that of the stored bytes"))
        leaf = _leaf_of(data)
        if leaf is None:
            yield Problem(expected, N_("the stored bytes are not a leaf in canonical form"))
        elif _columns(leaf) != (clock.to_text(row[1]), *row[2:6]):
            yield Problem(expected, N_("the columns say something else than the stored bytes"))
        elif problem := check_leaf(expected, leaf):
            yield problem
        for tile in self.frontier.extend((digest,), TILE_LEVELS):
            if self.tiles.pop((tile.level, tile.index), None) != tile.hash:
                first, last = max(tile.index << tile.level, self.held), self.frontier.size - 1
                reason = N_("the stored subtree is not that of entries %(first)d to %(last)d")
                yield Problem(first, reason, {"first": first, "last": last})

    def checkpoints(self) -> Iterator[Problem]:
        """What is wrong with the checkpoints that were signed when the log had the size reached now."""
        size = self.frontier.size
        while self.signed and self.signed[-1][0] == size:
            _, party, root, note = self.signed.pop()
            try:
                said = Note.of(note)
            except NotANote:
                yield Problem(size, N_("the checkpoint of party %(party)s is malformed"), {"party": party})
            else:
                if (said.size, said.root) != (size, root):
                    yield Problem(size, N_("the checkpoint of party %(party)s says something else"), {"party": party})
            if self.frontier.root() != root:
                facts = {"party": party, "first": self.held, "last": size - 1}
                reason = N_("entries %(first)d to %(last)d are not those under which party %(party)s put its signature")
                yield Problem(self.held, reason, facts)
            self.held = size

    def end(self) -> Iterator[Problem]:
        """What is wrong with where the log ends."""
        size = self.frontier.size
        if size != self.size:
            yield Problem(size, N_("the entry is missing, and all after it"))
        if (bytes(self.frontier), self.frontier.root()) != (self.peaks, self.root):
            facts = {"first": self.held, "last": size - 1}
            yield Problem(self.held, N_("the root is not that of entries %(first)d to %(last)d"), facts)
        # Appends may have gone on. What was committed is read before the head, so the head must cover all of it.
        latest = Entry.objects.system("nothing after the end").aggregate(latest=Max("index"))["latest"]
        signed = (
            Checkpoint.objects.system("nothing after the end").order_by("-size").values_list("size", "party").first()
        )
        now = Head.objects.system("verify the log").values_list("size", flat=True).first() or 0
        if latest is not None and latest >= now:
            yield Problem(max(size, now), N_("there are entries beyond the end of the log"))
        if signed is not None and signed[0] > now:
            reason = N_("the entry is missing: party %(party)s signed %(size)d entries")
            yield Problem(now, reason, {"size": signed[0], "party": signed[1]})
        if any(level not in TILE_LEVELS or not size < (index + 1) << level <= now for level, index in self.tiles):
            yield Problem(size, N_("a stored subtree is none of this log"))


def _rows(size: int) -> Iterator[_Row]:
    """The entries before `size` in order, read in chunks by key so that no read lasts long."""
    after = -1
    columns = ("index", "at", "event", "party", "actor", "about", "data", "leaf_hash")
    while True:
        entries = Entry.objects.system("verify the log").filter(index__gt=after, index__lt=size).order_by("index")
        chunk = list(entries.values_list(*columns)[:CHUNK])
        yield from chunk
        if len(chunk) < CHUNK:
            return
        after = chunk[-1][0]


def _leaf_of(data: bytes) -> dict[str, Any] | None:
    try:
        leaf: Any = canonical.decode(data)
    except canonical.NotCanonical:
        return None
    whole = isinstance(leaf, dict) and leaf.keys() == _MEMBERS and leaf["v"] == VERSION
    return leaf if whole and isinstance(leaf["facts"], dict) else None
