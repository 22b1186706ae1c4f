"""A hub as a person keeps it, and nodes that listen on no port: each runs its courier alone."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.browser.node import comity, environment, free_port
from tests.exchange.pair import MORE, Side

PATIENCE = 30.0


class Hub:
    """`comity hub serve` in a directory of its own, on a port of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "comity.config.command", "hub", "serve", "--port", str(self.port)]
        with (self.home.parent / "hub.log").open("ab") as log:
            self._running = subprocess.Popen(
                [*command, "--gigabytes", "0.1"], env=environment(self.home), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        until(self._listens, "the hub listens")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0 and (self.home / "nats.pid").exists()

    @property
    def server(self) -> int:
        """The message server's process."""
        return int((self.home / "nats.pid").read_text())

    def stop(self) -> None:
        if self._running is not None:
            self._running.terminate()
            self._running.wait(30)
            self._running = None

    def kill(self) -> None:
        """Everything of it, at once."""
        assert self._running is not None
        os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait(30)
        self._running = None

    def empty(self) -> None:
        """All that it was given is gone; who may use it is known."""
        shutil.rmtree(self.home / "store")
        (self.home / "store").mkdir(mode=0o700)

    def stored(self) -> bytes:
        """Every byte that it keeps of what it was given."""
        return b"".join(path.read_bytes() for path in sorted((self.home / "store").rglob("*")) if path.is_file())


class Courier:
    """`comity courier` on a node: nothing listens."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.side.home.parent / f"{self.side.home.name}.log").open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", "comity.config.command", "courier"],
                env={**environment(self.side.home), **MORE},
                stdout=log,
                stderr=log,
            )

    def stop(self, *, kill: bool = False) -> None:
        if self._running is not None:
            self._running.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
            self._running.wait(30)
            self._running = None


def until(holds: object, what: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < give_up, f"not in time: {what}"
        time.sleep(0.05)


def did(home: Path, *arguments: str) -> str:
    """What a command said that went well."""
    done = comity(home, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def introduce(hub: Hub, side: Side) -> None:
    """Let a node use the hub: statement, fingerprint, address, as people do it."""
    file = side.home.parent / f"{side.home.name}.statement"
    words = did(side.home, "hub", "ask", str(file)).splitlines()[-2].split()
    did(hub.home, "hub", "member", "add", str(file), *words)
    did(side.home, "hub", "use", hub.url)


@contextmanager
def kept(folder: Path) -> Iterator[Hub]:
    """A hub that runs."""
    hub = Hub(folder / "hub")
    try:
        hub.start()
        yield hub
    finally:
        hub.stop()


@contextmanager
def couriers(*sides: Side) -> Iterator[list[Courier]]:
    """Couriers of these nodes, started."""
    with ExitStack() as stack:
        made = []
        for side in sides:
            courier = Courier(side)
            stack.callback(courier.stop)
            courier.start()
            made.append(courier)
        yield made
