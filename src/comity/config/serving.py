"""Serving a node: this process becomes the server, and its workers end with it."""

import ctypes
import os
import signal
import socket
import sys

from comity.config.durability import assert_durable
from comity.kernel.errors import DomainError
from comity.kernel.text import N_

STOPS_WITHIN = 30  # seconds that a worker has to finish what it is answering, once the server is told to stop
_PR_SET_PDEATHSIG = 1  # prctl(2)


class PortTaken(DomainError):
    """Another program listens there; the server would share the port with it, and each get half of the requests."""

    message = N_("Nothing can listen on %(host)s, port %(port)s: %(reason)s.")


def serve(*, host: str, port: int, workers: int) -> None:
    """Become the server; `workers` 0 means one per core. Returns never.

    Raises:
        PortTaken: as it says.
    """
    assert_durable()
    address = "127.0.0.1" if host == "localhost" else host
    _check_free(address, port)
    if os.environ.get("COMITY_FAILPOINTS"):
        print("COMITY_FAILPOINTS is set: this node dies when it is told to. For tests only.", file=sys.stderr)
    print(f"Serving on http://{host}:{port} (Ctrl-C stops it)")
    sys.stdout.flush()
    os.environ.setdefault("COMITY_HOSTS", f"{host},localhost,127.0.0.1,[::1]")
    arguments = [
        "--interface", "wsgi", "--host", address, "--port", str(port), "--workers", str(workers or os.cpu_count() or 1),
        "--blocking-threads", "1", "--backpressure", "64", "--no-ws", "--respawn-failed-workers",
        "--workers-kill-timeout", str(STOPS_WITHIN),
        "--log-level", "warning",
        "comity.config.wsgi:application",
    ]  # fmt: skip
    os.execv(sys.executable, [sys.executable, "-m", "granian", *arguments])


def _check_free(host: str, port: int) -> None:
    """Refuse a port that something listens on: the server itself would not notice."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what is only being closed is free
            probe.bind(address)
    except OSError as error:
        raise PortTaken(host=host, port=port, reason=error.strerror or error) from error


def end_with_parent() -> None:
    """A worker whose server was killed finishes its request and ends, and serves no longer beside the next one."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
