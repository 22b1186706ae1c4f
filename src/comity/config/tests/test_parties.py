"""What is done with a party's keys on the command line."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.config.tests import forked
from comity.config.tests.nodes import blank

Run = Callable[..., "subprocess.CompletedProcess[str]"]
PASSPHRASE = "seven little words nobody says\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    home = tmp_path_factory.mktemp("parties") / "node"

    def comity(*arguments: object, said: str = "") -> "subprocess.CompletedProcess[str]":
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("COMITY_", "DJANGO_"))}
        words = ["--home", str(home), *map(str, arguments)]
        return forked.run("comity.config.command", words, environment, said=said)

    blank(home)
    assert comity("found", "us", "--nature", "host", "--en", "Us").returncode == 0
    return comity


def test_a_ceremony(run: Run, tmp_path: Path):
    file = tmp_path / "root.json"
    assert run("audit", "checkpoint").returncode == 0  # with the keys that are about to go
    assert run("party", "export-root", "us", file, said=PASSPHRASE).returncode == 0
    assert run("party", "remove-root", "us", file, said="another passphrase\n").returncode == 1
    assert run("party", "remove-root", "us", file, said=PASSPHRASE).returncode == 0
    refused = run("party", "renew", "us")
    assert refused.returncode == 1
    assert "import-root" in refused.stderr
    assert run("party", "import-root", "us", file, said=PASSPHRASE).returncode == 0
    assert "Manifest 2 " in run("party", "renew", "us").stdout
    assert "Manifest 3 " in run("party", "rotate", "us", "--root").stdout
    assert "Manifest 4 " in run("party", "revoke", "us", "--good", f"{'a' * 52}/{'0' * 16}/7/{'a' * 64}").stdout
    assert "Good up to" not in run("party", "revoke", "us").stdout  # nothing was sent
    assert run("audit", "checkpoint").returncode == 0
    assert "Good up to: " in run("party", "revoke", "us", "--key", "audit").stdout
    assert "is no end of this log" in run("party", "revoke", "us", "--key", "audit", "--good", f"3/{'a' * 64}").stderr
    assert run("audit", "checkpoint").returncode == 0
    assert run("audit", "verify").returncode == 0


@pytest.mark.parametrize("step", ["nonsense", f"{'a' * 52}/{'0' * 16}/0/{'a' * 64}", f"{'a' * 52}/0/7/{'a' * 64}"])
def test_a_step_that_is_none_revokes_nothing(run: Run, step: str):
    refused = run("party", "revoke", "us", "--good", step)
    assert refused.returncode == 1
    assert "is no step" in refused.stderr


def test_the_words_are_said_in_both_languages_and_only_of_a_party_that_is_known(run: Run):
    party, english, arabic = run("party", "fingerprint", "us").stdout.splitlines()
    assert len(party) == 52
    assert len(english.split()) == len(arabic.split()) == 16
    assert "this node hosts: us" in run("party", "fingerprint", "them").stderr
