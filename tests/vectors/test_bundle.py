"""A bundle file that every version must read, and a verifier that shares no code with the project."""

import ast
import io
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.federation.protocol import bundle, frame, parcel
from comity.federation.protocol.bundle import Chunk, Index, chunk_of
from comity.federation.protocol.dsse import Envelope, Key
from comity.federation.protocol.fields import MAX_HEADER
from comity.federation.protocol.frame import Frame
from comity.federation.protocol.ring import Ring
from comity.kernel.ids import PartyId
from tests.vectors import verify_bundle
from tests.vectors.make import AT
from tests.vectors.test_vectors import GOLDEN, HERE, octets

FILE = HERE / "golden.bundle"
SENDER, RECIPIENT = sorted(GOLDEN["release_keys"])


def made() -> bytes:
    """The golden frames as a bundle of one part; signatures have no chance in them, so it is always the same."""
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(GOLDEN["release_keys"][SENDER]))
    data: list[bytes] = []
    chunks: list[Chunk] = []
    for one in GOLDEN["frames"]:
        envelope = Envelope.decode(octets(one["header"]), max_bytes=MAX_HEADER)
        header = frame.parse_header(envelope.payload)
        data.append(parcel.pack([Frame(envelope, octets(one["content"]))]))
        chunks.append(chunk_of(data[-1], header.feed, header.seq, header.seq))
    index = Index(PartyId(SENDER), PartyId(RECIPIENT), "ab" * 16, AT, (tuple(chunks),))
    key = Key(private.public_key().public_bytes_raw(), private.sign)
    return bundle.opening(bundle.sign(index, key), 1) + b"".join(data)


def test_this_version_reads_and_writes_the_bundle():
    data = FILE.read_bytes()
    assert made() == data
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(GOLDEN["release_keys"][SENDER]))
    keys = frozenset({private.public_key().public_bytes_raw()})
    stream = io.BytesIO(data)
    index = bundle.verify(bundle.read_opening(stream.read), lambda _party: Ring(keys, keys))
    for chunk in index.chunks:
        part = stream.read(chunk.length)
        bundle.check_chunk(chunk, part)
        (one,) = parcel.unpack(part)
        assert frame.party_of(one.envelope) == chunk.feed


def test_the_verifier_accepts_the_bundle_and_shares_no_code():
    source = (HERE / "verify_bundle.py").read_text()
    named = {a.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for a in node.names}
    assert named == {"json", "sys", "verify"}
    command = [sys.executable, "-W", "error", str(HERE / "verify_bundle.py"), str(HERE / "vectors.json"), str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "part 1 of 1" in done.stdout) == (0, True), done.stderr


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 0.6, 0.9, 0.999])
def test_the_verifier_refuses_what_was_altered_or_cut(share: float):
    data = bytearray(FILE.read_bytes())
    at = int(len(data) * share)
    with pytest.raises(Exception):  # noqa: B017, PT011  whatever says that it does not verify
        verify_bundle.check(GOLDEN, bytes(data[:at]))
    data[at] ^= 1
    with pytest.raises(Exception):  # noqa: B017, PT011
        verify_bundle.check(GOLDEN, bytes(data))


if __name__ == "__main__":
    Path(FILE).write_bytes(made())
