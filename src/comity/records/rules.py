"""What the rules of a kind look at: a record as somebody wants to enter it, before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from comity.labels.subject import Subject


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry by `actor`, on `today` where the node is; its owner is, or would be, the actor's party.

    `fields` holds column values (a ref is a Record, a quantity a Decimal); `row` is what stands now, None for a new
    record.
    """

    fields: Mapping[str, Any]
    actor: Subject
    today: date
    row: Any = None

    def get(self, name: str) -> Any:
        """The value `name` will have once the entry is written."""
        if name in self.fields:
            return self.fields[name]
        return getattr(self.row, name) if self.row is not None else None


class Batch(Protocol):
    """The rules of one kind over many entries by one actor: the same rules as for one, on facts loaded for all.

    An entry that was admitted is a fact for those that follow, though nothing may be written yet.
    """

    def load(self, entries: Sequence[Entry]) -> None:
        """Read what the rules need to know about these, in a number of queries that does not depend on theirs."""

    def check(self, entry: Entry) -> None:
        """Raise the refusal of a loaded entry, if there is one."""

    def admit(self, entry: Entry) -> None:
        """Take a new entry that was checked for written."""
