"""From an empty directory to somebody who administers it."""

from pathlib import Path

import pytest

from comity.config.tests.nodes import comity, python

pytestmark = pytest.mark.sqlite  # these nodes keep their own database


def test_a_fresh_node_founds_a_party_and_invites_its_administrator(tmp_path: Path):
    home = tmp_path / "node"
    assert comity(home, "init").status == 0
    said = comity(home, "invite")
    assert (said.status, "comity found" in said.err) == (1, True)
    said = comity(home, "found", "mission", "--nature", "mission")
    assert (said.status, "--en or --ar" in said.err) == (1, True)
    assert comity(home, "found", "mission", "--nature", "mission", "--en", "Mission").status == 0
    link = comity(home, "invite", "--address", "https://comity.example.org/").out.strip().splitlines()[-1]
    assert link.startswith("https://comity.example.org/join/")
    secret = link.rpartition("/join/")[2].strip("/").encode()
    assert not any(secret in file.read_bytes() for file in home.glob("comity.db*"))
    assert comity(home, "found", "host", "--nature", "host", "--ar", "الدولة").status == 0
    said = comity(home, "invite")
    assert (said.status, "host, mission" in said.err) == (1, True)
    said = comity(home, "invite", "--party", "host", "--role", "oracle")
    assert (said.status, "no role" in said.err) == (1, True)
    assert comity(home, "invite", "--party", "host", "--role", "adviser").status == 0
    assert comity(home, "audit", "verify").status == 0


CUT_OFF = """
import os, sys
from django.db.migrations.recorder import MigrationRecorder

kept = MigrationRecorder.record_applied

def record_applied(self, app, name):
    if app == "reports":
        os._exit(9)
    kept(self, app, name)

MigrationRecorder.record_applied = record_applied
from comity.config.command import main
sys.exit(main(["init"]))
"""


def test_a_node_whose_making_was_cut_off_is_made_by_the_next_try(tmp_path: Path):
    """Between the tables of a part and the note that they are made."""
    home = tmp_path / "node"
    script = tmp_path / "cut_off.py"
    script.write_text(CUT_OFF)
    assert python(home, script).status == 9
    assert comity(home, "init").status == 0
    assert comity(home, "audit", "verify").status == 0
