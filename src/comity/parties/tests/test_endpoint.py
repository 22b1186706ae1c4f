"""An address of a node names keys of its certificate, or nothing more."""

import hashlib
from pathlib import Path

import pytest

from comity.kernel.ids import PartyId
from comity.parties.actions import BadEndpoint
from comity.parties.endpoint import MOST_PINS, pins_of
from comity.parties.queries import newest
from comity.parties.tests.test_founding import found

ONE, OTHER = (hashlib.sha256(name).hexdigest() for name in (b"one", b"other"))


def test_keys_are_named_behind_the_address():
    assert pins_of("https://node.example") == frozenset()
    assert pins_of(f"https://node.example#sha256={ONE},{OTHER}") == {bytes.fromhex(ONE), bytes.fromhex(OTHER)}


@pytest.mark.parametrize(
    "address",
    [
        f"http://node.example#sha256={ONE}",
        f"https://node.example#sha256={ONE.upper()}",
        f"https://node.example#sha256={ONE[:-2]}",
        f"https://node.example#md5={ONE}",
        "https://node.example#top",
        f"https://node.example#sha256={','.join([ONE] * (MOST_PINS + 1))}",
    ],
)
def test_nothing_else_stands_there(address: str):
    with pytest.raises(ValueError, match="hashes of keys"):
        pins_of(address)


@pytest.mark.django_db
def test_a_party_says_which_keys_its_node_has(tmp_path: Path):
    address = f"https://node.example#sha256={ONE}"
    assert newest(PartyId(found(tmp_path, endpoints=[address]).pk)).endpoints == (address,)
    with pytest.raises(BadEndpoint):
        found(tmp_path, "elsewhere", endpoints=["https://node.example#top"])
