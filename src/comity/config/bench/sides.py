"""A node that is measured: its directory, its database, the processes that serve it, and one inside that answers."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_STARTS_WITHIN = 300.0  # seconds: the machine may be busy with much else
_ROLES = {"signer": "signer", "courier": "courier", "live": "live updates", "granian": "web server"}
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Used:
    """What one process has used: seconds of the processor, and its peak memory in kB."""

    cpu: float
    peak: int


class Side:
    """One node. `database` is the URL of a database of its own, or "" for SQLite."""

    def __init__(self, home: Path, *, nature: str, database: str, port: int) -> None:
        self.home, self.port = home, port or _free_port()
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("COMITY_", "DJANGO_"))}
        self._environment = {
            **ours,
            "COMITY_HOME": str(home),
            "COMITY_PRIVATE_PEERS": "127.0.0.0/8",
            "DJANGO_SETTINGS_MODULE": "comity.config.settings",
            **({"COMITY_DATABASE_URL": database} if database else {}),
        }
        self._server: subprocess.Popen[bytes] | None = None
        self._inside: subprocess.Popen[str] | None = None
        for command in (("init",), ("found", home.name, "--nature", nature, "--en", home.name.title())):
            subprocess.run(_comity(*command), env=self._environment, check=True, stdout=subprocess.DEVNULL)

    @property
    def url(self) -> str:
        """Where the node answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve the node with one web worker; returns when it answers."""
        with (self.home / "server.log").open("ab") as log:
            command = _comity("run", "--port", str(self.port), "--workers", "1", "--live-port", str(self.port + 1))
            self._server = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        until = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < until and self._server.poll() is None:
            with suppress(OSError, http.client.HTTPException):
                asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
                asked.request("GET", "/healthz")
                if asked.getresponse().status == HTTPStatus.OK:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"A node did not start:\n{(self.home / 'server.log').read_text()}")

    def stop(self) -> None:
        """End the processes that serve the node."""
        if self._server is not None:
            self._server.send_signal(signal.SIGTERM)
            self._server.wait(60)
            self._server = None

    def close(self) -> None:
        """End everything of the node."""
        self.stop()
        if self._inside is not None:
            self._inside.communicate(timeout=60)
            self._inside = None

    def ask(self, what: str, *arguments: Any) -> Any:
        """What `bench.inside` answers."""
        if self._inside is None:
            command = [sys.executable, "-m", "comity.config.bench.inside"]
            self._inside = subprocess.Popen(
                command, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        writes, reads = self._inside.stdin, self._inside.stdout
        if writes is not None and reads is not None:
            writes.write(json.dumps([what, *arguments]) + "\n")
            writes.flush()
            if answer := reads.readline():
                return json.loads(answer)
        raise RuntimeError(f"Asking a node to {what} ended it. It says:\n{(self.home / 'server.log').read_text()}")

    def used(self) -> Mapping[str, Used]:
        """What each process of the node has used since it began; nothing where the system does not tell."""
        told: dict[str, Used] = {}
        for pid in _family(self._server.pid) if self._server else ():
            role = _role(pid)
            told[f"{role}'s worker" if role in told else role] = _used(pid)
        return told

    def forget_peaks(self) -> None:
        """Let the peaks begin from what is in use now, where the system can."""
        for pid in _family(self._server.pid) if self._server else ():
            with suppress(OSError):
                Path(f"/proc/{pid}/clear_refs").write_text("5")


@contextmanager
def databases(server: str) -> Iterator[tuple[str, str]]:
    """Two empty databases on a PostgreSQL server, dropped afterwards; for "" none, and two empty names."""
    if not server:
        yield "", ""
        return
    import psycopg

    parts = urlsplit(server)
    names = [f"comity_bench_{secrets.token_hex(4)}_{side}" for side in "ab"]
    with psycopg.connect(server, autocommit=True) as connection:
        try:
            for name in names:
                connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
            first, second = (parts._replace(path=f"/{name}").geturl() for name in names)
            yield first, second
        finally:
            for name in names:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _comity(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "comity.config.command", *arguments]


def _family(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from _family(int(child))


def _role(pid: int) -> str:
    """What a process of a node is called."""
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        if "comity.config.processes" in words:
            return "supervisor"
        return next((name for word, name in _ROLES.items() if word in words), "another")
    return "gone"


def _used(pid: int) -> Used:
    with suppress(OSError, ValueError, IndexError):
        after = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
        )
        return Used((int(after[11]) + int(after[12])) / _TICKS, int(status["VmHWM"].split()[0]))
    return Used(0.0, 0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
