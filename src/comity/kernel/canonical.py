"""Canonical JSON: one value, one sequence of bytes (RFC 8785), so that what is hashed, signed, sent and stored agrees.

Values are what `Json` says. Floats are refused, because two programs seldom agree on one; a quantity is a decimal
string. Integers are at most 2^53 - 1 in size, which every JSON reader holds exactly. Nesting is at most `MAX_DEPTH`.

orjson does the work. Its order of keys (code points) differs from the standard's (UTF-16 code units) only where a key
holds a character above U+FFFF, and then rfc8785 encodes instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import orjson
import rfc8785

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
"""What canonical bytes can hold. Really: sequences are lists or tuples, mappings are dicts."""

MAX_DEPTH = 32
MAX_BYTES = 1_048_576
MAX_INTEGER = 2**53 - 1

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
# How a character above U+FFFF begins in UTF-8. Five searches for one byte cost less than one for a set of them.
_ASTRAL = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")


class NotEncodable(ValueError):
    """The value has no canonical form here: a float, another type, too large an integer, half a character, too deep."""


class NotCanonical(ValueError):
    """The bytes are not the canonical form of any value, or are larger or deeper than allowed."""


def encode(value: Json) -> bytes:
    """The canonical bytes of `value`.

    Raises NotEncodable. `decode(encode(value)) == value` for every value that is accepted and small enough.
    """
    _check((value,), MAX_DEPTH + 1)
    return _dump(value)


def decode(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Json:
    """The value whose canonical form is `data`.

    Raises NotCanonical unless `encode` gives back exactly these bytes: duplicate or unsorted keys, white space, floats,
    other escapes, a byte-order mark and trailing bytes are all refused. Size is bounded before parsing; the parser
    itself stops at a depth of 1,024, and `max_depth` (at most `MAX_DEPTH`) is checked on what it built.
    """
    if len(data) > max_bytes:
        raise NotCanonical(f"{len(data)} bytes are more than the {max_bytes} allowed")
    try:
        value: Json = orjson.loads(data)
        _check((value,), min(max_depth, MAX_DEPTH) + 1)
        again = _dump(value)
    except (orjson.JSONDecodeError, NotEncodable) as error:
        raise NotCanonical(str(error)) from error
    if again != data:
        raise NotCanonical("the bytes differ from the canonical form of what they say")
    return value


def _dump(value: Json) -> bytes:
    try:
        data = orjson.dumps(value, option=_OPTIONS)
        if not data.isascii() and any(lead in data for lead in _ASTRAL):
            return rfc8785.dumps(value)
    except (TypeError, rfc8785.CanonicalizationError) as error:
        raise NotEncodable(str(error)) from error
    return data


def _check(items: object, levels: int) -> None:
    """Refuse in `items` (the members of one container) what orjson would write and this format refuses."""
    if levels < 1:
        raise NotEncodable(f"nested deeper than {MAX_DEPTH}")
    for item in items:  # type: ignore[attr-defined]  # only called with dict views, lists and tuples
        kind = type(item)
        if kind is str or kind is int or kind is bool or item is None:
            continue
        if kind is dict:
            _check(item.values(), levels - 1)
        elif kind is list or kind is tuple:
            _check(item, levels - 1)
        elif not isinstance(item, str | int):  # enums whose members are strings or integers are written as those
            raise NotEncodable(f"{kind.__name__} has no canonical form")
