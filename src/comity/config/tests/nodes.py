"""Whole nodes on disk, driven by the `comity` command as a person drives it."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from comity.config import node
from comity.config.tests import forked

ABOUT = """
name = "small"
order = ["parties.toml", "records.toml"]
[label.shared]
policy = "PARTNERSHIP"
releasable_to = ["mission"]
"""
PARTIES = """
[[party]]
key = "mission"
name = { original = "en", en = "The mission" }
nature = "mission"
"""
ENTRY = """
[[people.organisation]]
key = "organisation.{0}"
owner = "mission"
label = "shared"
name = {{ original = "en", en = "Organisation {0}" }}
nature = "office"
"""


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit status."""

    status: int
    out: str
    err: str


def blank(home: Path) -> Path:
    """A node in `home` as `comity init` makes one; its tables, which take longest, were made before."""
    node.write_secret(node.make_private(home))
    shutil.copy(_tables(), home / "comity.db")
    return home


@cache
def _tables() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = comity(folder / "node", "init")
    assert made.status == 0, made.err
    assert not (folder / "node" / "comity.db-wal").exists(), "what is copied is all there is"
    return tables(folder / "node")


def comity(home: Path, *arguments: object, **environment: str) -> Said:
    """Run one command on the node in `home`."""
    return _run(home, "comity.config.command", arguments, environment)


def module(home: Path, name: str, *arguments: object) -> Said:
    """Run a module with the settings of the node in `home`."""
    return _run(home, name, arguments, {"DJANGO_SETTINGS_MODULE": "comity.config.settings"})


def python(home: Path, script: Path) -> Said:
    """Run a script with the settings of the node in `home`, in a Python that starts anew."""
    environment = _environment(home, {"DJANGO_SETTINGS_MODULE": "comity.config.settings"})
    return _anew((str(script),), environment)


def _run(home: Path, name: str, arguments: tuple[object, ...], environment: Mapping[str, str]) -> Said:
    words, whole = tuple(map(str, arguments)), _environment(home, environment)
    if "PYTHONPATH" in environment:  # what it names must stand before what is imported already
        return _anew(("-m", name, *words), whole)
    done = forked.run(name, words, whole)
    return Said(done.returncode, done.stdout, done.stderr)


def _environment(home: Path, environment: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("COMITY_", "DJANGO_"))}
    return {**inherited, "COMITY_HOME": str(home), "COLUMNS": "40", **environment}


def _anew(arguments: tuple[str, ...], environment: Mapping[str, str]) -> Said:
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    return Said(done.returncode, done.stdout, done.stderr)


def data_directory(folder: Path, *entries: str) -> Path:
    """A directory that `comity import` reads; each entry is a word of an organisation's name."""
    folder.mkdir()
    (folder / "import.toml").write_text(ABOUT)
    (folder / "parties.toml").write_text(PARTIES)
    (folder / "records.toml").write_text("".join(ENTRY.format(word) for word in entries))
    return folder


def tables(home: Path) -> Path:
    """The node's database."""
    return home / "comity.db"
