"""The signer as a process of its own: who may ask it, what it makes of nonsense, and that it alone uses the keys."""

import os
import signal
import socket
import stat
import struct
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import BoundedSemaphore, Event

import pytest
from pytest_django import Settings

from comity.audit.notes import Note, origin_of
from comity.federation.signer import server
from comity.federation.signer.tests.process import connect, signers
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.parties import door, keys, sealing, signing, wire
from comity.parties.actions import found_party
from comity.parties.manifest import Purpose
from comity.parties.models import Party

pytestmark = [pytest.mark.django_db, pytest.mark.node]
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / "node"
    folder.mkdir()
    (folder / "secret").write_text("x")
    settings.COMITY_HOME = folder
    return folder


@pytest.fixture
def party(home: Path) -> Party:
    return found_party(handle="us", name=Text.single("en", "Us").json(), nature="host", home=home, at=AT)


@pytest.fixture
def run(home: Path) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    with signers(home) as start:
        yield start


def checkpoint(party: Party, size: int = 1) -> bytes:
    return bytes(Note(origin_of(PartyId(party.pk)), size, bytes(32), AT))


def hide_keys(party: Party, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, whoever signs in this process has not read a key file to do it."""

    def never(*_: object) -> bytes:
        raise AssertionError("a key was read outside the signer")

    monkeypatch.setattr(keys, "read", never)


def test_it_signs_and_opens_and_nobody_else_reads_the_keys(
    home: Path, party: Party, run: Callable[[], object], monkeypatch: pytest.MonkeyPatch
):
    run()
    hide_keys(party, home, monkeypatch)
    signing.verify_with(party, "audit", checkpoint(party), signing.sign_for(party, "audit", checkpoint(party)))
    sealed = sealing.seal_for(signing.public_key(PartyId(party.pk), "exchange"), b"a key", b"channel")
    assert signing.open_sealed(party, sealed[:32], sealed[32:], b"channel") == b"a key"
    with pytest.raises(sealing.NotOpened):
        signing.open_sealed(party, sealed[:32], sealed[32:], b"another")


def test_it_refuses_with_a_reason_that_is_logged(home: Path, party: Party, run: Callable[[], object]):
    run()
    with pytest.raises(door.SignerRefused, match="checkpoints and purges only"):
        signing.sign_for(party, "audit", b"whatever this is")
    log = (home.parent / "signer.log").read_text()
    assert "checkpoints and purges only" in log
    assert "whatever" not in log


def test_its_socket_is_for_its_own_user_and_goes_with_it(home: Path, party: Party, run: Callable[[], object]):
    process = run()
    assert stat.S_IMODE((home / wire.SOCKET).stat().st_mode) == 0o600
    assert isinstance(process, subprocess.Popen)
    process.terminate()
    assert process.wait(20) == 0
    assert not (home / wire.SOCKET).exists()


def test_it_takes_the_place_of_one_that_was_killed_and_of_no_other(home: Path, party: Party, run: Callable[[], object]):
    killed = run()
    assert isinstance(killed, subprocess.Popen)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert (home / wire.SOCKET).exists()
    first = run()
    second = run()
    assert isinstance(first, subprocess.Popen)
    assert isinstance(second, subprocess.Popen)
    assert second.wait(20) == 1
    assert first.poll() is None
    signing.sign_for(party, "audit", checkpoint(party))


def test_while_it_must_run_and_does_not_nothing_is_signed(home: Path, party: Party, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door, "STARTS_WITHIN", 0.1)
    monkeypatch.setenv(door.REQUIRED, str(home))
    with pytest.raises(door.SignerAway):
        signing.sign_for(party, "audit", checkpoint(party))


def test_many_ask_at_once(home: Path, party: Party, run: Callable[[], object]):
    run()
    public = signing.public_key(PartyId(party.pk), "audit")

    def ask(size: int) -> bytes | None:
        return door.ask_to_sign(home, PartyId(party.pk), Purpose.AUDIT, public, checkpoint(party, size), b"")

    with ThreadPoolExecutor(40) as pool:
        signatures = list(pool.map(ask, range(200)))
    for size, signature in enumerate(signatures):
        signing.verify_with(party, "audit", checkpoint(party, size), signature or b"")


NONSENSE = [
    b"",
    struct.pack(">I", 1 << 30) + b"{}",
    struct.pack(">I", 4) + b"nope",
    struct.pack(">I", 2) + b"[]",
    struct.pack(">I", 2) + b"{}",
    b"\x00\x00\x00\x0e" + b'{"parts":[-1]}',
    b"\x00\x00\x00\x17" + b'{"parts":[99999999999]}',
    b"\x00\x00\x00\x14" + b'{"do":1,"parts":[1]}' + b"x",
    b"\x00\x00\x00\x1a" + b'{"do":"reveal","parts":[0]}'[:26],
    struct.pack(">I", 100) + b'{"do":',
]


def test_nonsense_harms_nobody(home: Path, party: Party, run: Callable[[], object]):
    run()
    for sent in NONSENSE * 4:  # more often than it has places
        with closing(connect(home)) as connection, suppress(ConnectionResetError):
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
    signing.sign_for(party, "audit", checkpoint(party))


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"do": "reveal", "party": "PARTY", "purpose": "audit", "key": "00"},
        {"do": "open", "party": "PARTY", "purpose": "audit", "key": "00"},
        {"do": "sign", "party": "../../etc", "purpose": "audit", "key": "00"},
        {"do": "sign", "party": "PARTY", "purpose": "secret", "key": "00"},
        {"do": "sign", "party": "PARTY", "purpose": "audit", "key": "zz"},
    ],
)
def test_a_request_for_something_else_is_refused(home: Path, party: Party, head: dict[str, str]):
    asked = wire.Message({name: value.replace("PARTY", party.pk) for name, value in head.items()}, [b"", b""])
    assert server.answer(asked, home).head["said"] == "refused"


def test_a_key_that_is_not_here_is_said_to_be_missing(home: Path, party: Party):
    head = {"do": "sign", "party": party.pk, "purpose": "audit", "key": "00" * 32}
    assert server.answer(wire.Message(head, [checkpoint(party), b""]), home).head["said"] == "missing"


def test_another_system_user_is_not_answered(home: Path, party: Party):
    with wire_pair() as (here, there):
        slots = BoundedSemaphore(1)
        slots.acquire()
        server._attend(there, home, {os.geteuid() + 1}, slots)
        assert here.recv(1) == b""
        assert slots.acquire(blocking=False)


@contextmanager
def wire_pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    here.settimeout(5)
    with here, there:
        yield here, there


def test_a_message_has_one_deadline_however_it_trickles_in():
    given_up = Event()
    with wire_pair() as (here, there), ThreadPoolExecutor(1) as pool:

        def trickle() -> None:
            for byte in struct.pack(">I", 30) + b"{" * 30:  # each well in time, and all of them far from it
                if given_up.wait(0.2):
                    return
                here.sendall(bytes([byte]))

        pool.submit(trickle)
        with pytest.raises(wire.NotAMessage, match="in time"):
            wire.receive(there, seconds=0.5)
        given_up.set()


def test_a_directory_with_a_long_name_has_a_socket_too(tmp_path: Path):
    home = tmp_path / ("a" * 120)
    home.mkdir()
    with server._listening(home, 0o600) as listener:
        connect(home).close()
        listener.accept()[0].close()
