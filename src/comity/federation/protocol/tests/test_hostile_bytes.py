"""Bytes are bounded before they are parsed, and only the one canonical spelling is read."""

import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.federation.protocol import channel, errors, fields, frame, keyset, parcel, request, statement, vector
from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.frame import Frame
from comity.federation.protocol.tests.peer import AT, Party, Voice, a_channel, a_revision, one_of_each, signed
from comity.kernel import canonical

MISSION, HOST = Party("mission"), Party("host")
VOICE = Voice(MISSION, a_channel(MISSION, HOST))
KEYSET = VOICE.announce()
SAID = VOICE.say(a_revision(MISSION))
REQUEST = request.sign_request(
    sender=MISSION.id,
    recipient=HOST.id,
    method="POST",
    path="/exchange/v1/frames",
    body=b"body",
    at=AT,
    nonce=bytes(16),
    key=MISSION.key(),
)
READERS: dict[str, tuple[Any, bytes]] = {
    "envelope": (lambda data: Envelope.decode(data, max_bytes=10_000), SAID.envelope.encode()),
    "header": (frame.parse_header, SAID.envelope.payload),
    "keyset": (keyset.Keyset.decode, KEYSET.content or b""),
    "statement": (statement.Statement.decode, VOICE.statement(*one_of_each(MISSION, VOICE.feed)).encode()),
    "channel": (channel.parse, VOICE.manifest.encode()),
    "request": (request.RequestStatement.decode, REQUEST.payload),
    "vector": (vector.decode, vector.encode({VOICE.feed: VOICE.at})),
}
every = pytest.mark.parametrize("of", READERS)


def refuse(of: str, data: bytes) -> None:
    with pytest.raises((errors.Malformed, errors.TooBig, errors.BadChannel)):
        READERS[of][0](data)


@every
def test_only_the_canonical_spelling_is_read(of: str):
    read, data = READERS[of]
    read(data)
    refuse(of, data + b" ")
    refuse(of, b" " + data)
    refuse(of, b"\xef\xbb\xbf" + data)
    refuse(of, json.dumps(json.loads(data), sort_keys=True).encode())
    refuse(of, data[:-1])
    refuse(of, b"")


@every
def test_a_duplicate_key_is_refused(of: str):
    data = READERS[of][1]
    if data[:1] == b"{":
        first = data[1 : data.index(b",")]
        refuse(of, b"{" + first + b"," + data[1:])


def with_more(of: str) -> bytes:
    return canonical.encode(json.loads(READERS[of][1]) | {"zzz": {"later": [1]}})


@pytest.mark.parametrize("of", ["envelope", "request"])
def test_an_unknown_member_is_refused_of_what_is_never_kept(of: str):
    refuse(of, with_more(of))


@pytest.mark.parametrize("of", ["header", "keyset", "statement", "channel"])
def test_an_unknown_member_of_a_later_version_is_passed_by(of: str):
    read, data = READERS[of]
    later = read(with_more(of))
    assert later.encode() == (with_more(of) if of in ("header", "channel") else data)


@every
def test_deep_json_is_refused(of: str):
    refuse(of, b"[" * 1_000 + b"]" * 1_000)
    refuse(of, b"[" * 100_000)
    refuse(of, b'{"a":' * 30 + b"1" + b"}" * 30)


@every
def test_too_many_bytes_are_not_even_parsed(of: str, monkeypatch: pytest.MonkeyPatch):
    def parse(*_: Any, **__: Any) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr("comity.kernel.canonical.orjson.loads", parse)
    with pytest.raises(errors.TooBig):
        READERS[of][0](b"[" + b"0," * 5_000_000 + b"0]")


@pytest.mark.parametrize("value", [1.5, True, -1, 2**60, "1", None, [], {}])
def test_a_step_is_a_number_and_nothing_like_it(value: object):
    body = json.loads(SAID.envelope.payload) | {"seq": value}
    refuse("header", json.dumps(body, sort_keys=True, separators=(",", ":")).encode())


@given(data=st.binary(max_size=300))
@example(data=b"[]")
def test_noise_is_refused_in_words(data: bytes):
    for of in READERS.keys() - ({"vector"} if data == b"[]" else set()):  # which says that nobody has anything
        refuse(of, data)


