"""Keeping the processes of a node together: they start in order, end together, and one that dies is started again.

Nothing here knows what the processes do, and nothing of Django: this process is what stays of `comity run`, and is
small. It promises:

- the first is up before the second starts, where it says by a socket that it is;
- a stop (SIGTERM, Ctrl-C) reaches them in the opposite order, and each may finish what it is doing, for as long as it
  says; what does not end by then is killed, and so is everything at a second stop;
- whoever kills this process ends them too (on Linux);
- what dies is started again after a pause that doubles, and it is said; a node that cannot do without it ends when it
  died MOST_DEATHS times with no minute of life in between.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # prctl(2)
_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0  # seconds before what died is started again
STEADY = 60.0  # seconds of life after which what happened before is forgotten
MOST_DEATHS = 5
READY_WITHIN = 30.0  # seconds
LOOKS_AGAIN = 1.0  # seconds until it is tried again to start what another node runs already
_LONGEST_PATH = 107  # bytes of the address of a Unix socket


@dataclass(frozen=True, slots=True)
class Process:
    """One program of a node.

    Attributes:
        name: what people are told it is called.
        command: the program and its arguments.
        indispensable: the node ends when it cannot be kept running; else the rest goes on without it.
        ready: the Unix socket that answers once the processes after it may start; None if they need not wait. While
            it answers to another node's, this one is not started.
        inherits: descriptors that it is handed.
        stops_within: seconds that it has to end.
        environment: what it is told beside what this process was.
        apart: it gets a process group of its own.
    """

    name: str
    command: tuple[str, ...]
    indispensable: bool = False
    ready: Path | None = None
    inherits: tuple[int, ...] = ()
    stops_within: float = 10.0
    environment: Mapping[str, str] = field(default_factory=dict)
    apart: bool = False


@dataclass(slots=True)
class _Kept:
    """A process as it goes: running or, while `running` is None, to be started at `due`."""

    of: Process
    running: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    due: float = 0.0
    deaths: int = 0


@dataclass(slots=True)
class _Supervisor:
    kept: list[_Kept]
    said: Callable[[str], None]
    wakes: int  # the end of a pipe on which each signal writes its number
    stop: bool = False
    failed: bool = False
    impatient: bool = False
    seen: list[int] = field(default_factory=list)

    def run(self) -> int:
        try:
            for one in self.kept:
                if not self.ending:
                    self._start(one)
                    self._await_ready(one)
            while not self.ending:
                self._wait(self._pause())
                self._look()
        finally:
            for one in reversed(self.kept):
                self._end(one)
        return 1 if self.failed else 0

    @property
    def ending(self) -> bool:
        return self.stop or self.failed

    def _start(self, one: _Kept) -> None:
        if one.of.ready is not None and answers(one.of.ready):
            one.due = time.monotonic() + LOOKS_AGAIN
            return
        parent = os.getpid()
        one.running = subprocess.Popen(
            one.of.command,
            pass_fds=one.of.inherits,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **one.of.environment},
            process_group=0 if one.of.apart else None,
            preexec_fn=lambda: _as_child(parent),  # noqa: PLW1509  this process has one thread
        )
        one.since = time.monotonic()

    def _await_ready(self, one: _Kept) -> None:
        """Wait until it answers; what starts after it is started late rather than never."""
        until = time.monotonic() + READY_WITHIN
        while one.of.ready is not None and not self.ending and not answers(one.of.ready):
            if time.monotonic() > until:
                self.said(f"The {one.of.name} does not answer yet; what needs it starts all the same.")
                return
            self._wait(0.05)
            self._look()

    def _pause(self) -> float | None:
        """How long nothing is due; None for until something happens."""
        dues = [one.due for one in self.kept if one.running is None]
        return max(0.0, min(dues) - time.monotonic()) if dues else None

    def _wait(self, seconds: float | None) -> None:
        """Until a signal comes, or so long."""
        if select.select([self.wakes], [], [], seconds)[0]:
            numbers = os.read(self.wakes, 512)
            stops = sum(number in _STOPS for number in numbers)
            self.impatient = self.impatient or (self.stop and stops > 0)
            self.stop = self.stop or stops > 0

    def _look(self) -> None:
        """Notice who died, and start again who is due."""
        for one in self.kept:
            if one.running is not None and one.running.poll() is not None:
                self._died(one, one.running.returncode)
            if one.running is None and not self.ending and 0 < one.due <= time.monotonic():
                self._start(one)

    def _died(self, one: _Kept, status: int) -> None:
        one.running = None
        if self.ending:
            return
        one.deaths = 1 if time.monotonic() - one.since > STEADY else one.deaths + 1
        how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        if one.of.indispensable and one.deaths >= MOST_DEATHS:
            self.said(f"The {one.of.name} {how}, {one.deaths} times in a row. The node ends.")
            self.failed = True
            return
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (one.deaths - 1))
        one.due = time.monotonic() + pause
        self.said(f"The {one.of.name} {how}; it is started again in {pause:g} s.")

    def _end(self, one: _Kept) -> None:
        """Ask it to end, wait as long as it may take, then make it."""
        if one.running is None:
            return
        one.running.terminate()
        until = time.monotonic() + one.of.stops_within
        while one.running.poll() is None and not self.impatient and (left := until - time.monotonic()) > 0:
            self._wait(min(left, 0.5))
        if one.running.poll() is None:
            self.said(f"The {one.of.name} does not end by itself; it is killed.")
            one.running.kill()
        one.running.wait()


def keep(processes: Sequence[Process], *, said: Callable[[str], None]) -> int:
    """Run the processes until a stop; 0 then, or 1 when the node could not be kept running. `said` tells a person."""
    wakes, writes = os.pipe()
    os.set_blocking(writes, False)
    before = signal.set_wakeup_fd(writes, warn_on_full_buffer=False)
    handlers = {number: signal.signal(number, lambda *_: None) for number in (*_STOPS, signal.SIGCHLD)}
    try:
        return _Supervisor([_Kept(one) for one in processes], said, wakes).run()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before)
        os.close(wakes)
        os.close(writes)


def answers(path: Path) -> bool:
    """Whether something listens on the Unix socket at `path`."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        short = f"/proc/self/fd/{folder}/{path.name}"
        address = str(path) if len(os.fsencode(path)) <= _LONGEST_PATH else short
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe, suppress(OSError):
            probe.connect(address)
            return True
    finally:
        os.close(folder)
    return False


def end_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Let this process get a signal when the one that started it is killed; on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


def _as_child(parent: int) -> None:
    """Between fork and exec. Ctrl-C in a terminal reaches the whole group: it is for the supervisor to act on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    if os.getppid() != parent:  # killed in the meantime
        os._exit(1)
