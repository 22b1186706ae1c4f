"""The demonstration as a newcomer starts it: two nodes, joined, each served at an address of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.node import Node, comity, environment, free_port, wait_until_it_answers

ENDS_WITHIN = 60.0


@contextmanager
def two_nodes(home: Path) -> Iterator[tuple[Node, Node]]:
    """The mission's node and Iraq's, until the block ends."""
    port = free_port(beside=1)
    made = comity(home, "demo", "--load-only", "--port", str(port))
    if made.returncode:
        raise RuntimeError(f"the example could not be loaded:\n{made.stdout}\n{made.stderr}")
    log = home.parent / f"{home.name}.log"
    nodes = (
        Node(home / "mission", f"http://localhost:{port}", "comity_mission"),
        Node(home / "iraq", f"http://localhost:{port + 1}", "comity_iraq"),
    )
    with log.open("w") as output:
        command = [sys.executable, "-m", "comity.config.command", "demo", "--port", str(port), "--workers", "1"]
        served = subprocess.Popen(
            command, env=environment(home), stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            for node in nodes:
                wait_until_it_answers(f"{node.address}/healthz", served, log)
            yield nodes
        finally:
            os.kill(served.pid, signal.SIGTERM)
            try:
                served.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                served.kill()
                served.wait()
