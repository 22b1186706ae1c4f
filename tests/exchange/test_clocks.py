"""Clocks that are days apart, and that move while nobody can be reached: only what people see depends on them."""

import threading

import pytest

from tests.exchange.pair import Side, agree, join
from tests.exchange.proxy import BadLink

pytestmark = [pytest.mark.node, pytest.mark.sqlite]
DAY = 86_400


def test_clocks_six_days_apart_and_a_day_without_a_link_change_nothing(sides: tuple[Side, Side]) -> None:
    mission, host = sides
    mission.set_clock(3 * DAY)
    host.set_clock(-3 * DAY)  # so far apart that neither believes the other's time: it signs with the other's
    for side in sides:
        side.server.start()
    parted = threading.Event()
    links = [BadLink(side.server.port, lambda _path: "lose" if parted.is_set() else "") for side in sides]
    try:
        channel = join(mission, host, url_of_one=links[0].url, url_of_other=links[1].url)
        first = mission.ask("release", channel, "Released", 2)
        host.has(first)
        answer = host.ask("release", channel, "Released answer", 2)
        mission.has(answer)

        parted.set()
        second, also = [], []
        for hour in range(6, 30, 6):  # a day goes by in a moment: keys of epochs are due to change
            mission.set_clock(3 * DAY + hour * 3_600)
            host.set_clock(-3 * DAY + hour * 3_600)
            second += mission.ask("release", channel, f"Released apart {hour}", 2)
            also += host.ask("release", channel, f"Released there {hour}", 1)
        assert host.ask("progress")["copies"] == len(first)
        parted.clear()
        host.has(first, second)
        mission.has(answer, also)

        mission.set_clock(-3 * DAY)  # somebody sets it right, and too far
        host.set_clock(3 * DAY)
        third = mission.ask("release", channel, "Released at last", 2)
        host.has(first, second, third)
        agree(mission, host)
    finally:
        for link in links:
            link.close()
