"""`kill -9` of a node that people write to: what was acknowledged is there, and nothing is half there."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from comity.kernel import failpoints
from tests.durability.server import Server, started, wait_until_gone
from tests.durability.stored import Checker, checking, marks, office, rows
from tests.durability.visitor import Visitor, patiently
from tests.durability.writers import LONGEST, Crowd

INSIDE = (failpoints.BEFORE_LOG, failpoints.BEFORE_COMMIT)  # a transaction
# In turn: two of five die inside a transaction, one between commit and answer, two wherever they are.
WAYS = (failpoints.BEFORE_LOG, "", failpoints.BEFORE_COMMIT, failpoints.AFTER_COMMIT, "")

BACKENDS = "backends"  # of PostgreSQL: the processes that work for the node's connections
OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
ON_POSTGRESQL = (failpoints.BEFORE_LOG, BACKENDS, failpoints.BEFORE_COMMIT, failpoints.AFTER_COMMIT, BACKENDS, "")


@dataclass
class Run:
    """One run of kills, and what came of it."""

    server: Server
    crowd: Crowd
    checker: Checker
    chance: random.Random
    database: Path | str
    kills: Counter[str] = field(default_factory=Counter)

    def kill(self, turn: int) -> None:
        """Kill one worker, or each fourth time the whole node, at a failpoint or wherever it is."""
        ways = WAYS if isinstance(self.database, Path) else ON_POSTGRESQL
        point, scope = ways[turn % len(ways)], "node" if turn % 4 == 0 else "worker"
        with self.crowd.writing():
            self.some_answers(3)
            if point == BACKENDS:
                rows(self.database, OTHERS)
            elif point:
                self.kill_at(point, scope)
            else:
                time.sleep(self.chance.uniform(0, 0.05))  # anywhere in a write; what must hold holds everywhere
                self.kill_anywhere(scope)
            if scope == "worker":
                self.some_answers(1)  # the other worker goes on
            patiently()
        self.kills[f"{point or 'anywhere'}, {scope}"] += 1
        self.stand_up()

    def kill_at(self, point: str, scope: str) -> None:
        self.server.arm(point, "SIGKILL node" if scope == "node" else "SIGKILL")
        until = time.monotonic() + LONGEST
        while (fired := self.server.fired(point)) is None:
            assert time.monotonic() < until, f"nobody came to {point}"
            self.stand_up()
            patiently(0.01)
        wait_until_gone(fired)
        self.server.forget(point)

    def kill_anywhere(self, scope: str) -> None:
        if scope == "node":
            self.server.kill()
        else:
            self.server.kill_worker(self.chance.choice(self.server.pids()))

    def stand_up(self) -> None:
        """Start the node again if it is gone: it starts by itself what dies in it, but not for ever."""
        if not self.server.is_running():
            self.server.start()

    def some_answers(self, number: int) -> None:
        """Wait until the writers were told of that many more writes."""
        ledger, until = self.crowd.ledger, time.monotonic() + LONGEST
        wanted = len(ledger.acknowledged) + number
        while len(ledger.acknowledged) < wanted:
            assert time.monotonic() < until, "the node no longer answers"
            assert not ledger.refused, ledger.refused[0]
            self.stand_up()
            with ledger.changed:
                ledger.changed.wait(0.2)

    def look(self) -> None:
        """Nobody writes now: everything acknowledged is there, nothing twice, nothing half."""
        assert not self.crowd.ledger.refused, self.crowd.ledger.refused[0]
        saved = marks(self.database)
        assert not self.crowd.ledger.acknowledged.keys() - saved.keys(), "acknowledged and lost"
        assert [mark for mark, times in saved.items() if times > 1] == [], "sent again and saved twice"
        assert self.checker.faults() == []


def run(home: Path, kills: int, url: str = "") -> Run:
    """Kill the node `kills` times under load, looking at what is left each time. `url` is its PostgreSQL database."""
    more = {"COMITY_DATABASE_URL": url} if url else {}
    database = url or home / "comity.db"
    with started(home, more=more) as server, checking(home, **more) as checker:
        visitor = Visitor(server.port)
        visitor.sign_in()
        visitor.leave()
        done = Run(server, Crowd(visitor, office(database)), checker, random.Random(kills), database)
        try:
            for turn in range(kills):
                done.kill(turn)
                done.look()
            server.stand()
            done.crowd.finish()
            done.look()
        finally:
            done.crowd.end()
    return done


def judge(done: Run, kills: int) -> None:
    """The run was what it says: so many kills, a third inside a transaction, and answers that were lost."""
    ledger = done.crowd.ledger
    inside = sum(times for way, times in done.kills.items() if way.partition(",")[0] in INSIDE)
    assert sum(done.kills.values()) == kills
    assert inside * 3 >= kills
    saved = marks(done.database)
    unanswered = len(ledger.unanswered)
    assert unanswered >= kills // 5
    assert ledger.unanswered <= saved.keys()  # sent again until somebody answered: each is one record
    print(f"\n{kills} kills ({inside} inside a transaction, {done.kills}); {done.server.starts} starts of the node;")
    print(f"{len(ledger.acknowledged)} writes acknowledged, {unanswered} sent again after an answer that never came")


def test_twenty_kills_lose_nothing(home: Path) -> None:
    judge(run(home, 20), 20)


@pytest.mark.soak
def test_a_hundred_kills_lose_nothing(home: Path) -> None:
    judge(run(home, 100), 100)
