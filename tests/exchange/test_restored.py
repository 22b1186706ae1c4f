"""A node that goes back to an old backup: a partner tells it, it goes on by itself, and nobody is shut out."""

import shutil

import pytest

from tests.browser.node import comity
from tests.exchange.pair import Side, agree, join

pytestmark = [pytest.mark.node, pytest.mark.sqlite]


def test_a_restored_node_begins_a_new_feed_by_itself_and_nobody_is_shut_out(sides: tuple[Side, Side]) -> None:
    mission, host = sides
    for side in sides:
        side.server.start()
    channel = join(mission, host, url_of_one=mission.url, url_of_other=host.url)
    first = mission.ask("release", channel, "Released", 2)
    host.has(first)
    archive = mission.home.parent / "old.tar.gz"
    done = comity(mission.home, "backup", str(archive))
    assert done.returncode == 0, done.stderr
    lost = mission.ask("release", channel, "Released and lost", 3)
    host.has(first, lost)
    answer = host.ask("release", channel, "Released answer", 2)
    mission.has(answer)

    mission.server.kill()
    mission.leave()
    shutil.rmtree(mission.home)
    done = comity(mission.home, "restore", str(archive))
    assert done.returncode == 0, done.stderr
    after = mission.ask("release", channel, "Released after", 2)  # before anybody could tell it anything
    mission.server.start()
    host.has(first, lost, after)
    mission.has(answer)
    assert agree(mission, host)
    assert sorted(one[1] for one in mission.ask("progress")["feeds"].values() if one[2]) == ["open", "overtaken"]
    assert {one[1] for one in host.ask("progress")["feeds"].values()} == {"open"}
