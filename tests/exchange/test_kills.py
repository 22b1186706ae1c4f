"""`kill -9` of both nodes at random moments while they exchange: nothing is lost, nothing is there twice, and in the
end each has as much of every feed as the other.
"""

import random
import threading
from collections import Counter

import pytest

from comity.kernel import failpoints
from tests.durability.visitor import patiently
from tests.exchange.pair import Side, agree, join

pytestmark = [pytest.mark.node, pytest.mark.sqlite]
WAYS = (failpoints.BEFORE_COMMIT, "", failpoints.AFTER_COMMIT, "")
LONGEST = 120.0


class Officer(threading.Thread):
    """Releases record after record on one node, until told to end."""

    def __init__(self, side: Side, channel: str) -> None:
        super().__init__(daemon=True)
        self.side, self.channel, self.ended = side, channel, threading.Event()
        self.released: list[str] = []
        self.failed: BaseException | None = None

    def run(self) -> None:
        turn = 0
        try:
            while not self.ended.wait(1.0):
                turn += 1
                self.released += self.side.ask("release", self.channel, f"Released {turn}", 1 + turn % 3)
        except BaseException as error:  # noqa: BLE001  (said by whoever waits)
            self.failed = error

    def end(self) -> list[str]:
        self.ended.set()
        self.join(LONGEST)
        assert self.failed is None, self.failed
        return self.released


def kill_both(sides: tuple[Side, Side], way: str, chance: random.Random) -> Counter[str]:
    """Kill both: at a point of a transaction where one of them comes to it, or wherever they are; start them again."""
    done: Counter[str] = Counter()
    first, second = chance.sample(sides, 2)
    if way:
        first.server.arm(way, "SIGKILL node")
        if first.server.process.wait(LONGEST) is not None:
            first.server.forget(way)
    else:
        patiently(chance.uniform(0, 0.4))
    for side in (first, second):
        side.server.kill()
        done[f"{way or 'anywhere'}" if side is first else "meanwhile"] += 1
    starts = [threading.Thread(target=side.server.start) for side in (first, second)]
    for start in starts:
        start.start()
    for start in starts:
        start.join(LONGEST)
    return done


def run(sides: tuple[Side, Side], kills: int) -> None:
    mission, host = sides
    chance = random.Random(kills)
    for side in sides:
        side.server.start()
    channel = join(mission, host, url_of_one=mission.url, url_of_other=host.url)
    first = mission.ask("release", channel, "Released first", 1)
    host.has(first)  # so it knows the channel
    officers = [Officer(side, channel) for side in sides]
    for officer in officers:
        officer.start()
    done: Counter[str] = Counter()
    while done.total() < kills:
        done += kill_both(sides, WAYS[done.total() // 2 % len(WAYS)], chance)
    from_mission, from_host = (officer.end() for officer in officers)
    host.has(first, from_mission, patience=LONGEST)
    mission.has(from_host, patience=LONGEST)
    assert agree(mission, host, patience=LONGEST)
    assert done.total() >= kills
    print(f"\n{done.total()} kills ({dict(done)}); {len(from_mission) + len(from_host) + 1} records exchanged")


def test_twenty_kills_of_both_lose_and_double_nothing(sides: tuple[Side, Side]) -> None:
    run(sides, 20)


@pytest.mark.soak
def test_three_hundred_kills_of_both_lose_and_double_nothing(sides: tuple[Side, Side]) -> None:
    run(sides, 300)
