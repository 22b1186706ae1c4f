"""Private keys of the parties a node hosts: files that the node's user alone can read, and never in the database.

    <home>/keys/<party id>/<purpose>.key     32 raw bytes, mode 0600, in a directory of mode 0700

A node that is stolen as a database gives no key away; a key is written once and never replaced in place.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from comity.kernel import disk
from comity.kernel.ids import PartyId, parse_party_id
from comity.parties.manifest import Purpose


class KeyMissing(Exception):
    """This node does not hold the key, or holds it where others could have read it."""


def generate(entropy: Callable[[int], bytes] = os.urandom) -> dict[Purpose, bytes]:
    """A new private key for each purpose, 32 bytes each: Ed25519, and X25519 for the exchange of keys."""
    return {purpose: entropy(32) for purpose in Purpose}


def public_of(purpose: Purpose, private: bytes) -> bytes:
    """The public half, 32 raw bytes."""
    if purpose is Purpose.EXCHANGE:
        return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def folder_of(home: Path, party: PartyId) -> Path:
    """Where the keys of `party` are kept. The id is checked: it becomes part of a path."""
    return home / "keys" / parse_party_id(party)


def write(home: Path, party: PartyId, private: Mapping[Purpose, bytes]) -> None:
    """Write the keys of a party that this node has none of yet. Raises FileExistsError if it has."""
    folder = folder_of(home, party)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.parent.chmod(0o700)
    folder.mkdir(mode=0o700)
    for purpose, key in private.items():
        handle = os.open(folder / f"{purpose.value}.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(key)
            stream.flush()
            os.fsync(stream.fileno())
    for name in (folder, folder.parent, home):
        disk.sync(name)


def forget(home: Path, party: PartyId) -> None:
    """Take back what `write` wrote for a party that was not founded after all."""
    shutil.rmtree(folder_of(home, party), ignore_errors=True)


def read(home: Path, party: PartyId, purpose: Purpose) -> bytes:
    """The private key. Raises KeyMissing, also when its file is open to anybody else."""
    path = folder_of(home, party) / f"{purpose.value}.key"
    try:
        with path.open("rb") as stream:
            if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                raise KeyMissing(f"{path.name} of {party[:8]} is open to others: it may be known, and is not used")
            return stream.read()
    except OSError as error:
        raise KeyMissing(f"no {purpose.value} key of {party[:8]} on this node") from error
