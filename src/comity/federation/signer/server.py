"""The process behind the socket: reads one request at a time from each connection, looks, and signs or refuses.

It answers only its own system user and those it was started for, by what the kernel says of them. At most
`CONNECTIONS` are open at once, others wait; a message has a largest size and a deadline; whatever comes, the worst is
that this one connection is closed. What it refuses is logged with the reason, never with the content.
"""

from __future__ import annotations

import ctypes
import fcntl
import logging
import os
import signal
import socket
import struct
import sys
import threading
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.federation.signer import policy
from comity.kernel.ids import BadId, parse_party_id
from comity.parties import keys, sealing, wire
from comity.parties.manifest import Purpose

logger = logging.getLogger("comity.signer")

CONNECTIONS = 16
SECONDS = 10.0  # for one message to come, or for an answer to be taken
_LOCK = "signer.lock"
_PR_SET_DUMPABLE = 4  # prctl(2)


class RunsAlready(Exception):
    """Another signer answers for this node."""


def serve(home: Path, *, users: Set[int]) -> None:
    """Answer on the node's socket until SIGTERM or SIGINT. `users`: the system users who may ask.

    Raises:
        RunsAlready: as it says.
    """
    _hide_memory()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    slots = threading.BoundedSemaphore(CONNECTIONS)
    with _listening(home, 0o600 if users == {os.geteuid()} else 0o666) as listener:
        listener.settimeout(0.5)
        while not stopped.is_set():
            if not slots.acquire(timeout=0.5):
                continue
            try:
                connection, _ = listener.accept()
            except OSError:  # nobody came, or whoever came has gone
                slots.release()
                continue
            threading.Thread(target=_attend, args=(connection, home, users, slots), daemon=True).start()


def _attend(connection: socket.socket, home: Path, users: Set[int], slots: threading.BoundedSemaphore) -> None:
    """Answer one connection until it ends; it never outlives a fault of its own."""
    try:
        with connection:
            if _user_of(connection) not in users:
                logger.warning("refused a connection of system user %s", _user_of(connection))
                return
            while (message := wire.receive(connection, seconds=SECONDS)) is not None:
                wire.send(connection, answer(message, home), seconds=SECONDS)
    except (OSError, wire.NotAMessage) as error:
        logger.info("a connection ended: %s", error)
    finally:
        slots.release()


def answer(message: wire.Message, home: Path) -> wire.Message:
    """What is said to one request: done with the result, missing, not opened, or refused with the reason."""
    try:
        return wire.Message({"said": "done"}, [_carry_out(message, home)])
    except policy.Refused as refusal:
        logger.warning("refused for %.8s: %s", message.head.get("party", ""), refusal)
        return wire.Message({"said": "refused", "reason": str(refusal)})
    except keys.KeyMissing as missing:
        logger.warning("%s", missing)
        return wire.Message({"said": "missing"})
    except sealing.NotOpened:
        return wire.Message({"said": "not opened"})


def _carry_out(message: wire.Message, home: Path) -> bytes:
    try:
        party = parse_party_id(message.head["party"])
        purpose = Purpose(message.head["purpose"])
        public = bytes.fromhex(message.head["key"])
        first, second = message.parts
    except (BadId, KeyError, ValueError) as error:
        raise policy.Refused("this is no request") from error
    match message.head.get("do"):
        case "sign":
            policy.check(party, purpose, first, second)
            return Ed25519PrivateKey.from_private_bytes(keys.read(home, party, purpose, public)).sign(first)
        case "open" if purpose is Purpose.EXCHANGE:
            return sealing.open_with(keys.read(home, party, purpose, public), first, second)
        case _:
            raise policy.Refused("this is no request")


@contextmanager
def _listening(home: Path, mode: int) -> Iterator[socket.socket]:
    """The node's socket, of this mode from its first moment, in place of one that a killed signer left."""
    lock = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise RunsAlready from None
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener, wire.address(home) as path:
            (home / wire.SOCKET).unlink(missing_ok=True)
            before = os.umask(0o777 & ~mode)
            listener.bind(path)
            os.umask(before)
            listener.listen(64)
            yield listener
            (home / wire.SOCKET).unlink(missing_ok=True)
    finally:
        os.close(lock)


def _user_of(connection: socket.socket) -> int:
    """The system user at the other end, as the kernel knows it."""
    _process, user, _group = struct.unpack(
        "3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    )
    return int(user)


def _hide_memory() -> None:
    """No core dump of this process, and no look into its memory by another process of the same user."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
