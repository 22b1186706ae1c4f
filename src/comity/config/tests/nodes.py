"""Whole nodes on disk, driven by the `comity` command as a person drives it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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


def comity(home: Path, *arguments: object, **environment: str) -> Said:
    """Run one command on the node in `home`."""
    return _run(home, ("-m", "comity.config.command", *map(str, arguments)), environment)


def python(home: Path, script: Path) -> Said:
    """Run a script with the settings of the node in `home`."""
    return _run(home, (str(script),), {"DJANGO_SETTINGS_MODULE": "comity.config.settings"})


def module(home: Path, name: str, *arguments: object) -> Said:
    """Run a module with the settings of the node in `home`."""
    return _run(home, ("-m", name, *map(str, arguments)), {"DJANGO_SETTINGS_MODULE": "comity.config.settings"})


def _run(home: Path, arguments: tuple[str, ...], environment: Mapping[str, str]) -> Said:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("COMITY_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**inherited, "COMITY_HOME": str(home), "COLUMNS": "40", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
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
