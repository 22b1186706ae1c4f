"""A member nation beside the demonstration: its node is made with the lines of the how-to, and its link is recorded."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.node import Node, comity, environment, free_port, wait_until_it_answers
from tests.docs.documents import commands
from tests.exchange.proxy import BadLink

HOW_TO = Path(__file__).parents[2] / "docs/how-to/join-as-a-partner.md"
TOLD = "http://127.0.0.1:8003"  # the address in the how-to; here any port that is free


@dataclass
class Nation:
    """The nation's node, the link to its first account, and the link to its one partner once that is recorded."""

    node: Node
    invitation: str
    _kept: ExitStack
    wire: BadLink | None = None

    def record(self, port: int) -> None:
        """Let it reach its one partner, on `port`, over a link that does no harm and keeps all that it carries.

        The nation has no address of its own, so whatever the two say to each other goes over this link.
        """
        self.wire = BadLink(port, lambda _path: "")
        self._kept.callback(self.wire.close)
        with closing(sqlite3.connect(self.node.home / "comity.db", timeout=30)) as database, database:
            assert database.execute("UPDATE federation_peer SET url = ?", (self.wire.url,)).rowcount == 1

    def carried(self) -> bytes:
        """All that went over the link."""
        assert self.wire is not None
        with closing(sqlite3.connect(self.node.home / "comity.db")) as database:
            assert database.execute("SELECT url FROM federation_peer").fetchall() == [(self.wire.url,)]
        return b"".join(self.wire.carried)


@contextmanager
def nation(home: Path) -> Iterator[Nation]:
    """A node of its own that `comity run` serves, made as the how-to says."""
    port = free_port()
    address = TOLD.replace("8003", str(port))
    told = [[word.replace(TOLD, address) for word in line] for line in commands(HOW_TO.read_text(), "comity")]
    steps = told[: next(place for place, line in enumerate(told) if line[0] == "run")]
    assert [line[0] for line in steps] == ["init", "found", "invite"]
    said = ""
    for line in steps:
        done = comity(home, *line)
        assert done.returncode == 0, done.stderr
        said = done.stdout
    log = home.parent / f"{home.name}.log"
    command = [sys.executable, "-m", "comity.config.command", "run", "--host", "127.0.0.1", "--port", str(port)]
    with ExitStack() as kept:
        output = kept.enter_context(log.open("w"))
        served = subprocess.Popen(
            [*command, "--workers", "1"],
            env={**environment(home), "COMITY_PRIVATE_PEERS": "127.0.0.0/8,::1/128"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_it_answers(f"{address}/healthz", served, log)
            yield Nation(Node(home, address), said.split()[-1], kept)
        finally:
            os.kill(served.pid, signal.SIGTERM)
            try:
                served.wait(60)
            except subprocess.TimeoutExpired:
                served.kill()
                served.wait()


def holds(home: Path, *canaries: bytes) -> list[bytes]:
    """Which of these bytes stand in any file of a node, its database and what has not been written back included."""
    found = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    return [canary for canary in canaries if any(canary in content for content in found)]
