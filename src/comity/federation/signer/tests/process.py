"""A signer as a process of its own, for tests that need one."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.parties import wire


@contextmanager
def signers(home: Path) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Gives what starts a signer of the node in `home` and returns when it answers, or has ended; ends them all."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("COMITY_", "DJANGO_"))}
        command = [sys.executable, "-m", "comity.config.command", "--home", str(home), "signer"]
        with (home.parent / "signer.log").open("ab") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        started.append(process)
        until = time.monotonic() + 30
        while process.poll() is None and not answers(home):
            assert time.monotonic() < until
            time.sleep(0.05)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def answers(home: Path) -> bool:
    """Whether a signer listens there."""
    try:
        connect(home).close()
    except OSError:
        return False
    return True


def connect(home: Path) -> socket.socket:
    """A connection to the signer of the node in `home`. Raises OSError."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(15)
    try:
        with wire.address(home) as path:
            connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection
