"""Private keys of the parties a node hosts: files that the node's user alone can read, and never in the database.

    <home>/keys/<party id>/<purpose>-<key id>.key     32 raw bytes, mode 0600, in a directory of mode 0700

A node that is stolen as a database gives no key away. A key has a name of its own, which its manifest gives too: it is
written once and never replaced in place, so that a rotation that is cut short leaves every key where it was.
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
from comity.parties.manifest import Purpose, key_id


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


def file_of(home: Path, party: PartyId, purpose: Purpose, public: bytes) -> Path:
    """Where the private half of `public` is kept, if it is."""
    return folder_of(home, party) / f"{purpose.value}-{key_id(public)}.key"


def write(home: Path, party: PartyId, private: Mapping[Purpose, bytes]) -> None:
    """Write the keys of a party that this node has none of yet. Raises FileExistsError if it has."""
    folder = folder_of(home, party)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.parent.chmod(0o700)
    folder.mkdir(mode=0o700)
    for purpose, key in private.items():
        add(home, party, purpose, key)
    for name in (folder.parent, home):
        disk.sync(name)


def add(home: Path, party: PartyId, purpose: Purpose, private: bytes) -> None:
    """Write one more key of a party that has some here. Raises FileExistsError if it is there already."""
    disk.write_new(file_of(home, party, purpose, public_of(purpose, private)), private)


def forget(home: Path, party: PartyId) -> None:
    """Take back what `write` wrote for a party that was not founded after all."""
    shutil.rmtree(folder_of(home, party), ignore_errors=True)


def holds(home: Path, party: PartyId, purpose: Purpose, public: bytes) -> bool:
    """Whether the private half of `public` lies on this node."""
    return file_of(home, party, purpose, public).is_file()


def read(home: Path, party: PartyId, purpose: Purpose, public: bytes) -> bytes:
    """The private half of `public`. Raises KeyMissing, also when its file is open to anybody else or holds another."""
    path = file_of(home, party, purpose, public)
    try:
        with path.open("rb") as stream:
            if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                raise KeyMissing(f"{path.name} of {party[:8]} is open to others: it may be known, and is not used")
            private = stream.read(33)
    except OSError as error:
        raise KeyMissing(f"no {purpose.value} key of {party[:8]} on this node") from error
    if len(private) != 32 or public_of(purpose, private) != public:
        raise KeyMissing(f"{path.name} of {party[:8]} holds another key than it says")
    return private


def destroy(home: Path, party: PartyId, purpose: Purpose, public: bytes) -> None:
    """Overwrite a key that is there and take it away; what a disk keeps of what was overwritten is beyond a program."""
    path = file_of(home, party, purpose, public)
    with path.open("r+b", buffering=0) as stream:
        stream.write(os.urandom(32))
        os.fsync(stream.fileno())
    path.unlink()
    disk.sync(path.parent)
