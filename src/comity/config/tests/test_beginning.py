"""From an empty directory to somebody who administers it."""

from pathlib import Path

import pytest

from comity.config.tests.nodes import comity

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
