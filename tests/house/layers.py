"""The order of the house, read from where import-linter reads it, so that it is written once."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class House:
    """Rooms from the top down; those on one line are siblings."""

    lines: tuple[frozenset[str], ...]

    def height(self, room: str) -> int:
        """How many lines lie below `room`; KeyError when the house has no such room."""
        for below, line in enumerate(reversed(self.lines)):
            if room in line:
                return below
        raise KeyError(room)

    def may_use(self, user: str, used: str) -> bool:
        """A room uses itself and what lies below: never what lies above, never a sibling."""
        return user == used or self.height(user) > self.height(used)

    def is_domain(self, room: str) -> bool:
        """Whether `room` stands above the shell: its tables are its own, others refer to its records only."""
        return self.height(room) > self.height("shell")


def house(root: Path) -> House:
    """The house as pyproject.toml describes it."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    return House(tuple(frozenset(room.strip(" ()") for room in line.split("|")) for line in layers))
