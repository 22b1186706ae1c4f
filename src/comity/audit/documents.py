"""Proofs as documents that travel, and their checks, which need no database: anybody can make them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from comity.audit import merkle
from comity.kernel.canonical import Json

_HASH = re.compile(r"[0-9a-f]{64}")


class NotAProof(ValueError):
    """The JSON is not a proof of that kind."""


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That the leaf with these bytes stands at `index` in the log of `size` entries with that root."""

    index: int
    size: int
    leaf: bytes
    leaf_hash: bytes
    path: tuple[bytes, ...]
    root: bytes

    def json(self) -> dict[str, Json]:
        """The form that travels: `leaf` in base64, hashes in hexadecimal. `standalone.check` reads it too."""
        return {
            "index": self.index,
            "size": self.size,
            "leaf": base64.b64encode(self.leaf).decode("ascii"),
            "leaf_hash": self.leaf_hash.hex(),
            "path": [sibling.hex() for sibling in self.path],
            "root": self.root.hex(),
        }

    @classmethod
    def of(cls, value: Mapping[str, Json]) -> InclusionProof:
        """Read the form that travels; raises NotAProof."""
        try:
            leaf = base64.b64decode(_text(value, "leaf"), validate=True)
        except (binascii.Error, ValueError) as error:
            raise NotAProof("leaf is not base64") from error
        sizes, hashes = (_number(value, "index"), _number(value, "size")), _hash(_text(value, "leaf_hash"))
        return cls(*sizes, leaf, hashes, _path(value), _hash(_text(value, "root")))


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the log of `second` entries begins with the log of `first`."""

    first: int
    second: int
    first_root: bytes
    second_root: bytes
    path: tuple[bytes, ...]

    def json(self) -> dict[str, Json]:
        """The form that travels: hashes in hexadecimal."""
        return {
            "first": self.first,
            "second": self.second,
            "first_root": self.first_root.hex(),
            "second_root": self.second_root.hex(),
            "path": [sibling.hex() for sibling in self.path],
        }

    @classmethod
    def of(cls, value: Mapping[str, Json]) -> ConsistencyProof:
        """Read the form that travels; raises NotAProof."""
        first, second = _number(value, "first"), _number(value, "second")
        roots = _hash(_text(value, "first_root")), _hash(_text(value, "second_root"))
        return cls(first, second, *roots, _path(value))


def check(proof: InclusionProof | Mapping[str, Json]) -> bool:
    """Whether an inclusion proof holds; a malformed one does not. Pure: needs no database.

    1. The leaf's hash is SHA-256(00 ‖ leaf), and equals `leaf_hash`.
    2. Combine it with each hash of `path`, from leaf to root, into SHA-256(01 ‖ left ‖ right). The sibling stands on
       the left where the bit of the index for that level is set, and wherever the node is the last of its row.
    3. The result equals `root`, which a checkpoint says a party has signed.
    """
    try:
        read = proof if isinstance(proof, InclusionProof) else InclusionProof.of(proof)
    except NotAProof:
        return False
    if merkle.leaf_hash(read.leaf) != read.leaf_hash:
        return False
    return merkle.verify_inclusion(read.leaf_hash, read.index, read.size, read.path, read.root)


def check_consistency(proof: ConsistencyProof | Mapping[str, Json]) -> bool:
    """Whether a consistency proof holds; a malformed one does not. Pure: needs no database."""
    try:
        read = proof if isinstance(proof, ConsistencyProof) else ConsistencyProof.of(proof)
    except NotAProof:
        return False
    return merkle.verify_consistency(read.first, read.second, read.first_root, read.second_root, read.path)


def _number(value: Mapping[str, Json], name: str) -> int:
    number = value.get(name)
    if type(number) is not int:
        raise NotAProof(f"{name} is not an integer")
    return number


def _text(value: Mapping[str, Json], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise NotAProof(f"{name} is not a text")
    return text


def _hash(text: object) -> bytes:
    if not isinstance(text, str) or not _HASH.fullmatch(text):
        raise NotAProof("a hash is 64 hexadecimal digits in lower case")
    return bytes.fromhex(text)


def _path(value: Mapping[str, Json]) -> tuple[bytes, ...]:
    path = value.get("path")
    if not isinstance(path, list | tuple):
        raise NotAProof("path is not a list")
    return tuple(_hash(sibling) for sibling in path)
