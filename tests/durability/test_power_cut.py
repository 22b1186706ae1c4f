"""The power fails: what was acknowledged is there, whatever of the rest reached the disk, and nothing is half there."""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.browser.node import comity, environment
from tests.durability import traced
from tests.durability.conftest import small_data
from tests.durability.powercut import Disk
from tests.durability.server import started
from tests.durability.stored import checking, marks, office
from tests.durability.visitor import Visitor
from tests.durability.writers import LONGEST, Crowd

SECRET = 64  # letters of a node's secret


@dataclass
class Recorded:
    """A run: what stood before, what was asked of the operating system, and what was acknowledged when."""

    home: Path
    before: Path | None
    calls: list[traced.Call]
    acknowledged: dict[str, float]

    def cuts(self, number: int, chance: random.Random) -> list[int]:
        """Where the power fails: right after acknowledgements, and as often anywhere else."""
        ends = sorted(self.acknowledged.values())
        after = [traced.until(self.calls, moment) for moment in chance.sample(ends, min(number // 2, len(ends)))]
        anywhere = [chance.randint(0, len(self.calls)) for _ in range(number - len(after))]
        return sorted({*after, *anywhere, len(self.calls)})

    def told_before(self, cut: int) -> set[str]:
        """What was acknowledged before the first call that the power cut off."""
        end = self.calls[cut].at if cut < len(self.calls) else float("inf")
        return {mark for mark, moment in self.acknowledged.items() if moment < end}


@dataclass
class Seen:
    """How much was looked at."""

    states: int = 0
    told: int = 0


def left_by(run: Recorded, cuts: list[int], into: Path, chance: random.Random, by_chance: int) -> Iterator[int]:
    """For each cut, build in `into` the least, all, and some of what it could leave; yields the cut for each."""
    disk, done = Disk.of(run.home, run.before), 0
    for cut in cuts:
        for call in run.calls[done:cut]:
            disk.do(call)
        done = cut
        disk.leave(into, None, least=True)
        yield cut
        disk.leave(into, None)
        yield cut
        for _ in range(by_chance):
            disk.leave(into, chance)
            yield cut


def check_model(run: Recorded, into: Path) -> None:
    """With every call done and nothing cut off, the model is the directory as it really is, byte for byte."""
    disk = Disk.of(run.home, run.before)
    for call in run.calls:
        disk.do(call)
    disk.leave(into, None)
    assert contents(into) == contents(run.home)


def contents(top: Path) -> dict[str, bytes]:
    """Every file below `top`; not the shared memory of SQLite, which no call writes."""
    files = (path for path in top.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
    return {str(path.relative_to(top)): path.read_bytes() for path in files}


@pytest.fixture(autouse=True)
def _recorder() -> None:
    if not traced.works():
        pytest.skip("strace is not here, or may not look at processes")


def record_writes(home: Path, folder: Path, writes: int) -> Recorded:
    """A node under load until so many writes were acknowledged, stopped in order."""
    before = Path(shutil.copytree(home, folder / "before"))
    record = folder / "calls"
    with started(home, under=partial(traced.command, record)) as server:
        visitor = Visitor(server.port)
        visitor.sign_in()
        visitor.leave()
        crowd = Crowd(visitor, office(home / "comity.db"))
        try:
            with crowd.writing():
                until = time.monotonic() + LONGEST * 3
                while len(crowd.ledger.acknowledged) < writes and time.monotonic() < until:
                    with crowd.ledger.changed:
                        crowd.ledger.changed.wait(0.2)
        finally:
            crowd.end()
        assert len(crowd.ledger.acknowledged) >= writes
        assert not crowd.ledger.refused
        server.stop()
    return Recorded(home, before, traced.read(record, home), crowd.ledger.acknowledged)


def judge_writes(home: Path, folder: Path, *, writes: int, cuts: int, by_chance: int) -> None:
    run, chance, seen = record_writes(home, folder, writes), random.Random(writes), Seen()
    state = folder / "left"
    check_model(run, state)
    with checking(home) as checker:
        for cut in left_by(run, run.cuts(cuts, chance), state, chance, by_chance):
            told = run.told_before(cut)
            assert not told - marks(state / "comity.db").keys(), f"acknowledged and lost, at call {cut}"
            assert checker.faults(state / "comity.db") == [], f"at call {cut}"
            seen.states += 1
            seen.told += len(told)
    assert seen.told > seen.states  # many of them had something to lose
    print(
        f"\n{seen.states} states of the disk, after {len(run.acknowledged)} acknowledged writes, {len(run.calls)} calls"
    )


def test_what_was_acknowledged_outlives_the_power(home: Path, tmp_path: Path) -> None:
    judge_writes(home, tmp_path, writes=40, cuts=12, by_chance=3)


@pytest.mark.soak
def test_what_was_acknowledged_outlives_the_power_wherever_it_fails(home: Path, tmp_path: Path) -> None:
    judge_writes(home, tmp_path, writes=200, cuts=100, by_chance=8)


def record_founding(folder: Path) -> Recorded:
    """A node made and filled by commands, from nothing."""
    home, told, calls = folder / "new", {}, []
    data = small_data(folder / "data")
    for number, arguments in enumerate((["init"], ["import", str(data)])):
        record = folder / f"calls-{number}"
        command = traced.command(record, [sys.executable, "-m", "comity.config.command", *arguments])
        subprocess.run(command, env=environment(home), check=True, capture_output=True)
        told[arguments[0]] = time.time()
        calls += traced.read(record, home)
    lines = [  # of two records, one after the other
        traced.Call(c.name, c.at, i, i, c.paths, c.data, c.number, c.made) for i, c in enumerate(calls)
    ]
    return Recorded(home, None, lines, told)


def judge_founding(folder: Path, *, cuts: int, by_chance: int, repaired: int) -> None:
    run, chance = record_founding(folder), random.Random(cuts)
    state, states, again = folder / "left", 0, 0
    check_model(run, state)
    with checking(run.home) as checker:
        for cut in left_by(run, run.cuts(cuts, chance), state, chance, by_chance):
            states += 1
            told = run.told_before(cut)
            secret = state / "secret"
            assert not secret.exists() or len(secret.read_text()) == SECRET, f"half a secret, at call {cut}"
            if told:
                assert secret.exists()
            if "import" in told:
                assert marks(state / "comity.db").keys() == {"0"}
                assert checker.faults(state / "comity.db") == []
            elif again < repaired and chance.random() < 0.2:
                again += 1
                for arguments in (["init"], ["import", str(folder / "data")]):
                    done = comity(state, *arguments)
                    assert done.returncode == 0, (cut, done.stderr)
                assert checker.faults(state / "comity.db") == [], f"made again, at call {cut}"
    print(f"\n{states} states of a disk on which a node was being made; {again} of them made again")


def test_a_node_whose_making_was_cut_off_can_be_made(tmp_path: Path) -> None:
    judge_founding(tmp_path, cuts=10, by_chance=2, repaired=1)


@pytest.mark.soak
def test_a_node_whose_making_was_cut_off_anywhere_can_be_made(tmp_path: Path) -> None:
    judge_founding(tmp_path, cuts=80, by_chance=5, repaired=10)
