"""Checks a bundle file against the vectors. Shares no code with the project; reads like its specification.

    python verify_bundle.py vectors.json bundle

Exits 0 and says what the file holds, or 1 and says what is wrong.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import verify as wire  # type: ignore[import-not-found]  # beside this file


def number(data, at):
    wire.require(len(data) >= at + 4, "the file ends in the middle")
    return int.from_bytes(data[at : at + 4], "big"), at + 4


def check(vectors, data):
    """The index and the part of a bundle file, whose chunks are what the index names. Raises Wrong."""
    parties = dict(wire.party(versions) for versions in vectors["parties"])
    begin = b"comity bundle 1\n"
    wire.require(data.startswith(begin), "no bundle")
    length, at = number(data, len(begin))
    envelope = data[at : at + length]
    claimed = json.loads(wire.b64(json.loads(envelope)["payload"]))
    wire.require(claimed["from"] in parties, "an unknown sender")
    index = wire.read(wire.open_envelope(envelope, "bundle", parties[claimed["from"]]))
    part, at = number(data, at + length)
    wire.require(1 <= part <= len(index["parts"]), "there is no such part")
    for size, digest, *_steps in index["parts"][part - 1]:
        chunk = data[at : at + size]
        wire.require((len(chunk), wire.sha256(chunk)) == (size, digest), "a chunk that is spoiled")
        at += size
    return index, part


if __name__ == "__main__":
    try:
        found, which = check(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]).read_bytes())
        sys.stdout.write(
            f"part {which} of {len(found['parts'])} from {found['from'][:8]}… to {found['to'][:8]}… is whole\n"
        )
    except Exception as error:  # noqa: BLE001  whatever it is, it does not verify
        sys.exit(f"does not verify: {type(error).__name__} {error}")
