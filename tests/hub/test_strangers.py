"""A real message server, and who may say what to it: members with a key, and nobody else."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from comity.config.hub import home as homes
from comity.config.hub.home import Settings
from comity.config.hub.server import configuration, found
from comity.federation.hub import nkeys, wire
from comity.federation.hub.address import Place
from comity.federation.hub.connection import NotPrivate, connect
from comity.federation.hub.line import Line
from comity.federation.hub.serving import serve
from comity.federation.hub.warden import Members
from comity.federation.protocol import fields, parcel
from comity.federation.protocol.frame import Frame
from comity.federation.protocol.tests.peer import Party, Voice, a_channel, a_revision
from comity.federation.transport.client import Unreachable
from comity.kernel import canonical
from comity.kernel.ids import PartyId
from tests.browser.node import free_port

pytestmark = [
    pytest.mark.node,
    pytest.mark.sqlite,
    pytest.mark.skipif(
        shutil.which("nats-server", path="/usr/sbin:/usr/local/sbin:/usr/bin") is None, reason="nats-server is absent"
    ),
]
ONE, OTHER, STRANGER = (bytes([number]) * 32 for number in (1, 2, 3))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """The message server of a hub with two members, and nothing beside it."""
    home = tmp_path_factory.mktemp("hub")
    settings = Settings(port=free_port(), gigabytes=0.01)
    program, version = found()
    homes.make(home, settings)
    (home / "nats.conf").write_text(
        configuration(home, settings, [nkeys.public_of(ONE), nkeys.public_of(OTHER)], version)
    )
    running = subprocess.Popen([program, "-c", home / "nats.conf"], stderr=subprocess.DEVNULL)
    try:
        give_up = time.monotonic() + 20
        while not (home / "nats.pid").exists():
            assert time.monotonic() < give_up
            time.sleep(0.05)
        yield home, settings.port
    finally:
        running.terminate()
        running.wait(20)


def place(port: int) -> Place:
    return Place("127.0.0.1", port, tls=False)


def test_who_has_no_key_of_a_member_does_not_get_in(server: tuple[Path, int]):
    line = Line(place(server[1]), STRANGER)
    try:
        with pytest.raises(Unreachable, match="Authorization"):
            line.ask("state", b"{}")
    finally:
        line.close()


@pytest.mark.parametrize(
    "subject",
    [
        "frame.a.b.c.1",
        "paper.head.a.b.c",
        "$JS.API.STREAM.INFO.FRAMES",
        "$JS.API.DIRECT.GET.FRAMES.frame.a",
        "$JS.API.STREAM.MSG.GET.FRAMES",
        f"hub.v1.state.{nkeys.public_of(OTHER)}",
        f"hint.{nkeys.public_of(OTHER)}",
    ],
)
def test_a_member_says_nothing_but_its_own_questions(server: tuple[Path, int], subject: str):
    assert asyncio.run(_is_refused(server[1], publishes=subject))


@pytest.mark.parametrize("subject", [">", "hub.v1.>", "frame.>", f"_INBOX.{nkeys.public_of(OTHER)}.>", "_INBOX.>"])
def test_a_member_hears_nothing_but_what_is_for_it(server: tuple[Path, int], subject: str):
    assert asyncio.run(_is_refused(server[1], hears=subject))


async def _is_refused(port: int, *, publishes: str = "", hears: str = "") -> bool:
    """Whether the server refuses it; it says so by itself, before or after the answer to a ping."""
    client = await connect(place(port), ONE)
    refused = asyncio.Event()

    async def told(error: Exception) -> None:
        if "permissions violation" in str(error).lower():
            refused.set()

    client._error_cb = told
    try:
        if publishes:
            await client.publish(publishes, b"x")
        else:
            await client.subscribe(hears)
        await client.flush()
        with suppress(TimeoutError):
            await asyncio.wait_for(refused.wait(), 10)
        return refused.is_set()
    finally:
        await client.close()


def test_a_hub_that_was_to_speak_tls_and_does_not_is_told_nothing(server: tuple[Path, int]):
    with pytest.raises(NotPrivate):
        asyncio.run(connect(Place("127.0.0.1", server[1], tls=True), ONE))


def test_the_warden_keeps_gives_and_answers_nobody_elsewhere(server: tuple[Path, int]):
    home, port = server
    mission, host = Party("mission"), Party("host")
    voice = Voice(mission, a_channel(mission, host))
    said = [voice.announce(), *(voice.say(a_revision(mission, number)) for number in range(40))]
    members = {
        nkeys.public_of(ONE): frozenset({PartyId(mission.id)}),
        nkeys.public_of(OTHER): frozenset({PartyId(host.id)}),
    }
    asyncio.run(_with_warden(home, port, lambda: members, voice, said))


async def _with_warden(home: Path, port: int, members: Members, voice: Voice, said: list[Frame]) -> None:
    from comity.federation.hub.register import Register
    from comity.federation.protocol.tests.peer import rings

    stop = asyncio.Event()
    ring = Register.ring
    Register.ring = lambda _self, party: rings(party)  # type: ignore[method-assign,assignment]
    serving = asyncio.create_task(
        serve(place(port), homes.warden_seed(home), members, store=home / "store",
              most_bytes=1_000_000, days=1, stop=stop)
    )  # fmt: skip
    one, other = await connect(place(port), ONE), await connect(place(port), OTHER)
    try:
        hints = await other.subscribe(wire.hint(nkeys.public_of(OTHER)))
        given = await _asked(one, ONE, "give", parcel.pack(said))
        assert fields.decode(given, max_bytes=10**6)["feeds"][0][3] == 41
        await hints.next_msg(10)
        fetched = await _asked(other, OTHER, "fetch", canonical.encode(
            {"feed": list(voice.feed), "after": 0, "bytes": 10**7}
        ))  # fmt: skip
        assert len(list(parcel.unpack(fetched))) == 41
        kept = b"".join(path.read_bytes() for path in (home / "store").rglob("*.blk"))
        assert voice.feed.channel.encode() in kept

        # An answer that is to go where only the warden may write, or where another listens, goes nowhere.
        for elsewhere in ("frame.a.b.c.1", f"{wire.inbox(nkeys.public_of(OTHER))}.x"):
            await one.publish(wire.asking("state", nkeys.public_of(ONE)), b"{}", reply=elsewhere)
        state = await _asked(one, ONE, "state", b"{}")
        assert fields.decode(state, max_bytes=10**6)["feeds"]
        with pytest.raises(wire.HubRefused, match=r"lost|malformed|not-a-member"):
            await _asked(
                one, ONE, "notices", canonical.encode({"channel": voice.feed.channel, "party": host_of(voice)})
            )
        admin = await connect(place(port), homes.warden_seed(home))
        try:
            assert (await admin.jetstream().stream_info("FRAMES", subjects_filter="frame.a.>")).state.subjects in (
                None,
                {},
            )
        finally:
            await admin.close()
    finally:
        await one.close()
        await other.close()
        stop.set()
        await asyncio.wait_for(serving, 20)
        Register.ring = ring  # type: ignore[method-assign]


def host_of(voice: Voice) -> str:
    return str(voice.feed.party)


async def _asked(client: object, seed: bytes, verb: str, body: bytes) -> bytes:
    """One question, again until the warden is there."""
    from nats.aio.client import Client
    from nats.errors import NoRespondersError

    assert isinstance(client, Client)
    give_up = time.monotonic() + 20
    while True:
        try:
            answer = await client.request(wire.asking(verb, nkeys.public_of(seed)), body, timeout=10)
            return wire.read(answer.data)
        except NoRespondersError:
            assert time.monotonic() < give_up
            await asyncio.sleep(0.1)


_WITHOUT = """
import sys
from comity.config.hub import server
server.PROGRAM = "no-such-server"
from comity.config.command import main
sys.exit(main(["--home", sys.argv[1], "hub", "serve"]))
"""


def test_a_server_that_is_absent_is_said_in_words(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT,
         str(tmp_path / "hub")],
        capture_output=True, text=True, check=False, env={**os.environ},
    )  # fmt: skip
    assert done.returncode == 1
    assert "apt install nats-server" in done.stderr
    assert not (tmp_path / "hub").exists()
