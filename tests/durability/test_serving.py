"""Starting and stopping: a port is one node's, a node may run twice, and whoever was being answered gets the answer."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.kernel import failpoints
from tests.browser.node import environment, wait_until_it_answers
from tests.durability.server import Server, arguments, started, wait_until_gone
from tests.durability.stored import checking, marks, office
from tests.durability.visitor import Answer, Visitor, patiently
from tests.durability.writers import ENTER, LONGEST, Crowd


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    with started(home) as running:
        yield running


@pytest.fixture
def visitor(server: Server) -> Iterator[Visitor]:
    somebody = Visitor(server.port)
    somebody.sign_in()
    yield somebody
    somebody.leave()


def run_again(home: Path, port: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "comity.config.command", "run", "--port", str(port)]
    return subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False, timeout=LONGEST)


def test_a_port_that_something_listens_on_is_refused(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        said = run_again(home, other.getsockname()[1])
    assert said.returncode == 1
    assert "Nothing can listen on" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_stop_waits_for_the_answer_that_is_being_made(server: Server, visitor: Visitor) -> None:
    form = {**visitor.open(ENTER), "nature": ["office"], "name_en": ["Office last"]}
    answers: list[Answer] = []
    server.arm(failpoints.BEFORE_COMMIT, "SIGSTOP")
    sending = threading.Thread(target=lambda: answers.append(visitor.post(ENTER, form)))
    sending.start()
    worker = fired(server, failpoints.BEFORE_COMMIT)
    server.process.terminate()
    os.kill(worker, signal.SIGCONT)  # it goes on only after the server was told to stop
    sending.join(LONGEST)
    assert [answer.status for answer in answers] == [302]
    assert server.process.wait(LONGEST) == 0
    assert marks(server.home / "comity.db")["last"] == 1


def fired(server: Server, point: str) -> int:
    """The process that came to the point."""
    until = time.monotonic() + LONGEST
    while (pid := server.fired(point)) is None:
        assert time.monotonic() < until
        patiently(0.01)
    return pid


def test_workers_end_with_the_server_that_was_killed(server: Server) -> None:
    everything = [*server.pids(), *server.web(), *server.others()]
    assert len(everything) == 6
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    for pid in everything:
        wait_until_gone(pid)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0


def test_what_dies_is_started_again(server: Server, visitor: Visitor) -> None:
    before = [*server.web(), *server.others()]
    for pid in before:
        os.kill(pid, signal.SIGKILL)
        wait_until_gone(pid)
    until = time.monotonic() + LONGEST
    while len(after := [*server.web(), *server.others()]) < 4 or set(after) & set(before):
        assert time.monotonic() < until
        patiently()
    wait_until_it_answers(f"http://localhost:{server.port}/healthz", server.process, server.log)
    visitor.leave()  # its connection was to a worker that ended
    assert visitor.open(ENTER)
    for name in ("signer", "courier", "process of live updates", "web server"):
        assert f"The {name} was killed by SIGKILL; it is started again in 0.5 s." in server.log.read_text()


def test_ctrl_c_ends_everything(server: Server) -> None:
    everything = [*server.pids(), *server.web(), *server.others()]
    os.killpg(server.process.pid, signal.SIGINT)  # as a terminal does: to all of them at once
    assert server.process.wait(LONGEST) == 0
    assert not any(map(arguments, everything))
    assert "Traceback" not in server.log.read_text()


def test_two_servers_on_one_directory_lose_nothing(home: Path, server: Server, visitor: Visitor) -> None:
    with started(home, workers=1) as second, checking(home) as checker:
        about = office(home / "comity.db")
        crowds = [
            Crowd(Visitor(port, dict(visitor.cookies)), about, which)
            for which, port in (("one-", server.port), ("other-", second.port))
        ]
        try:
            with crowds[0].writing(), crowds[1].writing():
                for crowd in crowds:
                    crowd.wait_for(10)
        finally:
            for crowd in crowds:
                crowd.end()
        saved = marks(home / "comity.db")
        for crowd in crowds:
            assert not crowd.ledger.refused
            assert crowd.ledger.acknowledged.keys() <= saved.keys()
        assert set(saved.values()) == {1}
        assert checker.faults() == []
