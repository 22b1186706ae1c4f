"""A backup made while people write is the node as of one moment: nothing acknowledged before it is missing from it."""

import subprocess
from pathlib import Path

import pytest

from tests.browser.node import comity
from tests.durability.server import started
from tests.durability.stored import checking, events, marks, office
from tests.durability.visitor import Visitor
from tests.durability.writers import Crowd


def done(said: subprocess.CompletedProcess[str]) -> str:
    assert said.returncode == 0, said.stderr
    return said.stdout


def test_a_backup_under_load_is_whole_and_holds_what_was_acknowledged_before(home: Path, tmp_path: Path) -> None:
    judge(home, tmp_path, 1)


@pytest.mark.soak
def test_every_backup_under_load_is_whole(home: Path, tmp_path: Path) -> None:
    judge(home, tmp_path, 12)


def judge(home: Path, tmp_path: Path, backups: int) -> None:
    """Make so many backups while people write, restore each, and look."""
    told: list[set[str]] = []
    after: list[set[str]] = []
    with started(home) as server:
        visitor = Visitor(server.port)
        visitor.sign_in()
        visitor.leave()
        crowd = Crowd(visitor, office(home / "comity.db"))
        try:
            with crowd.writing():
                for number in range(backups):
                    crowd.wait_for(8)
                    told.append(set(crowd.ledger.acknowledged))
                    done(comity(home, "backup", str(tmp_path / f"{number}.tar.gz")))
                    after.append(set(crowd.ledger.acknowledged))
        finally:
            crowd.end()
        assert not crowd.ledger.refused
    assert after[-1] > told[-1]  # people wrote meanwhile
    everything = marks(home / "comity.db")
    for number in range(backups):
        copy = tmp_path / f"copy-{number}"
        done(comity(copy, "restore", str(tmp_path / f"{number}.tar.gz")))
        held = marks(copy / "comity.db").keys()
        assert told[number] <= held <= everything.keys()
        with checking(copy) as checker:  # the log, tables, search, keys, and the letter of every concurrence
            assert checker.faults() == []
        assert events(copy / "comity.db")[-2:] == ["restored", "restored"]  # for each party
    print(f"\n{backups} backups under load, {len(everything)} writes; {len(told[-1])} acknowledged before the last")
