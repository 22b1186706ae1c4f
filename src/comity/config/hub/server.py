"""The message server: which one there is, how it is configured, and how it is told that members changed. No Django."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from comity.config.hub.home import Settings, warden_seed
from comity.federation.hub import nkeys, wire
from comity.federation.hub.store import PAPERS_AT_LEAST, SYNCS_BY_ITSELF
from comity.kernel import disk
from comity.kernel.errors import DomainError
from comity.kernel.text import N_

PROGRAM = "nats-server"
OLDEST = (2, 9)
"""Before it a consumer could not be limited as the hub needs it; what is told here was tried with 2.9.10."""


class NoServer(DomainError):
    """The message server is a program of its own."""

    message = N_("%(program)s is not installed. On Debian: apt install nats-server")


class OldServer(DomainError):
    """It is too old, or says no version."""

    message = N_("%(program)s is version %(version)s; the hub needs %(oldest)s or newer.")


class BadConfiguration(DomainError):
    """The message server does not take what it was given: mostly a certificate that is not there."""

    message = N_("The message server does not accept its configuration: %(reason)s")


def found() -> tuple[str, tuple[int, int]]:
    """The program's path and version. Raises NoServer, OldServer."""
    path = shutil.which(PROGRAM, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if path is None:
        raise NoServer(program=PROGRAM)
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=20).stdout
    numbers = re.search(r"v(\d+)\.(\d+)\.", said)
    version = (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
    if version < OLDEST:
        raise OldServer(program=path, version=said.strip() or "?", oldest=".".join(map(str, OLDEST)))
    return path, version


def configuration(home: Path, settings: Settings, keys: Iterable[str], version: tuple[int, int]) -> str:
    """What the message server is told: who may say what, how much it keeps, and that it writes before it answers.

    A member publishes on subjects that end with its own key, and reads what is addressed to it. Nothing else: no
    stream, no consumer, no other member's answers.
    """
    warden = nkeys.public_of(warden_seed(home))
    users = [f'    {{ nkey: {warden}, permissions: {{ publish: [">"], subscribe: [">"] }} }}']
    users += [
        f"    {{ nkey: {key}, permissions: {{\n"
        f'        publish: {{ allow: ["{wire.ASKED}.*.{key}"] }},\n'
        f'        subscribe: {{ allow: ["{wire.inbox(key)}.>", "{wire.hint(key)}"] }} }} }}'
        for key in sorted(keys)
    ]
    at_once = "    sync_interval: always\n" if version >= SYNCS_BY_ITSELF else ""
    store = settings.most_bytes + max(settings.most_bytes // 4, PAPERS_AT_LEAST) + 64 * 1024 * 1024
    secure = (
        f"tls {{ cert_file: {_quoted(settings.certificate)}, key_file: {_quoted(settings.private_key)}, timeout: 5 }}\n"
        if settings.tls
        else ""
    )
    return (
        "# Made by comity hub. Changes are lost at its next start.\n"
        f"server_name: comity_hub\nhost: {_quoted(settings.host)}\nport: {settings.port}\n"
        f"pid_file: {_quoted(str(home / 'nats.pid'))}\n"
        f"{secure}"
        f"max_payload: {wire.MOST_BYTES + 65_536}\nmax_pending: {8 * wire.MOST_BYTES}\n"
        'max_connections: 2000\nmax_subscriptions: 50\nmax_control_line: 4096\nwrite_deadline: "10s"\n'
        f"jetstream {{\n    store_dir: {_quoted(str(home / 'store'))}\n    max_memory_store: 1MB\n"
        f"    max_file_store: {store}\n{at_once}}}\n"
        "authorization {\n  timeout: 5\n  users: [\n" + "\n".join(users) + "\n  ]\n}\n"
    )


def write(home: Path, text: str, program: str) -> Path:
    """Put the configuration where the server reads it, once the server says that it can. Raises BadConfiguration."""
    trial, path = home / "nats.conf.new", home / "nats.conf"
    disk.write(trial, text.encode())
    said = subprocess.run([program, "-t", "-c", trial], capture_output=True, text=True, check=False, timeout=20)
    if said.returncode:
        trial.unlink()
        raise BadConfiguration(reason=(said.stderr or said.stdout).strip()[-300:])
    trial.replace(path)
    return path


def tell(home: Path) -> bool:
    """Let a server that runs read its configuration again; False where none runs."""
    with suppress(OSError, ValueError):
        pid = int((home / "nats.pid").read_text())
        if Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[-2] == os.fsencode(home / "nats.conf"):
            os.kill(pid, signal.SIGHUP)
            return True
    return False


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
