"""Two nodes join by files and commands alone, as across an air gap."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.config.tests import forked
from comity.config.tests.nodes import blank

Run = Callable[..., str]


def node(home: Path, handle: str) -> Run:
    def comity(*arguments: object, status: int = 0) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("COMITY_", "DJANGO_"))}
        words = ["--home", str(home), *map(str, arguments)]
        done = forked.run("comity.config.command", words, environment)
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    blank(home)
    comity("found", handle, "--nature", "host", "--en", handle.title(), "--endpoint", f"https://{handle}.example")
    return comity


def english(said: str) -> list[str]:
    """The sixteen words of a fingerprint in what a command printed."""
    (line,) = (line for line in said.splitlines() if re.fullmatch(r"([a-z]+ ){15}[a-z]+", line))
    return line.split()


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    folder = tmp_path_factory.mktemp("nodes")
    return node(folder / "one", "one"), node(folder / "two", "two")


def test_two_nodes_join_and_part(nodes: tuple[Run, Run], tmp_path: Path):
    one, two = nodes
    ours = english(one("join", "invite", tmp_path / "invitation"))
    seen = english(two("join", "open", tmp_path / "invitation"))
    assert ours == seen == english(one("party", "fingerprint", "one"))
    assert "not the sixteen words" in two("join", "confirm", 1, *reversed(ours), status=1)
    assert "1: joined One" in two("join", "confirm", 1, *ours)
    theirs = english(two("join", "answer", 1, tmp_path / "answer"))
    assert english(one("join", "open", tmp_path / "answer")) == theirs
    assert "1: joined Two" in one("join", "confirm", 1, *theirs)
    assert "1: left Two" in one("join", "leave", 1, tmp_path / "leaving")
    assert "1: left One" in two("join", "open", tmp_path / "leaving")
    assert "1: left One" in two("join", "list")
    for each in nodes:
        each("audit", "verify")
