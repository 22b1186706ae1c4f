"""What one node releases is on the other, whatever the link between them does, and whoever dies meanwhile."""

import random

import pytest

from tests.exchange.pair import Side, join
from tests.exchange.proxy import WAYS, BadLink

pytestmark = [pytest.mark.node, pytest.mark.sqlite]
NOTHING_STRANGE = [0, 0, "None", []]


def has(side: Side, *released: list[str]) -> None:
    """The node has exactly this of its partner, each once, and shows it; and all agrees with its log."""
    wanted = sorted(record for some in released for record in some)
    state = side.until(lambda now: len(now["copies"]) >= len(wanted))
    assert state["copies"] == state["received"] == wanted
    assert set(wanted) <= set(state["found"])
    assert state["strange"] == NOTHING_STRANGE


def test_what_is_released_comes_over_and_a_killed_node_misses_nothing(sides: tuple[Side, Side]) -> None:
    mission, host = sides
    for side in sides:
        side.server.start()
    channel = join(mission, host, url_of_one=mission.url, url_of_other=host.url)
    first = mission.ask("release", channel, "Released", 3)
    has(host, first)
    answer = host.ask("release", channel, "Released answer", 2)  # the channel itself has come over
    has(mission, answer)
    mission.until(lambda now: now["acknowledged"] != [])

    host.server.kill()
    second = mission.ask("release", channel, "Released while away", 5)
    host.server.start()
    has(host, first, second)

    mission.server.kill()
    third = mission.ask("release", channel, "Released while down", 4)
    mission.server.start()
    has(host, first, second, third)
    heads = [sorted(feed[2] for feed in side.ask("state")["feeds"]) for side in sides]
    mission.until(
        lambda now: sorted(feed[2] for feed in now["feeds"]) == sorted(f[2] for f in host.ask("state")["feeds"])
    )
    assert all(heads)


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
            has(host, *released)
        has(mission, *answered)
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
    has(host, first)
    has(mission, host.ask("release", channel, "Released answer", 2))
