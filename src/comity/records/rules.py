"""What the rules of a kind look at: a record as somebody wants to enter it, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

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
