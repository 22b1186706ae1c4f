"""A partner that people confirmed, and that lies at the door of a real node: each lie is refused by name, and nothing
of it is shown, lost or believed.
"""

import hashlib
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from comity.federation.protocol import channel as channels
from comity.federation.protocol.frame import Frame
from comity.federation.protocol.parcel import pack
from comity.kernel import clock
from comity.kernel.ids import PartyId
from comity.labels.scale import Classification
from tests.exchange.liar import Liar, Tongue
from tests.exchange.pair import NOTHING_STRANGE, Side

pytestmark = [pytest.mark.node, pytest.mark.sqlite]
NOTHING: dict[str, Any] = {"vector": [], "channels": {}, "parties": {}}


@pytest.fixture(scope="module")
def node(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Side]:
    """A node that goes to no private network."""
    home = tmp_path_factory.mktemp("victim") / "node"
    side = Side(Path(shutil.copytree(made / "mission", home)), COMITY_PRIVATE_PEERS="")
    side.server.start()
    yield side
    assert side.ask("state")["strange"][2:] == NOTHING_STRANGE[2:]  # its log verifies, its tables are what they were
    side.close()


@dataclass
class Lying:
    """A liar, its feed in a channel with the node, and what the node knows of it."""

    liar: Liar
    tongue: Tongue
    node: Side

    def heard(self) -> dict[str, object]:
        return dict(self.node.ask("heard", self.liar.id))

    def begin(self) -> Frame:
        """An honest beginning."""
        said = self.tongue.announce()
        assert self.liar.bring(said) == ""
        return said


@pytest.fixture
def lying(node: Side, request: pytest.FixtureRequest) -> Lying:
    liar = Liar(request.node.name, node.server.port, node.ask("manifest"))
    node.ask("confirm", liar.manifest, "", "outbound_only")
    data = bytes.fromhex(node.ask("channel_manifest", node.ask("found_channel", liar.id)))
    return Lying(liar, Tongue(liar, channels.parse(data), "1" * 16), node)


def refusal(answer: tuple[int, object]) -> tuple[int, str]:
    status, said = answer
    return status, str(said["code"]) if isinstance(said, dict) else ""


def test_what_is_honest_is_taken(lying: Lying) -> None:
    good = lying.liar.revision()
    lying.begin()
    assert lying.liar.bring(lying.tongue.say(good)) == ""
    assert lying.heard()["records"] == [str(good.record)]


def test_a_record_of_another_owner_is_foreign(lying: Lying) -> None:
    forged = lying.liar.revision(owner=lying.liar.victim)
    good = lying.liar.revision(2)
    lying.begin()
    assert lying.liar.bring(lying.tongue.say(forged, good)) == ""
    assert lying.heard()["held"] == [[[str(forged.record), "foreign"]]]
    assert lying.heard()["records"] == [str(good.record)]


def test_a_content_of_another_frame_is_spliced(lying: Lying) -> None:
    lying.begin()
    before = lying.tongue.at
    one, other = (lying.tongue.say(lying.liar.revision(number)) for number in (1, 2))
    assert lying.liar.bring(Frame(one.envelope, other.content)) in {"spliced", "malformed"}
    assert lying.heard()["feeds"] == {"1" * 16: [before.seq, "open"]}  # who carried it did it, not who said it
    assert lying.liar.bring(one, other) == ""


def test_a_statement_made_for_another_step_is_spliced_and_ends_the_feed(lying: Lying) -> None:
    lying.begin()
    assert lying.liar.bring(lying.tongue.say(lying.liar.revision(), seq=7)) == "spliced"
    assert lying.heard()["feeds"] == {"1" * 16: [1, "quarantined"]}
    assert lying.heard()["records"] == []


def test_a_statement_made_for_another_audience_is_not_read(lying: Lying) -> None:
    lying.begin()
    said = lying.liar.bring(lying.tongue.say(lying.liar.revision(), audience=hashlib.sha256(b"others").hexdigest()))
    assert said == "unknown-audience"
    assert lying.heard()["records"] == []


def test_a_question_asked_twice_is_replayed_and_frames_brought_twice_are_known(lying: Lying) -> None:
    lying.begin()
    body = pack([lying.tongue.say(lying.liar.revision())])
    head = lying.liar.signed_question("frames", body)
    assert lying.liar.ask("frames", body, head=head)[0] == 200
    assert refusal(lying.liar.ask("frames", body, head=head)) == (409, "replayed")
    assert lying.liar.ask("frames", body)[0] == 200
    assert len(lying.heard()["records"]) == 1  # type: ignore[arg-type]
    assert lying.heard()["feeds"] == {"1" * 16: [2, "open"]}


def test_two_steps_of_one_number_are_equivocation_and_end_the_feed(lying: Lying) -> None:
    lying.begin()
    before = lying.tongue.at
    assert lying.liar.bring(lying.tongue.say(lying.liar.revision(1))) == ""
    lying.tongue.back_to(before)
    assert lying.liar.bring(lying.tongue.say(lying.liar.revision(2))) == "equivocation"
    assert lying.liar.bring(lying.tongue.say(lying.liar.revision(3))) == "quarantined"
    assert lying.heard()["forks"] == 1
    assert lying.heard()["feeds"] == {"1" * 16: [2, "quarantined"]}


def test_a_label_above_the_ceiling_is_held_and_the_feed_goes_on(lying: Lying) -> None:
    over = lying.liar.revision(classification=Classification.SECRET)
    lying.begin()
    assert lying.liar.bring(lying.tongue.say(over), lying.tongue.say(lying.liar.revision(2))) == ""
    assert lying.heard()["held"] == [[[str(over.record), "over-ceiling"]]]
    assert str(over.record) not in lying.heard()["records"]  # type: ignore[operator]


