"""A command that is killed at its worst moment has done nothing, or all of it; done again, it is as if never killed."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from comity.kernel import failpoints
from tests.browser.node import environment
from tests.durability.conftest import small_data
from tests.durability.stored import checking, events, marks

KILLED = -signal.SIGKILL


def comity(home: Path, *arguments: str, dies: str = "") -> int:
    """One command on the node, killed at a failpoint if one is named; its status."""
    points = home.parent / "points"
    points.mkdir(exist_ok=True)
    if dies:
        (points / dies).write_text("SIGKILL")
    command = [sys.executable, "-m", "comity.config.command", *arguments]
    env = {**environment(home), "COMITY_FAILPOINTS": str(points)}
    return subprocess.run(command, env=env, capture_output=True, check=False).returncode


@pytest.mark.parametrize("point", [failpoints.IN_IMPORT, failpoints.BEFORE_COMMIT])
def test_an_import_that_was_killed_is_not_there_and_comes_in_whole_the_next_time(
    home: Path, tmp_path: Path, point: str
) -> None:
    more, before = small_data(tmp_path / "more", 5), events(home / "comity.db")
    assert comity(home, "import", str(more), dies=point) == KILLED
    assert marks(home / "comity.db").keys() == {"0"}
    assert events(home / "comity.db") == before
    assert comity(home, "import", str(more)) == 0
    assert marks(home / "comity.db") == {str(number): 1 for number in range(5)}
    with checking(home) as checker:
        assert checker.faults() == []


def test_a_checkpoint_that_was_killed_can_be_signed(home: Path) -> None:
    assert comity(home, "audit", "checkpoint", dies=failpoints.IN_CHECKPOINT) == KILLED
    assert comity(home, "audit", "checkpoint") == 0
    with checking(home) as checker:
        assert checker.faults() == []
