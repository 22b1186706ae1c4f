"""The way to this node's signer: asks it, when it runs, to use a private key. No Django.

A node that serves starts the signer beside its workers and sets COMITY_SIGNER to the directory in which it listens:
then nothing but the signer uses a key, and while it is away nothing is signed. A single command asks a signer that
runs, and otherwise uses the key itself.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from comity.kernel.errors import DomainError
from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.parties import wire
from comity.parties.keys import KeyMissing
from comity.parties.manifest import Purpose, key_id
from comity.parties.sealing import NotOpened

REQUIRED = "COMITY_SIGNER"
STARTS_WITHIN = 5.0  # seconds that a node which has just started waits for its signer
ANSWERS_WITHIN = 20.0


class SignerAway(DomainError):
    """Nothing can be signed now; nothing was done."""

    message = N_("The signer of this node does not answer, so nothing can be signed. Nothing was changed; try again.")


class SignerRefused(DomainError):
    """The signer looked at what it was to sign, and its rules do not allow it."""

    message = N_("The signer of this node refused: %(reason)s.")


def ask_to_sign(
    home: Path, party: PartyId, purpose: Purpose, public: bytes, message: bytes, context: bytes
) -> bytes | None:
    """The signer's signature, or None where no signer runs and none must.

    Raises:
        SignerAway, SignerRefused, KeyMissing: as they say.
    """
    return _ask(home, "sign", party, purpose, public, message, context)


def ask_to_open(home: Path, party: PartyId, public: bytes, sealed: bytes, info: bytes) -> bytes | None:
    """What was sealed for the exchange key `public`, or None where no signer runs and none must.

    Raises:
        NotOpened: nobody can open it with that key.
        SignerAway, SignerRefused, KeyMissing: as they say.
    """
    return _ask(home, "open", party, Purpose.EXCHANGE, public, sealed, info)


def _ask(home: Path, what: str, party: PartyId, purpose: Purpose, public: bytes, *parts: bytes) -> bytes | None:
    connection = _connect(home)
    if connection is None:
        return None
    head = {"do": what, "party": party, "purpose": purpose.value, "key": public.hex()}
    with connection:
        try:
            wire.send(connection, wire.Message(head, parts), seconds=ANSWERS_WITHIN)
            answer = wire.receive(connection, seconds=ANSWERS_WITHIN)
        except (OSError, wire.NotAMessage) as error:
            raise SignerAway from error
    if answer is None:
        raise SignerAway
    match answer.head.get("said"):
        case "done" if len(answer.parts) == 1:
            return answer.parts[0]
        case "missing":
            raise KeyMissing(f"no {purpose.value} key {key_id(public)[:8]} of {party[:8]} on this node")
        case "not opened":
            raise NotOpened("this key does not open it")
        case _:
            raise SignerRefused(reason=answer.head.get("reason", ""))


def _connect(home: Path) -> socket.socket | None:
    required = os.environ.get(REQUIRED, "")
    if not required and not (home / wire.SOCKET).exists():
        return None
    until = time.monotonic() + STARTS_WITHIN
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(ANSWERS_WITHIN)
        try:
            with wire.address(Path(required or home)) as path:
                connection.connect(path)
        except OSError as error:
            connection.close()
            if not required:
                return None
            if time.monotonic() > until:
                raise SignerAway from error
            time.sleep(0.05)
        else:
            return connection
