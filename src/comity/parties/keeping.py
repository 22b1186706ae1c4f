"""The root key away from the node: a file that a passphrase opens, to be kept where no network reaches.

The key is sealed with AES-256-GCM under scrypt (RFC 7914; N = 2^17, r = 8, p = 1: 128 MB and about half a second for
each guess). The file says in the clear whose key it is; that too is bound by the seal. A key leaves the node only after
its copy was read back and opened.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from comity.kernel import canonical, disk
from comity.kernel.errors import DomainError, require
from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.parties import keys
from comity.parties.manifest import Purpose
from comity.parties.queries import newest

_TYPE = "comity root key, scrypt 2^17 8 1, AES-256-GCM"
_MAX_BYTES = 4_096
SHORTEST = 14


class PassphraseTooShort(DomainError):
    """Whoever finds the file can try as many as they like."""

    message = N_("A passphrase has at least %(least)s characters: take several words.")


class NotThatKey(DomainError):
    """The file is damaged, another party's, or sealed with another passphrase."""

    message = N_("This file and passphrase do not give the root key of this party.")


class FileExists(DomainError):
    """A copy of a key is never written over another file."""

    message = N_("%(file)s exists already; nothing was overwritten.")


def export_root(
    *, party: PartyId, file: Path, passphrase: str, home: Path, entropy: Callable[[int], bytes] = os.urandom
) -> None:
    """Write the party's root key to `file`, sealed; returns when the copy was read back and opened.

    Raises:
        PassphraseTooShort, FileExists: as they say.
        keys.KeyMissing: the key is not here.
    """
    require(len(passphrase) >= SHORTEST, PassphraseTooShort(least=SHORTEST))
    public = newest(party).keys[Purpose.ROOT][0]
    private = keys.read(home, party, Purpose.ROOT, public)
    salt, nonce = entropy(16), entropy(12)
    head = {"type": _TYPE, "party": party, "key": public.hex(), "salt": salt.hex(), "nonce": nonce.hex()}
    sealed = AESGCM(_derived(passphrase, salt)).encrypt(nonce, private, canonical.encode(head))
    try:
        disk.write_new(file, json.dumps({**head, "sealed": sealed.hex()}, indent=1).encode() + b"\n")
    except FileExistsError as error:
        raise FileExists(file=file) from error
    require(_opened(party, file, passphrase) == (public, private), NotThatKey)


def remove_root(*, party: PartyId, file: Path, passphrase: str, home: Path) -> None:
    """Destroy the root key on this node, once `file` was opened and holds it.

    Raises:
        NotThatKey: the file does not; then the key stays.
        keys.KeyMissing: the key is not here.
    """
    public = newest(party).keys[Purpose.ROOT][0]
    private = keys.read(home, party, Purpose.ROOT, public)
    require(_opened(party, file, passphrase) == (public, private), NotThatKey)
    keys.destroy(home, party, Purpose.ROOT, public)


def import_root(*, party: PartyId, file: Path, passphrase: str, home: Path) -> None:
    """Bring the root key back, for as long as it is needed.

    Raises:
        NotThatKey: the file does not hold the root key that the newest manifest names.
    """
    public, private = _opened(party, file, passphrase)
    require(public in newest(party).keys[Purpose.ROOT], NotThatKey)
    if not keys.holds(home, party, Purpose.ROOT, public):
        keys.add(home, party, Purpose.ROOT, private)


def _opened(party: PartyId, file: Path, passphrase: str) -> tuple[bytes, bytes]:
    """The public and the private half that a file holds."""
    try:
        with file.open("rb") as stream:
            said = json.loads(stream.read(_MAX_BYTES))
        sealed = bytes.fromhex(said.pop("sealed"))
        require(said["type"] == _TYPE and said["party"] == party, NotThatKey)
        key = _derived(passphrase, bytes.fromhex(said["salt"]))
        private = AESGCM(key).decrypt(bytes.fromhex(said["nonce"]), sealed, canonical.encode(said))
        public = keys.public_of(Purpose.ROOT, private)
        require(public.hex() == said["key"], NotThatKey)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidTag) as error:
        raise NotThatKey from error
    return public, private


def _derived(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(passphrase.encode())
