"""Serving a node: what could refuse is asked first, then this process becomes the one that keeps the others."""

import os
import socket
import sys
from collections.abc import Sequence

from comity.config.processes import NAMES
from comity.kernel.errors import DomainError
from comity.kernel.text import N_

_BESIDE = 1000  # how far above the port of the pages the one of live updates is, where nobody says otherwise


class PortTaken(DomainError):
    """Another program listens there; the server would share the port with it, and each get half of the requests."""

    message = N_("Nothing can listen on %(host)s, port %(port)s: %(reason)s.")


class NoSuchProcess(DomainError):
    """A node has no process of that name."""

    message = N_("A node has no process “%(name)s”. Name one or several of these, with commas between: %(names)s.")


def named(words: str) -> tuple[str, ...]:
    """The processes that `words` names, with commas between, in the order in which they start; "" names all.

    Raises:
        NoSuchProcess: as it says.
    """
    asked = {word.strip() for word in words.split(",")} if words.strip() else set(NAMES)
    for name in sorted(asked - set(NAMES)):
        raise NoSuchProcess(name=name, names=", ".join(NAMES))
    return tuple(name for name in NAMES if name in asked)


def serve(*, host: str, port: int, workers: int, live_port: int, only: Sequence[str] = NAMES) -> None:
    """Become what keeps the node's processes, those of `only`; `workers` 0 means one per core. Returns never.

    `live_port` is where live updates are asked for; 0 means the one a thousand above `port`, or any that is free. Where
    `only` leaves live updates out, it says where another serves them, and with 0 pages do without.

    Raises:
        PortTaken: as it says; nothing was started.
    """
    from comity.config.durability import assert_durable

    assert_durable()
    address = "127.0.0.1" if host == "localhost" else host
    if "web" in only:
        check_free(host, port)
    live = _live(address, port, live_port) if "live" in only else None
    if os.environ.get("COMITY_FAILPOINTS"):
        print("COMITY_FAILPOINTS is set: this node dies when it is told to. For tests only.", file=sys.stderr)
    what = f"Serving on http://{host}:{port}" if "web" in only else f"Running: {', '.join(only)}"
    print(f"{what} (Ctrl-C stops it)")
    sys.stdout.flush()
    os.environ.setdefault("COMITY_HOSTS", f"{host},localhost,127.0.0.1,[::1]")
    os.environ.setdefault("COMITY_SIGNER", os.environ["COMITY_HOME"])
    os.environ["COMITY_PORT"] = str(port)
    os.environ["COMITY_LIVE_PORT"] = str(live.getsockname()[1] if live else live_port)
    arguments = ["--host", address, "--port", str(port), "--workers", str(workers or os.cpu_count() or 1)]
    if live:
        live.listen(128)
        live.set_inheritable(True)
    arguments += ["--live", str(live.detach() if live else -1), "--only", *only]
    os.execv(sys.executable, [sys.executable, "-m", "comity.config.processes", *arguments])


def serve_live(*, host: str, port: int, descriptor: int) -> None:
    """Serve live updates until told to stop, on the socket that was handed over as `descriptor`, or else on `port`.

    Raises:
        PortTaken: as it says.
    """
    from comity.shell.live.serving import serve as serve_streams

    if descriptor >= 0:
        listening = socket.socket(fileno=descriptor)
    else:
        listening = _listening("127.0.0.1" if host == "localhost" else host, port)
        listening.listen(128)
    serve_streams(listening, port=int(os.environ.get("COMITY_PORT", "0")))


def _live(host: str, port: int, wanted: int) -> socket.socket:
    """The bound socket for live updates. It stays open when their process is started again, so the port stays."""
    if wanted:
        return _listening(host, wanted)
    try:
        return _listening(host, port + _BESIDE)
    except (PortTaken, OverflowError):
        return _listening(host, 0)


def check_free(host: str, port: int) -> None:
    """Raises PortTaken when something listens there."""
    _listening("127.0.0.1" if host == "localhost" else host, port).close()


def _listening(host: str, port: int) -> socket.socket:
    """A socket bound there; refuses a port that something listens on, for the server itself would not notice."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortTaken(host=host, port=port, reason=error.strerror or error) from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what is only being closed is free
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise PortTaken(host=host, port=port, reason=error.strerror or error) from error
    return bound
