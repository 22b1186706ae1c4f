"""What one node releases is on the other, whatever the link between them does, and whoever dies meanwhile."""

import random

import pytest

from tests.exchange.pair import Side, agree, join
from tests.exchange.proxy import WAYS, BadLink

pytestmark = [pytest.mark.node, pytest.mark.sqlite]


def test_what_is_released_comes_over_and_a_killed_node_misses_nothing(sides: tuple[Side, Side]) -> None:
    mission, host = sides
    for side in sides:
        side.server.start()
    channel = join(mission, host, url_of_one=mission.url, url_of_other=host.url)
    first = mission.ask("release", channel, "Released", 3)
    host.has(first)
    answer = host.ask("release", channel, "Released answer", 2)  # the channel itself has come over
    mission.has(answer)
    agree(mission, host)
    assert mission.ask("state")["acknowledged"] != []

    host.server.kill()
    second = mission.ask("release", channel, "Released while away", 5)
    host.server.start()
    host.has(first, second)

    mission.server.kill()
    third = mission.ask("release", channel, "Released while down", 4)
    mission.server.start()
    host.has(first, second, third)
    assert agree(mission, host)


def test_a_bad_link_loses_repeats_and_changes_nothing_in_the_end(sides: tuple[Side, Side]) -> None:
    mission, host = sides
    chance = random.Random(4)
    plan = list(WAYS * 2)
    chance.shuffle(plan)

    def choose(path: str) -> str:
        """Something goes wrong with frames and pulls first, each way twice; then with a tenth of everything."""
        if path.endswith(("/frames", "/pull")) and plan:
            return plan.pop()
        return chance.choice(WAYS) if chance.random() < 0.1 else ""

    for side in sides:
        side.server.start()
    links = [BadLink(side.server.port, choose) for side in sides]
    try:
        channel = join(mission, host, url_of_one=links[0].url, url_of_other=links[1].url)
        released: list[list[str]] = []
        answered: list[list[str]] = []
        for turn in range(6):
            released.append(mission.ask("release", channel, f"Released canary-{turn}", 2))
            if turn:
                answered.append(host.ask("release", channel, f"Released answer-{turn}", 1))
            host.has(*released)
        mission.has(*answered)
        assert not plan, "the link did not do everything that it was told to"
        assert not any(b"canary" in carried for link in links for carried in link.carried)
    finally:
        for link in links:
            link.close()


def test_a_node_that_cannot_be_called_calls(sides: tuple[Side, Side]) -> None:
    mission, host = sides
    for side in sides:
        side.server.start()
    channel = join(mission, host, url_of_one=mission.url, url_of_other="")
    first = mission.ask("release", channel, "Released", 2)
    host.has(first)
    mission.has(host.ask("release", channel, "Released answer", 2))
