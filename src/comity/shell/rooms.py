"""The rooms of the side list. An app registers its own from `AppConfig.ready`, so only what is built is shown."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext

from comity.labels.subject import Subject


@dataclass(frozen=True, slots=True)
class Room:
    """One place of the side list.

    `title` is a message id, `url_name` is reversed without arguments, `letter` follows "g" on the keyboard.
    A room that is not `for_all` is shown to signed-in people only, and one with `when` only to those for whom it holds.
    A room of records is shown to nobody who reads none, such as an administrator.
    """

    key: str
    title: str
    url_name: str
    order: int
    letter: str
    for_all: bool = False
    when: Callable[[Subject], bool] | None = None
    of_records: bool = True

    def __str__(self) -> str:
        return gettext(self.title)


_rooms: dict[str, Room] = {}


def register(room: Room) -> None:
    """Add `room`; two rooms may share neither key nor letter."""
    for other in _rooms.values():
        if other.key != room.key and other.letter == room.letter:
            raise ValueError(f"rooms {other.key} and {room.key} both want the letter {room.letter}")
    _rooms[room.key] = room


def rooms() -> list[Room]:
    """Every room, in the order of the side list."""
    return sorted(_rooms.values(), key=lambda room: (room.order, room.key))
