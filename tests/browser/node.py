"""A node as a person runs it: made by the `comity` command, served by it, in a directory of its own."""

import itertools
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from comity.config.tests import forked

STARTS_WITHIN = 60.0  # seconds, on a machine that is busy with the other tests


@dataclass(frozen=True)
class Node:
    """A running node: its directory, its address, and how the names of its cookies begin."""

    home: Path
    address: str
    cookies: str = "comity"

    def comity(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one `comity` command on this node; its output is captured, its status not judged."""
        return comity(self.home, *arguments)

    def password(self, username: str) -> str:
        """The password that the demo made for an account."""
        return str(json.loads((self.home / "sign-ins.json").read_text())[username])

    def account(self, username: str) -> str:
        """The opaque id of an account."""
        with closing(sqlite3.connect(self.home / "comity.db")) as database:
            query = "SELECT opaque FROM accounts_account WHERE username = ?"
            return str(UUID(database.execute(query, (username,)).fetchone()[0]))

    def slugs(self, code: str, owner: str = "") -> list[str]:
        """What stands in addresses for each record of a kind ("programme.objective"), the first entered first.

        `owner` is a party's handle; "" for any.
        """
        with closing(sqlite3.connect(self.home / "comity.db")) as database:
            rows = database.execute(
                "SELECT party.id, record.uuid FROM records_record record"
                " JOIN parties_party party ON party.id = record.party_id"
                " WHERE record.kind LIKE ? AND record.revision > 0 AND party.handle LIKE ? ORDER BY record.id",
                (f"{code}/%", owner or "%"),
            ).fetchall()
        return [f"{party[:8]}-{UUID(uuid)}" for party, uuid in rows]


def environment(home: Path) -> dict[str, str]:
    """What a person's shell would hand to `comity`: nothing of the test run but its PATH."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("COMITY_", "DJANGO_", "PYTEST_"))}
    return {**ours, "COMITY_HOME": str(home), "PYTHONUNBUFFERED": "1"}


def comity(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one `comity` command on the node in `home`."""
    return forked.run("comity.config.command", arguments, environment(home))


def load_example(home: Path) -> None:
    """Make a node in `home` with the example partnership, as `comity demo --one-node` does."""
    made = comity(home, "demo", "--one-node", "--load-only")
    if made.returncode != 0:
        raise RuntimeError(f"the example could not be loaded:\n{made.stdout}\n{made.stderr}")


def free_port(beside: int = 0) -> int:
    """A port that nobody listens on just now, nor on the one that is `beside` above it.

    Never one that the system hands out by itself: an outgoing connection could take it before the node does, or while a
    node that was killed starts again. Each process of the tests goes its own way through the others.
    """
    for _ in range(len(_PORTS)):
        port = _PORTS[(os.getpid() * 101 + next(_TRIED)) % len(_PORTS)]
        if all(_is_free(one) for one in {port, port + beside}):
            return port
    raise RuntimeError("every port is taken")


_PORTS = range(20_000, 31_000)  # below those that Linux hands out, also with the thousand that live updates add
_TRIED = itertools.count(step=2)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def serving(home: Path, only: str = "web") -> Iterator[Node]:
    """Serve the node in `home` on a free port until the block ends: the processes of `only`; "" for all.

    Each costs a start of Django. Pages alone suffice where nothing is signed and nobody waits for what another does.
    """
    port = free_port()
    address = f"http://localhost:{port}"
    log = home.parent / f"{home.name}.log"
    with log.open("w") as output:
        command = [sys.executable, "-m", "comity.config.command", "run", "--port", str(port), "--workers", "1"]
        command += ["--only", only]
        server = subprocess.Popen(command, env=environment(home), stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_until_it_answers(f"{address}/healthz", server, log)
            yield Node(home, address)
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def wait_until_it_answers(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when the node answers; raise with its log when it ends or takes too long."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)  # nothing tells us when a port opens
    raise RuntimeError(f"the node did not start:\n{log.read_text()}")


@contextmanager
def copied(home: Path, into: Path, only: str = "web") -> Iterator[Node]:
    """Serve a copy of the node in `home`, for a test that writes; `only` as of `serving`."""
    shutil.copytree(home, into)
    with serving(into, only) as node:
        yield node
