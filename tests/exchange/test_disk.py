"""A disk that fills: above its share a node takes nothing in and says so; without any room at all it loses nothing."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.durability.test_full_disk import SmallDisk, may_mount, on_a_small_disk
from tests.exchange.pair import NOTHING_STRANGE, Side, agree, join

pytestmark = [pytest.mark.node, pytest.mark.sqlite]


@pytest.fixture(params=["0.85", "2"], ids=["paused at 85 %", "full to the last block"])
def cramped(made: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Side, Side, SmallDisk]]:
    """The mission, and a host on a small disk; at twice the disk it never pauses, and meets its end."""
    if not may_mount():
        pytest.skip("only who may mount a disk can fill one")
    home = tmp_path / "host"
    home.mkdir()
    small = partial(on_a_small_disk, home, made / "host", size="40m")
    host = Side(home, under=small, COMITY_FULL_AT=request.param)
    mission = Side(Path(shutil.copytree(made / "mission", tmp_path / "mission")))
    try:
        for side in (mission, host):
            side.server.start()
        yield mission, host, SmallDisk(host.server, Path(f"/proc/{host.server.process.pid}/root{home}"), "")
    finally:
        host.leave()
        host.server.kill()  # what asks to stop would be asked of a process below it
        mission.close()


def test_what_waits_for_room_comes_when_there_is_some(cramped: tuple[Side, Side, SmallDisk]) -> None:
    mission, host, disk = cramped
    channel = join(mission, host, url_of_one=mission.url, url_of_other=host.url)
    first = mission.ask("release", channel, "Released", 2)
    host.has(first)
    pauses = host.more["COMITY_FULL_AT"] == "0.85"
    disk.fill(0.9 if pauses else 1.0)
    second = mission.ask("release", channel, "Released meanwhile", 3)
    told = mission.until(lambda now: now["errors"] != [""] and len(now["heads"]) > 0)
    assert host.ask("progress")["copies"] == len(first)
    if pauses:
        assert told["errors"] == ["paused"]
    disk.make_room()
    host.has(first, second)
    mission.until(lambda now: now["errors"] == [""])
    agree(mission, host)
    assert host.ask("state")["strange"] == NOTHING_STRANGE
