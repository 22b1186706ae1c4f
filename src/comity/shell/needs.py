"""What waits for a person today. Each room says what it needs of whom; Today composes.

A room registers from `AppConfig.ready`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from comity.labels.subject import Subject
from comity.parties.models import Party


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for this person: what, where from, and the one thing to do about it."""

    what: str
    who: Party | None
    more: str
    act: str
    address: str


Asker = Callable[[Subject], Iterable[Need]]
"""What one room needs of `subject`, the most binding first."""

_askers: list[Asker] = []


def register(asker: Asker) -> None:
    """Ask this room too; registering it again changes nothing."""
    if asker not in _askers:
        _askers.append(asker)


def needs_of(subject: Subject) -> list[Need]:
    """What every room needs of `subject`."""
    return [need for asker in _askers for need in asker(subject)]