@pytest.mark.parametrize(
    "body",
    [
        b'{"channels":{},"parties":{},"vector":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"channels":{},"parties":{}, "vector":[]}',
        b'{"channels":{},"channels":{},"parties":{},"vector":[]}',
        b'{"parties":{},"channels":{},"vector":[]}',
        b'{"channels":{"a":1.0},"parties":{},"vector":[]}',
        b'{"channels":{},"parties":{},"vector":[NaN]}',
        b'\xff\xfe{"channels":{}}',
    ],
    ids=["deep", "a space", "a name twice", "out of order", "a float", "NaN", "not UTF-8"],
)
def test_bytes_that_are_not_canonical_are_malformed(lying: Lying, body: bytes) -> None:
    assert refusal(lying.liar.ask("vectors", body)) == (400, "malformed")


def test_more_than_is_read_is_too_big(lying: Lying) -> None:
    assert refusal(lying.liar.ask("frames", bytes(8 * 1024 * 1024 + 1))) == (413, "too-big")
    assert refusal(lying.liar.ask("frames", b"\xff\xff\xff\xff" + bytes(100)))[0] in {400, 413}


def test_a_deep_record_is_held(lying: Lying) -> None:
    one = lying.liar.revision()
    deep = replace(one, data=one.data.replace(b'"office"', b"[" * 5_000 + b"]" * 5_000))
    lying.begin()
    lying.liar.bring(lying.tongue.say(deep))
    assert [code for held in lying.heard()["held"] for _, code in held] != []  # type: ignore[attr-defined]
    assert lying.heard()["records"] == []


def test_a_key_that_was_revoked_earlier_speaks_no_more_however_it_dates_it(lying: Lying) -> None:
    lying.begin()
    assert lying.liar.bring(lying.tongue.say(lying.liar.revision(1))) == ""
    good = {"channel": lying.tongue.feed.channel, "incarnation": "1" * 16, **lying.tongue.at._asdict()}
    stolen = lying.liar.take_new_key(good=good)
    lying.liar.tell_manifests(key=stolen)
    at = lying.tongue.at
    assert lying.liar.bring(lying.tongue.say(lying.liar.revision(2), key=stolen)) == "revoked"
    long_ago = clock.now() - timedelta(days=3)
    body = pack([])
    assert refusal(lying.liar.ask("frames", body, key=stolen, at=long_ago)) == (401, "bad-signature")
    lying.tongue.back_to(at)
    assert len(lying.heard()["records"]) == 1  # type: ignore[arg-type]
    assert lying.liar.bring(lying.tongue.say(lying.liar.revision(3))) == ""


def test_a_question_of_nobody_to_another_or_at_no_time_is_refused(lying: Lying) -> None:
    other = Liar("nobody", lying.node.server.port, lying.node.ask("manifest"))
    assert refusal(other.ask("vectors", NOTHING)) == (401, "bad-signature")
    assert refusal(lying.liar.ask("vectors", NOTHING, sender=lying.liar.victim)) == (401, "bad-signature")
    assert refusal(lying.liar.ask("vectors", NOTHING, recipient=PartyId("a" * 52))) == (401, "misdirected")
    assert refusal(lying.liar.ask("vectors", NOTHING, at=clock.now() - timedelta(days=9))) == (401, "clock")
    assert refusal(lying.liar.ask("vectors", NOTHING, path="/exchange/v1/pull"))[0] in {400, 401}
    assert refusal(lying.liar.ask("vectors", NOTHING, body=b"another"))[0] in {400, 401}


def test_nothing_of_channels_of_others_is_given(lying: Lying) -> None:
    other = Liar("another", lying.node.server.port, lying.node.ask("manifest"))
    lying.node.ask("confirm", other.manifest, "", "outbound_only")
    foreign = lying.node.ask("found_channel", other.id)
    lying.node.ask("release", foreign, "Canary of others", 1)
    status, said = lying.liar.ask("vectors", NOTHING)
    assert status == 200
    assert foreign not in str(said)
    given = lying.liar.ask("manifests", {"parties": [], "channels": [], "have": {"parties": {}, "channels": {}}})
    assert foreign not in str(given)
    feed = [foreign, lying.liar.victim, "0" * 16]
    assert lying.liar.ask("pull", {"feed": feed, "after": 0, "bytes": 100_000}) == (200, b"")


@pytest.fixture
def trap() -> Iterator[tuple[int, Callable[[], int]]]:
    """A server on loopback that nobody should find: its port, and how many did."""
    came, stopped = [], threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)

    def serve() -> None:
        while not stopped.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            came.append(1)
            connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1], lambda: len(came)
    stopped.set()
    thread.join(10)
    listener.close()


INSIDE = (
    *("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]", "2130706433", "127.1"),
    *("169.254.169.254", "10.0.0.1", "[fd00::1]", "[64:ff9b::7f00:1]"),
)


def test_an_address_of_a_manifest_leads_nobody_inside(node: Side, trap: tuple[int, Callable[[], int]]) -> None:
    port, found = trap
    liars = {}
    for number, host in enumerate(INSIDE):
        liar = Liar(f"inside {number}", node.server.port, node.ask("manifest"))
        node.ask("confirm", liar.manifest, "", "outbound_only")
        url = f"{('https', 'http')[number % 2]}://{host}:{port}"
        liar.renew(endpoints=(url,))
        liar.tell_manifests()
        liars[url] = liar
    for url, liar in liars.items():
        said = node.until_heard(liar.id, lambda peer, at=url: peer[0] == at and peer[1] != "")  # type: ignore[misc]
        assert said[1].startswith("BadAddress"), (url, said)
    assert found() == 0
