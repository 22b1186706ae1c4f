"""The two nodes of the demonstration meet as any two do: an invitation, an answer, and words that are compared.

Each step is a command on one node. The words that a node is asked to compare are read from the other one itself, which
is what two people do over the telephone.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from comity.kernel import disk

_MET = "joined-at"


class StepFailed(Exception):
    """A command ended with this status; it has said why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"exit status {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its node's directory, the handle of its party, and where it is served."""

    home: Path
    handle: str
    address: str

    def run(self, *arguments: str) -> list[str]:
        """What a command on this node says, a line each. Raises StepFailed."""
        done = subprocess.run(command(self.home, *arguments), stdout=subprocess.PIPE, check=False, text=True)
        if done.returncode:
            raise StepFailed(done.returncode)
        return done.stdout.splitlines()

    def known_by(self) -> tuple[str, list[str]]:
        """The party's id, and the sixteen words by which people know it."""
        party, words, *_ = self.run("party", "fingerprint", self.handle)
        return party, words.split()

    def number(self, state: str, other: str) -> str:
        """The number of the joining with the party `other` that is in this state; "" for none."""
        lines = [line.split() for line in self.run("join", "list")]
        return next((line[0].rstrip(":") for line in lines if (line[1], line[-1]) == (state, other)), "")

    @property
    def met_at(self) -> str:
        """The address under which it joined; "" where it did not."""
        kept = self.home / _MET
        return kept.read_text() if kept.exists() else ""


def command(home: Path, *arguments: str) -> tuple[str, ...]:
    """The `comity` command on the node in `home`."""
    return (sys.executable, "-m", "comity.config.command", "--home", str(home), *arguments)


def introduce(host: Side, guest: Side) -> None:
    """Let the two join, found a channel and release into it what it may carry; only what is not done yet.

    Raises StepFailed.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = {name: str(Path(folder, name)) for name in ("invitation", "answer", "channel")}
        if [side.met_at for side in (host, guest)] != [host.address, guest.address]:
            _join(host, guest, files)
        host.run("demo", "--one-node", "--share-to", files["channel"])
        guest.run("demo", "--one-node", "--share-from", files["channel"])


def _join(host: Side, guest: Side, files: Mapping[str, str]) -> None:
    """Join, and join anew where they were served elsewhere before: neither could tell the other at its old address."""
    (host_id, host_words), (guest_id, guest_words) = host.known_by(), guest.known_by()
    for side, other in ((host, guest_id), (guest, host_id)):
        (side.home / _MET).unlink(missing_ok=True)
        if number := side.number("joined", other):
            side.run("join", "remove", number)
        side.run("party", "renew", side.handle, "--endpoint", side.address)
    host.run("join", "invite", files["invitation"])
    guest.run("join", "open", files["invitation"])
    number = guest.number("opened", host_id)
    guest.run("join", "confirm", number, *host_words)
    guest.run("join", "answer", number, files["answer"])
    host.run("join", "open", files["answer"])
    host.run("join", "confirm", host.number("answered", guest_id), *guest_words)
    for side in (host, guest):
        disk.write(side.home / _MET, side.address.encode())
