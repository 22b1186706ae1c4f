"""Frames and manifests that every version must read, and a verifier that shares no code with the project."""

import ast
import base64
import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from comity.federation.protocol import channel, feed, fields, frame, keyset, reading, vector
from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.frame import FrameClass
from comity.federation.protocol.ring import Ring
from comity.kernel.ids import PartyId
from comity.parties import manifest, sealing
from comity.parties.manifest import Purpose
from tests.vectors import make, verify

HERE = Path(__file__).parent
GOLDEN: dict[str, Any] = json.loads((HERE / "vectors.json").read_text())


def octets(text: str) -> bytes:
    return base64.b64decode(text)


def test_the_verifier_shares_no_code_with_the_project_and_is_short():
    source = (HERE / "verify.py").read_text()
    named = {
        alias.name if isinstance(node, ast.Import) else str(node.module)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert {name.partition(".")[0] for name in named} <= {"base64", "cryptography", "hashlib", "hmac", "json", "sys"}
    assert len(source.splitlines()) < 200


def test_the_verifier_accepts_the_vectors():
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", str(HERE / "verify.py"), str(HERE / "vectors.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.count("hears 5 statements in 2 feeds")) == (0, 2), done.stderr


def test_vectors_made_today_verify():
    assert verify.verify(json.loads(json.dumps(make.make())))


def strings(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every base64 string of the vectors."""
    if isinstance(value, dict):
        return [found for key in value for found in strings(value[key], (*path, key))]
    if isinstance(value, list):
        return [found for i, one in enumerate(value) for found in strings(one, (*path, i))]
    return [path] if isinstance(value, str) else []


SIGNED = [path for part in ("parties", "channel", "frames") for path in strings(GOLDEN[part], (part,))]


@pytest.mark.parametrize("path", SIGNED, ids=lambda path: "-".join(map(str, path))[:40])
def test_the_verifier_refuses_what_was_altered(path: tuple[Any, ...]):
    for share in (0.1, 0.5, 0.9):
        altered = copy.deepcopy(GOLDEN)
        place = altered
        for step in path[:-1]:
            place = place[step]
        text = place[path[-1]]
        at = int(len(text) * share)
        place[path[-1]] = text[:at] + ("1" if text[at] != "1" else "2") + text[at + 1 :]
        with pytest.raises(Exception):  # noqa: B017, PT011  whatever says that it does not verify
            verify.verify(altered)


@pytest.mark.parametrize("change", ["drop", "repeat", "swap"])
def test_the_verifier_refuses_another_order(change: str):
    altered = copy.deepcopy(GOLDEN)
    frames = altered["frames"]
    altered["frames"] = {
        "drop": frames[:1] + frames[2:],
        "repeat": [*frames, frames[-1]],
        "swap": [*frames[:1], {"header": frames[1]["header"], "content": frames[-1]["content"]}, *frames[2:]],
    }[change]
    with pytest.raises(verify.Wrong):
        verify.verify(altered)


def test_this_version_reads_the_vectors():
    """Whatever this version changes, what was said once is still heard."""
    rings: dict[PartyId, Ring] = {}
    for versions in GOLDEN["parties"]:
        history = [
            manifest.Envelope(octets(one["data"]), {k: bytes.fromhex(v) for k, v in one["signatures"].items()})
            for one in versions
        ]
        party, _ = manifest.verify_first(history[0])
        newest = manifest.verify_chain(party, history)
        every = frozenset(key for one in history for key in manifest.parse(one.data).keys[Purpose.RELEASE])
        rings[party] = Ring(every, frozenset(newest.keys[Purpose.RELEASE]))
    envelopes = [Envelope.decode(octets(one), max_bytes=channel.MAX_BYTES * 2) for one in GOLDEN["channel"]]
    channel_id, _ = channel.verify_first(envelopes[0], rings.get)
    channel.verify_chain(channel_id, envelopes, rings.get)
    audiences = {channel.audience_hash(made): made for made in (channel.parse(one.payload) for one in envelopes)}

    reader, private = next(iter(GOLDEN["exchange_keys"].items()))
    states: dict[feed.FeedKey, feed.FeedState] = {}
    epochs: dict[tuple[feed.FeedKey, int], bytes] = {}
    said = []
    for one in GOLDEN["frames"]:
        envelope = Envelope.decode(octets(one["header"]), max_bytes=fields.MAX_HEADER)
        key = frame.party_of(envelope)
        header = frame.verify_header(envelope, rings[key.party])
        states[key] = feed.accept(states.get(key, feed.FeedState(key)), [header], lambda _: None).state
        content = octets(one["content"])
        if header.frame_class is FrameClass.KEYSET:
            made = reading.read_keyset(header, content, audiences.get)
            epochs[key, made.epoch] = keyset.unwrap(
                made,
                feed=key,
                party=PartyId(reader),
                open_sealed=lambda enc, sealed, info: sealing.open_with(bytes.fromhex(private), enc + sealed, info),
            )
            continue
        statement, _ = reading.read_statement(
            header, content, epoch_key=epochs[key, header.epoch], ring=rings[key.party], audiences=audiences.get
        )
        said.append(json.loads(statement.encode()))
    assert said == GOLDEN["expected"]["statements"]
    heads = {key: state.at for key, state in states.items()}
    assert json.loads(vector.encode(heads)) == GOLDEN["expected"]["heads"]
