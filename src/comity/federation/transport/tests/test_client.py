"""What a stranger's address can do to whoever asks there: nothing but fail, soon, and in words."""

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest

from comity.federation.transport import client as clients
from comity.federation.transport.addresses import BadAddress, networks
from comity.federation.transport.client import Answer, Client, Unreachable

pytestmark = pytest.mark.node  # a server on loopback
LOOPBACK = networks("127.0.0.0/8")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
Plays = Callable[[socket.socket], None]
Trap = Callable[[Plays], "Server"]


class Server:
    """Plays its part to everybody who connects, and counts them."""

    def __init__(self, plays: Plays) -> None:
        self.plays, self.came, self.stopped = plays, 0, threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.1)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self.listener.accept()
            except TimeoutError:
                continue
            self.came += 1
            connection.settimeout(5)
            with connection, suppress(OSError):
                connection.recv(65_536)
                self.plays(connection)

    def close(self) -> None:
        self.stopped.set()
        self.thread.join(10)
        self.listener.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    made: list[Server] = []

    def build(plays: Plays) -> Server:
        made.append(Server(plays))
        return made[-1]

    yield build
    for one in made:
        one.close()


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "ANSWERS_WITHIN", 0.5)
    monkeypatch.setattr(clients, "CONNECTS_WITHIN", 0.5)


def post(server: Server, scheme: str = "http") -> Answer:
    """One question, and goodbye."""
    client = Client(f"{scheme}://127.0.0.1:{server.port}", allowed=LOOPBACK)
    with closing(client):
        return client.post("/", b"", {})


def drip(piece: bytes, first: bytes = b"") -> Plays:
    def plays(connection: socket.socket) -> None:
        connection.sendall(first)
        for _ in range(60):
            connection.sendall(piece)
            time.sleep(0.1)

    return plays


@pytest.mark.parametrize(
    "plays",
    [drip(b"x", HEAD % 1_000), drip(b"X"), drip(b"X-More: 1\r\n", b"HTTP/1.1 200 OK\r\n"), lambda _: time.sleep(2)],
    ids=["body", "status line", "header lines", "silence"],
)
def test_who_drips_is_not_waited_for(trap: Trap, plays: Plays):
    server = trap(plays)
    began = time.monotonic()
    with pytest.raises(Unreachable):
        post(server)
    assert time.monotonic() - began < 4  # of six seconds of dripping


def test_who_does_not_shake_hands_is_not_waited_for(trap: Trap):
    server = trap(drip(b"x"))
    began = time.monotonic()
    with pytest.raises(Unreachable):
        post(server, "https")
    assert time.monotonic() - began < 4


def test_an_answer_without_end_is_not_read_to_its_end(trap: Trap, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clients, "MOST_BYTES", 100_000)
    sent = itertools.count()

    def plays(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while next(sent) < 10_000:
            connection.sendall(bytes(10_000))

    with pytest.raises(Unreachable, match="too large"):
        post(trap(plays))
    assert next(sent) < 2_000


def test_a_redirect_is_an_answer_and_no_way(trap: Trap):
    inner = trap(lambda connection: connection.sendall(HEAD % 0))
    place = f"http://127.0.0.1:{inner.port}/".encode()
    outer = trap(lambda it: it.sendall(b"HTTP/1.1 302 F\r\nLocation: " + place + b"\r\nContent-Length: 0\r\n\r\n"))
    assert post(outer).status == 302
    assert inner.came == 0


def test_a_name_that_leads_elsewhere_the_second_time_leads_nowhere(trap: Trap):
    server = trap(lambda connection: connection.sendall(HEAD % 0))
    answers = iter([["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1"]])
    asked_names: list[str] = []

    def resolver(host: str, _port: int) -> list[str]:
        asked_names.append(host)
        return next(answers)

    client = Client(f"http://node.example:{server.port}", allowed=LOOPBACK, resolver=resolver)
    assert client.post("/", b"", {}).status == 200
    assert asked_names == ["node.example"]  # judged and connected to from the one answer
    client.close()
    for _ in range(2):
        with pytest.raises(BadAddress):
            client.post("/", b"", {})
    assert server.came == 1


def test_a_question_can_be_cut_from_another_thread(trap: Trap, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clients, "ANSWERS_WITHIN", 20.0)
    waits = threading.Event()

    def plays(connection: socket.socket) -> None:
        waits.set()
        connection.recv(1)

    client = Client(f"http://127.0.0.1:{trap(plays).port}", allowed=LOOPBACK)
    failed: list[Exception] = []

    def ask() -> None:
        try:
            client.post("/", b"", {})
        except Unreachable as error:
            failed.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    assert waits.wait(10)
    client.cut()
    thread.join(5)
    assert not thread.is_alive()
    assert failed
