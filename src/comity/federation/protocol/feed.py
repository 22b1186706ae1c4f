"""A feed: what one party says in one channel, step after step, each step naming the one before.

Sequence numbers are contiguous from 1. A node that was restored from a backup begins a new incarnation, so a number
never means two things; whoever sees two contents under one number holds proof that the party says two things.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from comity.federation.protocol.errors import Equivocation, Gap, Quarantined, Revoked, Spliced
from comity.kernel.ids import PartyId

if TYPE_CHECKING:
    from comity.federation.protocol.frame import Header


class FeedKey(NamedTuple):
    """Which feed: channel, party, and incarnation (sixteen hexadecimal digits)."""

    channel: str
    party: PartyId
    incarnation: str


class Position(NamedTuple):
    """A step and the hash of its header; (0, "") before the first."""

    seq: int
    head: str


START = Position(0, "")


@dataclass(frozen=True, slots=True)
class FeedState:
    """How far a feed is known. `ends`: the last good step, if the feed was ended by its party or by the channel."""

    key: FeedKey
    at: Position = START
    quarantined: bool = False
    ends: Position | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a row of headers: those that are new, in order, and where the feed stands with them."""

    state: FeedState
    new: tuple[Header, ...]
    known: int


def accept(state: FeedState, headers: Sequence[Header], known: Callable[[int], str | None]) -> Accepted:
    """Take verified headers in their order; `known` gives the hash of a step at or before `state.at`, None if unknown.

    Those that are known are harmless. What was taken before an error is lost with it: ask step by step to keep it.

    Raises:
        Spliced: a header of another feed.
        Quarantined: nothing is taken from this feed.
        Revoked: it lies beyond the end of the feed, or is another last step than the one it was ended with.
        Gap: a step is missing before it.
        Equivocation: another header is known at this step, or it follows another past.
    """
    if state.quarantined:
        raise Quarantined("nothing is taken from this feed until a person has looked at it")
    new: list[Header] = []
    fresh: dict[int, str] = {}
    at = state.at
    for header in headers:
        if header.feed != state.key:
            raise Spliced("a header of another feed")
        if header.seq <= at.seq:
            before = fresh.get(header.seq) or (at.head if header.seq == at.seq else known(header.seq))
            if before is not None and before != header.hash:
                raise Equivocation(header.seq)
            continue
        if header.seq > at.seq + 1:
            raise Gap(at.seq + 1)
        _check_end(state.ends, header)
        if header.prev != at.head:
            raise Equivocation(at.seq)
        at = Position(header.seq, header.hash)
        fresh[at.seq] = at.head
        new.append(header)
    return Accepted(replace(state, at=at), tuple(new), len(headers) - len(new))


def _check_end(ends: Position | None, header: Header) -> None:
    if ends is None:
        return
    if header.seq > ends.seq:
        raise Revoked(f"the feed ended with step {ends.seq}")
    if header.seq == ends.seq and header.hash != ends.head:
        raise Revoked("the feed ended with another step of this number")
