"""Processes that are kept together: their order, their end, and what becomes of one that dies."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.config import processes, supervisor
from comity.config.supervisor import Process, keep
from comity.parties import wire

LASTS = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('{0}', 'w').close(); time.sleep(60)"
NOTES = "import sys, pathlib; pathlib.Path(sys.argv[1]).open('a').write(sys.argv[2])"


def program(code: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code, *arguments)


def stopping_when(true: Callable[[], bool], *, times: int = 1) -> threading.Thread:
    """Send this very process SIGTERM as soon as something is true; so often, half a second apart."""

    def wait() -> None:
        until = time.monotonic() + 30
        while not true() and time.monotonic() < until:
            time.sleep(0.02)
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.5)

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    return waiting


def test_what_dies_is_started_again_after_longer_and_longer_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    notes, said = tmp_path / "notes", list[str]()
    stop = stopping_when(lambda: notes.exists() and len(notes.read_text()) >= 7)
    assert keep([Process("clerk", program(NOTES, str(notes), "x"))], said=said.append) == 0
    stop.join()
    assert said[:3] == [
        f"The clerk ended with status 0; it is started again in {s} s." for s in ("0.01", "0.02", "0.04")
    ]


def test_a_node_that_cannot_keep_what_it_needs_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    said = list[str]()
    needed = Process("web server", program("raise SystemExit(3)"), indispensable=True)
    assert keep([Process("clerk", program(LASTS)), needed], said=said.append) == 1
    assert said[-1] == "The web server ended with status 3, 5 times in a row. The node ends."


@pytest.mark.node  # it asks a socket whether somebody answers
def test_the_second_starts_when_the_first_answers(tmp_path: Path) -> None:
    door, notes = tmp_path / "door", tmp_path / "notes"
    opens = (
        "import socket, sys, time; time.sleep(0.5); s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]);"
        " s.listen(); time.sleep(60)"
    )
    looks = f"import os, sys; open(sys.argv[1], 'w').write(str(os.path.exists(sys.argv[2]))); {LASTS}"
    stop = stopping_when(lambda: notes.exists() and notes.read_text() != "")
    first = Process("signer", program(opens, str(door)), ready=door)
    assert keep([first, Process("web server", program(looks, str(notes), str(door)))], said=print) == 0
    stop.join()
    assert notes.read_text() == "True"


@pytest.mark.node
def test_what_another_node_runs_already_is_started_when_that_one_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LOOKS_AGAIN", 0.05)
    folder = tmp_path / ("long" * 30)  # the address of a socket is shorter than a path may be
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as other:
        monkeypatch.chdir(folder)
        other.bind("door")
        other.listen()
        notes = tmp_path / "notes"
        writes = f"import sys; open(sys.argv[1], 'w').write('x'); {LASTS}"
        signer = Process("signer", program(writes, str(notes)), ready=folder / "door")

        def end_the_other() -> None:
            if not notes.exists():
                other.close()

        threading.Timer(0.5, end_the_other).start()
        stop = stopping_when(notes.exists)
        assert keep([signer], said=print) == 0
        stop.join()
        assert other.fileno() == -1  # and not before


def test_the_processes_agree_with_the_signer_on_its_socket() -> None:
    assert processes.SIGNER_SOCKET == wire.SOCKET


@pytest.mark.parametrize(("stops", "within"), [(1, 1.0), (2, 60.0)])
def test_what_does_not_end_is_killed_when_its_time_is_up_or_at_the_second_stop(
    tmp_path: Path, stops: int, within: float
) -> None:
    runs, said, began = tmp_path / "runs", list[str](), time.monotonic()
    stop = stopping_when(runs.exists, times=stops)
    deaf = Process("clerk", program(DEAF.format(runs)), stops_within=within)
    assert keep([deaf], said=said.append) == 0
    stop.join()
    assert said == ["The clerk does not end by itself; it is killed."]
    assert time.monotonic() - began < 30
