"""The processes of a node, in the order in which they start. `comity run` becomes this module's `main`.

It knows nothing of Django, so that what stays to keep the others together is small.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection
from pathlib import Path

from comity.config.supervisor import Process, keep

SIGNER_SOCKET = "signer.sock"  # as parties.wire calls it, which knows more than a process that only waits must
NAMES = ("signer", "courier", "live", "web")  # of a node's processes, as people name them to `comity run --only`
STOPS_WITHIN = 30  # seconds that a worker has to finish what it is answering, once the server is told to stop


def processes(*, host: str, port: int, workers: int, live: int, only: Collection[str] = NAMES) -> tuple[Process, ...]:
    """Those of a node's processes that `only` names; `live` is the descriptor on which live updates are asked for.

    The signer comes first, for the others need what it signs; where COMITY_SIGNER names another directory than the
    node's own, it is somebody else's to run.
    """
    home = Path(os.environ["COMITY_HOME"])
    known = {
        "signer": Process("signer", _comity("signer"), ready=home / SIGNER_SOCKET),
        "courier": Process("courier", _comity("courier"), stops_within=15.0),
        "live": Process("process of live updates", _comity("live", "--socket", str(live)), inherits=(live,)),
        "web": Process("web server", _web(host, port, workers), indispensable=True, stops_within=STOPS_WITHIN + 5),
    }
    elsewhere = {"signer"} if os.environ["COMITY_SIGNER"] != str(home) else set()
    return tuple(known[name] for name in NAMES if name in set(only) - elsewhere)


def _comity(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "comity.config.command", *arguments)


def _web(host: str, port: int, workers: int) -> tuple[str, ...]:
    return (
        sys.executable, "-m", "granian",
        "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
        "--blocking-threads", "1", "--backpressure", "64", "--no-ws", "--respawn-failed-workers",
        "--workers-kill-timeout", str(STOPS_WITHIN),
        "--log-level", "warning",
        "comity.config.wsgi:application",
    )  # fmt: skip


def main() -> int:
    """Keep the node's processes running until it is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m comity.config.processes")
    parser.add_argument("--host", required=True)
    for number in ("--port", "--workers", "--live"):
        parser.add_argument(number, type=int, required=True)
    parser.add_argument("--only", nargs="+", choices=NAMES, required=True)
    asked = parser.parse_args()
    started = processes(host=asked.host, port=asked.port, workers=asked.workers, live=asked.live, only=asked.only)
    return keep(started, said=lambda words: print(words, file=sys.stderr, flush=True))


if __name__ == "__main__":
    sys.exit(main())
