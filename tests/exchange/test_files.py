"""Two nodes that no network joins exchange by files, whatever becomes of the media on the way."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from comity.kernel import failpoints
from tests.browser.node import comity, environment
from tests.exchange.pair import NOTHING_STRANGE, Side, join

pytestmark = [pytest.mark.node, pytest.mark.sqlite]


def run(side: Side, *arguments: object, status: int = 0) -> str:
    done = comity(side.home, "bundle", *map(str, arguments))
    assert done.returncode == status, done.stderr
    return str(done.stdout + done.stderr)


def has(side: Side, *released: list[str]) -> dict[str, Any]:
    """The node has exactly this of its partner, each once, and all agrees with its log."""
    wanted = sorted(record for some in released for record in some)
    state = side.ask("state")
    assert state["copies"] == state["received"] == wanted
    assert state["strange"] == NOTHING_STRANGE
    return dict(state)


def name_of(side: Side) -> str:
    return str(side.ask("manifest")["party"])


def parts_of(file: Path) -> list[Path]:
    return sorted(file.parent.glob(f"{file.name}.*"))


def killed_while_it_reads(side: Side, part: Path) -> None:
    """Die in the second frame of a part, when everything of it is written and nothing is durable."""
    points = side.home.parent / "points"
    points.mkdir()
    (points / failpoints.BEFORE_COMMIT).write_text("SIGKILL")
    command = [sys.executable, "-m", "comity.config.command", "bundle", "import", str(part)]
    env = {**environment(side.home), "COMITY_FAILPOINTS": str(points)}
    assert subprocess.run(command, env=env, capture_output=True, check=False).returncode == -signal.SIGKILL


def test_both_ways_by_files_that_are_lost_doubled_reordered_spoiled_and_cut(
    sides: tuple[Side, Side], tmp_path: Path
) -> None:
    mission, host = sides
    channel = join(mission, host, url_of_one="", url_of_other="", unreached="none")
    released = []
    for turn in range(10):
        released.append(mission.ask("release", channel, f"Released {turn} canary", 20))
        mission.ask("speak", channel)
    run(mission, "export", "--to", name_of(host), "--part-size", "64K", tmp_path / "out")
    parts = parts_of(tmp_path / "out")
    assert len(parts) > 4
    assert not any(b"canary" in part.read_bytes() for part in parts)

    spoiled = bytearray(parts[1].read_bytes())
    spoiled[-100] ^= 1
    (tmp_path / "spoiled").write_bytes(spoiled)
    cut = tmp_path / "cut"
    cut.write_bytes(parts[2].read_bytes()[:-1_000])
    said = run(host, "import", *reversed(parts[3:]), parts[3])  # part 2 is lost, 3 is cut, the rest comes backwards
    assert "not complete" in said
    assert "missing: part 1, part 2, part 3" in said
    said = run(host, "import", parts[0], tmp_path / "spoiled", cut)
    assert said.count("is spoiled") == 2
    killed_while_it_reads(host, parts[1])
    said = run(host, "import", parts[1], parts[2])
    assert "Everything in the bundle is here" in said
    state = has(host, *released)
    assert not (host.home / "bundles").exists() or not list((host.home / "bundles").iterdir())

    assert run(host, "import", *parts, *parts).count(": 0 new frames") == 2 * len(parts)
    assert host.ask("state") == state

    answer = host.ask("release", channel, "Released answer", 3)
    run(host, "export", "--to", name_of(mission), tmp_path / "back")
    run(mission, "import", tmp_path / "back")
    assert has(mission, answer)["acknowledged"] != []  # the receipt came with it
    more = mission.ask("release", channel, "Released later", 1)
    run(mission, "export", "--to", name_of(host), tmp_path / "next")
    assert (tmp_path / "next").stat().st_size < parts[0].stat().st_size
    run(host, "import", tmp_path / "next")
    has(host, *released, more)
