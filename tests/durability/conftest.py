"""What durability tests stand on: a small node of two parties with a clerk, copied for each test."""

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.node import environment

ABOUT = """
name = "small"
order = ["parties.toml", "records.toml"]
[label.shared]
policy = "PARTNERSHIP"
releasable_to = ["mission", "host"]
"""
PARTIES = """
[[party]]
key = "mission"
name = { original = "en", en = "The mission" }
nature = "mission"
[[party]]
key = "host"
name = { original = "en", en = "The host" }
nature = "host"
"""
ENTRY = """
[[people.organisation]]
key = "organisation.{0}"
owner = "mission"
label = "shared"
name = {{ original = "en", en = "Office {0}" }}
nature = "office"
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder starts real nodes, and they keep their own database unless they say otherwise."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("node")
            if item.get_closest_marker("postgresql") is None:
                item.add_marker("sqlite")


def small_data(folder: Path, entries: int = 1) -> Path:
    """A directory that `comity import` reads: two parties and some offices of the mission."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "import.toml").write_text(ABOUT)
    (folder / "parties.toml").write_text(PARTIES)
    (folder / "records.toml").write_text("".join(ENTRY.format(number) for number in range(entries)))
    return folder


def make_node(home: Path, data: Path, **more: str) -> None:
    """A node with two parties, one office of the mission, and a clerk of the host."""
    small_data(data)
    env = {**environment(home), "DJANGO_SETTINGS_MODULE": "comity.config.settings", **more}
    for module, *arguments in (
        ("comity.config.command", "init"),
        ("comity.config.command", "import", str(data)),
        ("tests.durability.inside", "accounts"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The directory of that node. Never served itself; the first of several pytest workers makes it for all."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "small"
    with (shared.parent / "small.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            make_node(shared / "node", shared / "data")
    return shared / "node"


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(made, tmp_path / "node"))
