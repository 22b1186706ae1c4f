"""What other rooms let travel in statements besides records: they register here, and sync learns of it here alone.

A source says what a party has to say in a channel (checkpoints); a listener hears what came (cosignatures).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from comity.federation.protocol.feed import FeedKey
from comity.federation.protocol.statement import Item
from comity.kernel.ids import PartyId

Source: TypeAlias = Callable[[PartyId, str, datetime], Sequence[Item]]
"""(party, channel, at) → what the party has to say there now. Called inside the transaction of the frame that says it,
which is where the source notes that it was said; a frame that comes to nothing takes the note back."""

Listener: TypeAlias = Callable[[FeedKey, Item, datetime], None]
"""(feed it came in, item, at). Called inside the transaction that takes the frame in; raises DomainError or ValueError
to refuse the item, which is then noted and skipped."""

MOST_AT_ONCE = 32
"""Items that a source may give at once; the rest waits for the next time it is asked."""

_sources: list[Source] = []
_listeners: dict[type[Item], list[Listener]] = {}


def say_also(source: Source) -> None:
    """Let this be asked at each emission; called once, when the node starts."""
    if source not in _sources:
        _sources.append(source)


def hear_also(of: type[Item], listener: Listener) -> None:
    """Let this hear items of a type; called once, when the node starts."""
    if listener not in _listeners.setdefault(of, []):
        _listeners[of].append(listener)


def sources() -> Sequence[Source]:
    """Everybody who has something to say."""
    return tuple(_sources)


def listeners(item: Item) -> Sequence[Listener]:
    """Everybody who wants to hear this."""
    return tuple(_listeners.get(type(item), ()))
