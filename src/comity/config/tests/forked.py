"""Commands of a node in processes of their own, without Python reading the same libraries each time.

One process has imported what is the same for every node (no settings, nothing of Django that needs them) and forks for
each command; the child gets arguments, environment and files as a shell would give them, and runs the module as
`python -m` does. Starting it costs a third. What `python -m` itself does, those tests show that serve nodes.
"""

import atexit
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

IMPORTED = (
    "asyncio", "babel.dates", "babel.numbers", "comity.federation.protocol", "comity.kernel.canonical",
    "comity.labels.domain", "comity.programme.domain", "cryptography.hazmat.primitives.asymmetric.ed25519",
    "cryptography.hazmat.primitives.ciphers.aead", "django.core.management", "django.core.serializers.json",
    "django.db.backends.sqlite3.base", "django.db.migrations.executor", "django.db.models.functions",
    "django.forms", "django.template.backends.jinja2", "django.urls", "django.views.generic", "email.message",
    "fractions", "rich.console", "rich.progress", "sqlparse", "tarfile", "xml.etree.ElementTree",
)  # fmt: skip
LONGEST = 64_000  # bytes of a request: arguments and environment


def run(
    module: str, arguments: Sequence[str], environment: Mapping[str, str], *, said: str = "", timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """`python -m module arguments…` with this environment and no other; `said` is its standard input."""
    told, tells = os.pipe()
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(said.encode())
        given.seek(0)
        request = json.dumps([module, list(arguments), dict(environment), str(Path.cwd())]).encode()
        server, one_at_a_time = _server()
        with one_at_a_time:
            socket.send_fds(server, [request], [given.fileno(), out.fileno(), err.fileno(), tells])
        os.close(tells)
        try:
            words = b""
            while more := os.read(told, 64) if select.select([told], [], [], timeout)[0] else b"":
                words += more
        finally:
            os.close(told)
        pid, _, status = words.decode().partition(" ")
        if not status:
            if pid:
                os.kill(int(pid), signal.SIGKILL)
            raise subprocess.TimeoutExpired([module, *arguments], timeout)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess([module, *arguments], int(status), out.read().decode(), err.read().decode())


@cache
def _server() -> tuple[socket.socket, threading.Lock]:
    """The connection to the process that forks, which ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * LONGEST)
    with theirs:
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("COMITY_", "DJANGO_"))}
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(theirs.fileno())], pass_fds=[theirs.fileno()], env=plain
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours, threading.Lock()


def serve(connection: socket.socket) -> None:
    """Fork for each request until nobody can ask any more."""
    for name in IMPORTED:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        request, files, _, _ = socket.recv_fds(connection, LONGEST, 4)
        if not request:
            return
        if os.fork() == 0:
            connection.close()
            _attend(request, files)
        for one in files:
            os.close(one)


def _attend(request: bytes, files: Sequence[int]) -> None:
    """Start the command, and say which process it is and how it ended; returns never."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *of_the_command, tells = files
    pid = os.fork()
    if pid == 0:
        os.close(tells)
        module, arguments, environment, folder = json.loads(request)
        _become(module, arguments, environment, folder, of_the_command)
    os.write(tells, f"{pid} ".encode())
    _, status = os.waitpid(pid, 0)
    os.write(tells, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(module: str, arguments: list[str], environment: dict[str, str], folder: str, files: list[int]) -> None:
    """This process from now on: the command, which ends as any does. Returns never."""
    for number, one in enumerate(files):
        os.dup2(one, number)
        os.close(one)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit()  # as an interpreter ends: whatever is open is closed, a database among it


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