@every
@given(at=st.integers(0), byte=st.integers(0, 255))
def test_a_changed_byte_raises_nothing_but_refusals(of: str, at: int, byte: int):
    read, data = READERS[of]
    changed = bytearray(data)
    changed[at % len(changed)] = byte
    with suppress(errors.ProtocolError):
        read(bytes(changed))


@pytest.mark.parametrize("text", ["YQ", "YQ=", "YR==", "YQ==\n", " YQ==", "YQ==YQ==", "Y-Q=", 5, None])
def test_base64_has_one_spelling(text: Any):
    assert fields.octets("YQ==") == b"a"
    with pytest.raises(errors.Malformed):
        fields.octets(text)


def test_more_items_than_a_statement_holds_are_refused():
    body = json.loads(READERS["statement"][1])
    body["items"] *= 257
    with pytest.raises(errors.TooBig):
        statement.Statement.decode(json.dumps(body, sort_keys=True, separators=(",", ":")).encode())


def test_a_later_version_of_the_header_is_told_from_noise():
    body = json.loads(SAID.envelope.payload) | {"version": 2, "newer": True}
    with pytest.raises(errors.UnknownVersion):
        frame.parse_header(json.dumps(body, sort_keys=True, separators=(",", ":")).encode())


def test_a_suite_of_a_later_version_is_told_from_noise():
    body = json.loads(KEYSET.content or b"") | {"suite": "hybrid"}
    with pytest.raises(errors.UnknownSuite):
        keyset.Keyset.decode(json.dumps(body, sort_keys=True, separators=(",", ":")).encode())


def test_frames_travel_in_one_body():
    gone = Frame(SAID.envelope, None)
    assert list(parcel.unpack(parcel.pack([KEYSET, SAID, gone]))) == [KEYSET, SAID, gone]


@given(cut=st.integers(1))
def test_a_body_that_ends_in_the_middle_is_refused(cut: int):
    body = parcel.pack([KEYSET])
    with pytest.raises(errors.Malformed):
        list(parcel.unpack(body[: cut % (len(body) - 1) + 1]))


def test_a_length_beyond_the_bounds_is_refused():
    with pytest.raises(errors.TooBig):
        list(parcel.unpack((2**31).to_bytes(4, "big") + b"x"))


def test_a_signature_for_one_type_is_none_for_another():
    as_request = Envelope(request.REQUEST_TYPE, SAID.envelope.payload, SAID.envelope.signatures)
    with pytest.raises(errors.ProtocolError):
        frame.verify_header(as_request, MISSION.ring)
    first = signed(VOICE.manifest, MISSION)
    with pytest.raises(errors.ProtocolError):
        frame.verify_header(Envelope(frame.FRAME_TYPE, first.payload, first.signatures), MISSION.ring)


def test_signatures_stand_in_their_one_order():
    name, signature = next(iter(SAID.envelope.signatures.items()))
    both = Envelope("t", b"", {name: signature, "0" * 64: signature}).encode()
    assert len(Envelope.decode(both, max_bytes=10_000).signatures) == 2
    body = json.loads(both)
    body["signatures"].reverse()
    refuse("envelope", json.dumps(body, sort_keys=True, separators=(",", ":")).encode())
    body["signatures"] = body["signatures"][:1] * 2
    refuse("envelope", json.dumps(body, sort_keys=True, separators=(",", ":")).encode())


def test_a_payload_is_base64_of_one_spelling():
    body = json.loads(SAID.envelope.encode())
    body["payload"] = base64.urlsafe_b64encode(b"\xff\xfe").decode()
    refuse("envelope", json.dumps(body, sort_keys=True, separators=(",", ":")).encode())


WRONG: tuple[Any, ...] = (None, True, -1, 2**53 - 1, "", "x", [], {}, [[]], [1], {"x": 1}, {MISSION.id: []})


@every
def test_whatever_stands_at_any_place_is_read_or_refused_and_nothing_else(of: str):
    read, data = READERS[of]
    whole, refused = json.loads(data), 0
    for place in _places(whole):
        for wrong in WRONG:
            try:
                read(canonical.encode(_with(whole, place, wrong)))
            except errors.ProtocolError:
                refused += 1
    assert refused


def _places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield above
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from _places(one, (*above, key))


def _with(value: Any, place: tuple[Any, ...], wrong: Any) -> Any:
    if not place:
        return wrong
    changed = value.copy()
    changed[place[0]] = _with(value[place[0]], place[1:], wrong)
    return changed
