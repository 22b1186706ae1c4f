"""Nodes that nobody can call exchange through a hub, whatever becomes of the hub."""

import shutil
from pathlib import Path

import pytest

from tests.exchange.pair import NOTHING_STRANGE, Side, join
from tests.hub.kept import couriers, introduce, kept

pytestmark = [
    pytest.mark.node,
    pytest.mark.sqlite,
    pytest.mark.skipif(
        shutil.which("nats-server", path="/usr/sbin:/usr/local/sbin:/usr/bin") is None, reason="nats-server is absent"
    ),
]


def test_two_nodes_without_a_port_exchange_and_a_hub_that_dies_or_forgets_loses_nothing(
    sides: tuple[Side, Side], tmp_path: Path
) -> None:
    mission, host = sides
    with kept(tmp_path) as hub, couriers(mission, host) as (_, there):
        channel = join(mission, host, url_of_one="", url_of_other="")
        for side in sides:
            introduce(hub, side)
        first = mission.ask("release", channel, "Released canary", 3)
        host.has(first)
        answer = host.ask("release", channel, "Released canary answer", 2)
        mission.has(answer)
        mission.until(lambda now: now["acknowledged"] != [])
        assert b"frame." in hub.stored()
        assert b"canary" not in hub.stored()
        assert b"Advice" not in hub.stored()  # the name of the channel

        hub.kill()
        second = mission.ask("release", channel, "Released while the hub is dead", 2)
        hub.start()
        host.has(first, second)

        there.stop(kill=True)
        third = mission.ask("release", channel, "Released while the host is away", 2)
        hub.stop()
        hub.empty()
        hub.start()
        there.start()
        host.has(first, second, third)
    heads = [sorted(feed[2] for feed in side.ask("state")["feeds"]) for side in sides]
    assert all(side.ask("state")["strange"] == NOTHING_STRANGE for side in sides)
    assert all(heads)
