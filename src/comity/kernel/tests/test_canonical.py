"""Canonical JSON: the fast encoder says what the standard says, and nothing that is not canonical is read."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comity.kernel.canonical import MAX_DEPTH, MAX_INTEGER, NotCanonical, NotEncodable, decode, encode

texts = st.text()
integers = st.integers(-MAX_INTEGER, MAX_INTEGER)
values = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(texts, inner, max_size=6),
    max_leaves=30,
)


@settings(max_examples=300)
@given(values)
@example({"\ue000": 1, "\U00010000": 2})
@example({"a": {"\uffff": 1, "\U0001f600": [2]}})
@example('\x00\x1f\x7f\u2028\b\t\n\f\r"\\/')
@example([MAX_INTEGER, -MAX_INTEGER, 0, True, False, None])
def test_the_bytes_are_those_of_rfc_8785_and_are_read_back(value: Any) -> None:
    data = encode(value)
    assert data == rfc8785.dumps(value)
    assert decode(data) == value


def test_keys_above_the_basic_plane_sort_by_utf_16_units() -> None:
    assert encode({"\ue000": 1, "\U00010000": 2}).index(b"2") < encode({"\ue000": 1, "\U00010000": 2}).index(b"1")


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        [{"a": 2.5}],
        MAX_INTEGER + 1,
        -MAX_INTEGER - 1,
        {"\U00010000": MAX_INTEGER + 1},
        2**70,
        "\ud800",
        {"\udfff": 1},
        {1: "a"},
        b"bytes",
        {"a"},
        datetime(2020, 1, 1, tzinfo=UTC),
        uuid.UUID(int=1),
        object(),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(NotEncodable):
        encode(value)


def test_enums_of_strings_and_integers_are_written_as_their_values() -> None:
    class Colour(StrEnum):
        RED = "red"

    class Level(IntEnum):
        LOW = 1

    assert encode({"c": Colour.RED, "l": Level.LOW}) == b'{"c":"red","l":1}'
    assert encode({"\U00010000": [Colour.RED, Level.LOW]}) == '{"\U00010000":["red",1]}'.encode()


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b' {"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b"-0",
        b"01",
        b"9007199254740992",
        b"99999999999999999999999",
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u001F"',
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf1",
        b'{"a":1}{"b":2}',
        b"[1,]",
        b"NaN",
        b"Infinity",
        b"",
        b"\xff",
        '{"\ue000":1,"\U00010000":2}'.encode(),
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode(data)


@given(values.filter(lambda value: isinstance(value, dict | list)), st.data())
def test_white_space_anywhere_outside_a_string_is_refused(value: Any, data: st.DataObject) -> None:
    canonical = encode(value)
    place = data.draw(st.sampled_from([0, len(canonical), 1, len(canonical) - 1]))
    with pytest.raises(NotCanonical):
        decode(canonical[:place] + b" " + canonical[place:])


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth - 1):
        value = [value]
    return value


def test_depth_is_bounded_both_ways() -> None:
    assert decode(encode(nested(MAX_DEPTH))) == nested(MAX_DEPTH)
    with pytest.raises(NotEncodable):
        encode(nested(MAX_DEPTH + 1))
    for depth in (MAX_DEPTH + 1, 1_000, 100_000):
        with pytest.raises(NotCanonical):
            decode(b"[" * depth + b"]" * depth)
    with pytest.raises(NotCanonical):
        decode(b'{"a":' * 40 + b"1" + b"}" * 40)
    assert decode(b"[[]]", max_depth=2) == [[]]
    with pytest.raises(NotCanonical):
        decode(b"[[]]", max_depth=1)


def test_size_is_bounded() -> None:
    assert decode(b'"123"', max_bytes=5) == "123"
    with pytest.raises(NotCanonical):
        decode(b'"1234"', max_bytes=5)
