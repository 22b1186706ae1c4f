"""A node that tests kill: `comity run` in a process group of its own, started again on the same port."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.browser.node import STARTS_WITHIN, environment, free_port, wait_until_it_answers

Wrapper = Callable[[Sequence[str]], list[str]]
"""From a command to the same one run by another program, which ends when the command does."""


class Server:
    """`comity run` on the node in `home`, with failpoints that files in `points` arm."""

    def __init__(
        self, home: Path, *, workers: int = 2, more: Mapping[str, str] | None = None, under: Wrapper = list
    ) -> None:
        self.home, self.workers, self.under = home, workers, under
        self.port = free_port()
        self.points = home.parent / f"{home.name}.points"
        self.points.mkdir(exist_ok=True)
        self.log = home.parent / f"{home.name}.log"
        self.more = {"COMITY_FAILPOINTS": str(self.points), **(more or {})}
        self.starts = 0
        self._workers: list[int] = []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve; returns when the node answers. What is left of the node before is killed first."""
        if self._process is not None:
            self.kill()
        command = [sys.executable, "-m", "comity.config.command", "run"]
        command += ["--port", str(self.port), "--workers", str(self.workers)]
        with self.log.open("a") as output:
            self._process = subprocess.Popen(
                self.under(command),
                env={**environment(self.home), **self.more},
                stdout=output,
                stderr=output,
                start_new_session=True,  # so that the whole group can be killed
            )
        self.starts += 1
        wait_until_it_answers(f"http://localhost:{self.port}/healthz", self._process, self.log)

    def stand(self) -> None:
        """Return when the node answers, though it starts again by itself just now, or has given that up."""
        try:
            wait_until_it_answers(f"http://localhost:{self.port}/healthz", self.process, self.log)
        except RuntimeError:
            self.start()

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The server's main process."""
        assert self._process is not None
        return self._process

    def is_running(self) -> bool:
        """Whether the main process lives."""
        return self.process.poll() is None

    def pids(self) -> list[int]:
        """The workers' processes, the oldest first; none while the web server is not there."""
        self._workers = children(web[0]) if (web := self.web()) else []
        return self._workers

    def web(self) -> list[int]:
        """The process of the web server, if it is there."""
        return [pid for pid in children(self.process.pid) if "granian" in arguments(pid)]

    def others(self) -> list[int]:
        """The processes beside the web server: signer, courier, and the one of live updates."""
        return [pid for pid in children(self.process.pid) if "comity.config.command" in arguments(pid)]

    def kill(self) -> None:
        """SIGKILL to the main process and everything below it, at once; returns when nothing of it is left."""
        below = [*self._workers, *self.web(), *self.others()]
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pid in below:
            wait_until_gone(pid)

    def kill_worker(self, pid: int) -> None:
        """SIGKILL to one worker."""
        os.kill(pid, signal.SIGKILL)
        wait_until_gone(pid)

    def stop(self) -> int:
        """SIGTERM, as a service manager stops a node; its exit status."""
        os.kill(self.process.pid if self.under is list else children(self.process.pid)[0], signal.SIGTERM)
        return self.process.wait(60)

    def arm(self, point: str, what: str = "SIGKILL") -> None:
        """Let the process that comes to `point` next get this signal."""
        partial = self.points / "arming"
        partial.write_text(what)
        partial.replace(self.points / point)

    def disarm(self, point: str) -> bool:
        """Take back what was not fired; False if it fired."""
        try:
            (self.points / point).unlink()
        except FileNotFoundError:
            return False
        return True

    def fired(self, point: str) -> int | None:
        """The process that came to an armed `point`, if one did."""
        return next((int(path.suffix[1:]) for path in self.points.glob(f"{point}.*")), None)

    def forget(self, point: str) -> None:
        """Let `point` be armed anew."""
        for path in self.points.glob(f"{point}.*"):
            path.unlink()


def children(pid: int) -> list[int]:
    """The processes that a process started and that are still there, the oldest first."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return sorted(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return []


def arguments(pid: int) -> list[str]:
    """What a process was started with; nothing when it is gone."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return []


def wait_until_gone(pid: int) -> None:
    """Return when the process is dead; only its parent is told."""
    status = Path(f"/proc/{pid}/stat")
    until = time.monotonic() + STARTS_WITHIN
    with suppress(FileNotFoundError, ProcessLookupError):
        while status.read_text().rpartition(")")[2].split()[0] not in "ZX":
            assert time.monotonic() < until, f"process {pid} does not end"
            time.sleep(0.01)


@contextmanager
def started(
    home: Path, *, workers: int = 2, more: Mapping[str, str] | None = None, under: Wrapper = list
) -> Iterator[Server]:
    """A running node, stopped for good when the block ends."""
    server = Server(home, workers=workers, more=more, under=under)
    try:
        server.start()
        yield server
    finally:
        if server.is_running():
            server.kill()
