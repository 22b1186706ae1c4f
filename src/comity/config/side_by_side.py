"""The example on two nodes of one machine: loaded on one, from which Iraq then moves to a node of its own.

Each has its own directory, database, keys, accounts and processes, and names of its own for its cookies. This process
keeps the two together and knows nothing of Django; one Ctrl-C ends both.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from comity.config import node
from comity.config.introducing import Side, StepFailed, command, introduce
from comity.config.offices import ABOUT_SIGN_INS, SIGN_INS, sign_ins
from comity.config.serving import PortTaken, check_free
from comity.config.supervisor import Process, keep
from comity.kernel import disk

FIRST, SECOND = "mission", "iraq"  # the directories; the second is also the handle of the party that moves there

LOOPBACK = "127.0.0.0/8,::1/128"
_OF_ONE_NODE = ("COMITY_DATABASE_URL", "COMITY_SIGNER", "COMITY_LIVE_URL")


def show(home: Path, *, host: str, port: int, workers: int, load_only: bool) -> int:
    """Make what is not there yet, say who may sign in, and serve both nodes; returns the exit status."""
    if home.is_dir() and (others := sorted(one.name for one in home.iterdir() if one.name not in {FIRST, SECOND})):
        print(f"{home} holds {others[0]}; name another directory with --home.", file=sys.stderr)
        if (home / "secret").exists():
            print("It is one node. Serve the example there with: comity demo --one-node", file=sys.stderr)
        return 1
    if set_for_all := [name for name in _OF_ONE_NODE if os.environ.get(name)]:
        print(f"{set_for_all[0]} is for one node, and these are two: unset it, or say --one-node.", file=sys.stderr)
        return 1
    places = {FIRST: port, SECOND: port + 1}
    if not load_only:
        try:
            for one in places.values():
                check_free(host, one)
        except PortTaken as taken:
            print(taken, file=sys.stderr)
            return 1
    addresses = {name: f"http://{host}:{one}/" for name, one in places.items()}
    if status := _make(node.make_private(home), addresses):
        return status
    for name, one in places.items():
        print("\n".join(sign_ins(f"http://{host}:{one}", home / name / SIGN_INS)))
    print("\n".join(ABOUT_SIGN_INS), flush=True)
    if load_only:
        return 0
    served = [
        Process(
            f"node in {home / name}",
            command(home / name, "run", "--host", host, "--port", str(one), "--workers", str(workers)),
            indispensable=True,
            stops_within=60.0,
            environment={"COMITY_COOKIE_PREFIX": f"comity_{name}", "COMITY_PRIVATE_PEERS": LOOPBACK},
            apart=True,
        )
        for name, one in places.items()
    ]
    return keep(served, said=lambda words: print(words, file=sys.stderr, flush=True))


def _make(home: Path, addresses: Mapping[str, str]) -> int:
    """Both nodes, wherever an earlier run was cut short; the exit status of what failed, or 0."""
    if not (home / SECOND).exists():
        print("Loading the example partnership …", flush=True)
        if status := _quietly(home / FIRST, "demo", "--one-node", "--load-only"):
            return status
    passwords = json.loads((home / FIRST / SIGN_INS).read_text())
    theirs = {name: password for name, password in passwords.items() if name.startswith(f"{SECOND}-")}
    if theirs:  # until the end of this, the first node keeps them
        print("Giving Iraq a node of its own …", flush=True)
        if status := _quietly(home / FIRST, "party", "move", SECOND, "--to", str(home / SECOND)):
            return status
        ours = {name: password for name, password in passwords.items() if name not in theirs}
        disk.write(home / SECOND / SIGN_INS, json.dumps(theirs, indent=1).encode())
        disk.write(home / FIRST / SIGN_INS, json.dumps(ours, indent=1).encode())
    print("Letting the two join …", flush=True)
    sides = [Side(home / name, handle, addresses[name]) for name, handle in ((FIRST, "nmi"), (SECOND, SECOND))]
    try:
        introduce(*sides)
    except StepFailed as failed:
        return failed.status
    return 0


def _quietly(home: Path, *arguments: str) -> int:
    """One command on one node; what it complains of is seen."""
    return subprocess.run(command(home, *arguments), stdout=subprocess.DEVNULL, check=False).returncode
