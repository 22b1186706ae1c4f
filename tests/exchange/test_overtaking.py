"""A withdrawal does not wait behind the records that were released before it."""

import threading
import time

import pytest

from tests.exchange.pair import Side, agree, join

pytestmark = [pytest.mark.node, pytest.mark.sqlite, pytest.mark.soak]
BATCHES, EACH = 5, 200
LONGEST = 300.0


def test_a_withdrawal_comes_before_the_records_that_a_partner_has_yet_to_take(sides: tuple[Side, Side]) -> None:
    mission, host = sides
    for side in sides:
        side.server.start()
    channel = join(mission, host, url_of_one=mission.url, url_of_other=host.url)
    first = mission.ask("release", channel, "Released first", 1)
    host.has(first)
    host.server.kill()
    for turn in range(BATCHES):
        mission.ask("release", channel, f"Released {turn}", EACH)
    mission.ask("withdraw", channel, first[0])
    mission.until(lambda now: len([feed for feed in now["feeds"].values() if feed[2]]) == 2)  # in a feed of its own
    starting = threading.Thread(target=host.server.start)
    starting.start()
    host.until(lambda now: now["copies"] > 1 or now["withheld"] == 1, patience=LONGEST)
    began = time.monotonic()
    taken_back = host.until(lambda now: now["withheld"] == 1, patience=LONGEST)
    after = time.monotonic() - began
    host.until(lambda now: now["copies"] == 1 + BATCHES * EACH, patience=LONGEST)
    whole = time.monotonic() - began
    others = taken_back["copies"] - 1
    print(f"\nwithdrawn {after:.2f} s after anything, with {others} records; all {BATCHES * EACH} after {whole:.2f} s")
    assert taken_back["copies"] < 1 + BATCHES * EACH
    starting.join(LONGEST)
    agree(mission, host, patience=LONGEST)
