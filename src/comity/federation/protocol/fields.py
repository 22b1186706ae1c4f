"""Reading a member of canonical JSON as what it must be; anything else is `Malformed`."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from comity.federation.protocol.errors import Malformed, TooBig
from comity.kernel import canonical
from comity.kernel.canonical import Json
from comity.kernel.ids import BadId, PartyId, RecordId, parse_party_id

MAX_DEPTH = 24
MAX_CONTENT = 4 * 1024 * 1024
"""Bytes of one content, as it travels."""
MAX_HEADER = 16 * 1024
MAX_SEQ = 2**53 - 1

_HASH = re.compile(r"[0-9a-f]{64}")
_INCARNATION = re.compile(r"[0-9a-f]{16}")


def decode(data: bytes, *, max_bytes: int) -> Any:
    """The value whose canonical form is `data`. Raises TooBig before parsing, and Malformed."""
    if len(data) > max_bytes:
        raise TooBig(f"{len(data)} bytes are more than the {max_bytes} allowed")
    try:
        return canonical.decode(data, max_bytes=max_bytes, max_depth=MAX_DEPTH)
    except canonical.NotCanonical as error:
        raise Malformed(str(error)) from error


def members(value: Json, *names: str, optional: Sequence[str] = ()) -> Mapping[str, Any]:
    """`value` as an object with exactly these members, of which the optional ones may be missing."""
    if not isinstance(value, Mapping) or not set(names) <= value.keys() <= set(names) | set(optional):
        raise Malformed(f"an object with {', '.join(names)} was expected")
    return value


def known(value: Json, *names: str) -> Mapping[str, Any]:
    """`value` as an object with at least these members. Others are of a newer version, and may be passed by: what may
    not is said by a new type, kind or version.
    """
    if not isinstance(value, Mapping) or not set(names) <= value.keys():
        raise Malformed(f"an object with {', '.join(names)} was expected")
    return value


def beyond(value: Mapping[str, Any], names: Iterable[str]) -> Mapping[str, Any]:
    """The members of an object that are not of these."""
    return {name: one for name, one in value.items() if name not in names}


def mapping(value: Json) -> Mapping[str, Any]:
    """`value` as an object with whatever members."""
    if not isinstance(value, Mapping):
        raise Malformed("an object was expected")
    return value


def text(value: Json, most: int = 200) -> str:
    """A text of at most so many characters."""
    if not isinstance(value, str) or len(value) > most:
        raise Malformed("a text was expected")
    return value


def number(value: Json, *, least: int = 0, most: int = MAX_SEQ) -> int:
    """A whole number in these bounds; true and false are none."""
    if type(value) is not int or not least <= value <= most:
        raise Malformed(f"a number from {least} was expected")
    return value


def truth(value: Json) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Malformed("true or false was expected")
    return value


def several(value: Json, most: int) -> Sequence[Any]:
    """A list of at most so many. Raises TooBig for a longer one."""
    if not isinstance(value, list):
        raise Malformed("a list was expected")
    if len(value) > most:
        raise TooBig(f"{len(value)} are more than the {most} allowed")
    return value


def distinct(value: Json, most: int) -> tuple[str, ...]:
    """A sorted list of different texts."""
    texts = tuple(text(each) for each in several(value, most))
    if list(texts) != sorted(set(texts)):
        raise Malformed("a sorted list without repetition was expected")
    return texts


def digest(value: Json, *, empty: bool = False) -> str:
    """A SHA-256 in hexadecimal; where `empty`, perhaps none."""
    if not isinstance(value, str) or not (_HASH.fullmatch(value) or (empty and not value)):
        raise Malformed("a SHA-256 in hexadecimal was expected")
    return value


def incarnation(value: Json) -> str:
    """Sixteen hexadecimal digits."""
    if not isinstance(value, str) or not _INCARNATION.fullmatch(value):
        raise Malformed("an incarnation is sixteen hexadecimal digits")
    return value


def octets(value: Json, *, length: int | None = None) -> bytes:
    """Bytes in base64 (RFC 4648, padded, in the one spelling they have), of this length if one is given."""
    if not isinstance(value, str):
        raise Malformed("base64 was expected")
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("not base64") from error
    if value.endswith("=") and to_text(base64.b64decode(value[-4:])) != value[-4:]:
        raise Malformed("base64 whose last bits are not zero")
    if length is not None and len(data) != length:
        raise Malformed(f"{length} bytes were expected")
    return data


def to_text(data: bytes) -> str:
    """Bytes as base64."""
    return base64.b64encode(data).decode("ascii")


def party(value: Json) -> PartyId:
    """A party's id."""
    try:
        return parse_party_id(text(value))
    except BadId as error:
        raise Malformed(str(error)) from error


def channel(value: Json) -> str:
    """A channel's id, which is made as a party's is."""
    return party(value)


def record(value: Json) -> RecordId:
    """A record's id."""
    try:
        return RecordId.parse(text(value))
    except BadId as error:
        raise Malformed(str(error)) from error
