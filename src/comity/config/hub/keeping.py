"""What the commands do in a hub's own directory: serve it, and say who may use it. No Django."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from comity.config.hub import home as homes
from comity.config.hub import members, server
from comity.config.hub.home import Settings, settings_of
from comity.config.supervisor import Process, keep
from comity.federation.hub.store import SYNCS_BY_ITSELF
from comity.kernel.errors import DomainError
from comity.parties import fingerprint


def carry_out(asked: Namespace, home: Path) -> int:
    """Do what was asked; the exit status. A refusal is said in words."""
    try:
        return _ACTS[asked.hub, getattr(asked, "member", "")](asked, home)
    except DomainError as refusal:
        print(refusal, file=sys.stderr)
    except ModuleNotFoundError as missing:
        print(f"{missing.name} is not installed: pip install 'comity[hub]'", file=sys.stderr)
    return 1


def _serve(asked: Namespace, home: Path) -> int:
    """Make or change the hub, and keep its two processes running."""
    program, version = server.found()
    before = settings_of(home) if (home / "hub.json").exists() else Settings()
    given = {name: value for name in Settings.__slots__ if (value := getattr(asked, name)) is not None}
    settings = replace(before, **given)
    homes.make(home, settings)
    configuration = _configure(home, settings, program, version)
    if version < SYNCS_BY_ITSELF:
        print(f"{program} cannot write synchronously by itself; the warden waits for the disk in its place.")
    if not settings.tls:
        print("Without a certificate (--certificate, --private-key) the hub speaks without TLS: for one machine only.")
    print(f"The hub listens on {settings.host}, port {settings.port} (Ctrl-C stops it)", flush=True)
    processes = (
        Process("message server", (program, "-c", str(configuration)), indispensable=True),
        Process("warden", (sys.executable, "-m", "comity.config.hub.warden"), indispensable=True),
    )
    os.environ["COMITY_HOME"] = str(home)
    return keep(processes, said=lambda words: print(words, file=sys.stderr, flush=True))


def _configure(home: Path, settings: Settings, program: str, version: tuple[int, int]) -> Path:
    keys = {one.key for one in members.members(home)}
    return server.write(home, server.configuration(home, settings, keys, version), program)


def _add(asked: Namespace, home: Path) -> int:
    settings_of(home)
    said = members.add(home, asked.file.read_bytes(), " ".join(asked.words), at=datetime.now(UTC))
    print(f"{said.of.handle} ({said.of.party}) may use this hub with the key {said.key}.")
    return _changed(home)


def _remove(asked: Namespace, home: Path) -> int:
    settings_of(home)
    members.remove(home, asked.party)
    print(f"The node of {asked.party} may speak here no more.")
    return _changed(home)


def tell(home: Path) -> bool:
    """Let the hub know who may use it now; False where none runs here."""
    program, version = server.found()
    _configure(home, settings_of(home), program, version)
    return server.tell(home)


def _changed(home: Path) -> int:
    print("The hub knows it already." if tell(home) else "The hub knows it when it is started.")
    return 0


def _list(_asked: Namespace, home: Path) -> int:
    settings_of(home)
    for one in members.members(home):
        print(f"{one.of.party} {one.of.handle} {one.key}")
        print("    " + " ".join(fingerprint.words_of(one.of.party, "en")))
    return 0


_ACTS: dict[tuple[str, str], Callable[[Namespace, Path], int]] = {
    ("serve", ""): _serve,
    ("member", "add"): _add,
    ("member", "remove"): _remove,
    ("member", "list"): _list,
}
