"""The example on two nodes: made once, served together, each alone with what is its own, and ended by one Ctrl-C."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.browser.node import comity, environment, free_port, wait_until_it_answers
from tests.durability.server import children, wait_until_gone
from tests.durability.writers import LONGEST


@pytest.fixture(scope="module")
def port() -> int:
    """Where the first node is served, and the second one port above."""
    return free_port(beside=1)


@pytest.fixture(scope="module")
def home(port: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nodes in one directory."""
    folder = tmp_path_factory.mktemp("demo") / "node"
    said = comity(folder, "demo", "--load-only", "--port", str(port))
    assert said.returncode == 0, said.stderr
    assert "nmi-adviser" in said.stdout.partition(f"http://localhost:{port + 1}")[0]
    assert "iraq-clerk" in said.stdout.partition(f"http://localhost:{port + 1}")[2]
    return folder


def cookies_of(address: str, account: str, password: str) -> set[str]:
    """Sign in; the names of the cookies of whoever is let in, none of whoever is not."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    form = opener.open(f"{address}/account/sign-in/").read().decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', form)
    assert token is not None
    fields = {"login": account, "password": password, "csrfmiddlewaretoken": token[1]}
    answer = opener.open(f"{address}/account/sign-in/", urllib.parse.urlencode(fields).encode())
    return {cookie.name for cookie in jar} if answer.url == f"{address}/" else set()


def wait_until_all_is_exchanged(home: Path) -> None:
    """Until what each of the two released has arrived at the other."""
    found, until = [], time.monotonic() + LONGEST
    while time.monotonic() < until:
        found = [released_and_arrived(home / name / "comity.db") for name in ("mission", "iraq")]
        (released, arrived), theirs = found
        if (arrived, released) == theirs and min(released, arrived) > 100:
            return
        time.sleep(0.5)
    pytest.fail(f"released and arrived, at each: {found}")


def released_and_arrived(database: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        tables = ("federation_released", "federation_arrived")
        released, arrived = (opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
    return released, arrived


def below(pid: int) -> list[int]:
    return [one for child in children(pid) for one in (child, *below(child))]


def test_each_serves_its_own_people_and_one_stop_ends_both(home: Path, port: int, tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-m", "comity.config.command", "demo", "--port", str(port), "--workers", "1"]
    with log.open("w") as output:
        served = subprocess.Popen(
            command, env=environment(home), stdout=output, stderr=output, start_new_session=True
        )  # fmt: skip
    try:
        for one in (port, port + 1):
            wait_until_it_answers(f"http://localhost:{one}/healthz", served, log)
        passwords = {name: json.loads((home / name / "sign-ins.json").read_text()) for name in ("mission", "iraq")}
        for one, name, own in ((port, "mission", "nmi-adviser"), (port + 1, "iraq", "iraq-clerk")):
            found = cookies_of(f"http://localhost:{one}", own, passwords[name][own])
            assert f"comity_{name}_session" in found
            assert all(cookie.startswith(f"comity_{name}_") for cookie in found)
        assert not cookies_of(f"http://localhost:{port}", "iraq-clerk", passwords["iraq"]["iraq-clerk"])
        wait_until_all_is_exchanged(home)
        everything = below(served.pid)
        groups = {os.getpgid(pid) for pid in everything}
        assert len(groups) == 2  # one for each node
        os.kill(served.pid, signal.SIGINT)
        assert served.wait(LONGEST) == 0
        for pid in everything:
            wait_until_gone(pid)
    finally:
        if served.poll() is None:
            served.kill()
            served.wait()
    assert "Traceback" not in log.read_text()


def test_both_are_whole_and_making_them_again_changes_nothing(home: Path, port: int) -> None:
    before = [path.read_bytes() for path in sorted(home.rglob("sign-ins.json"))]
    assert comity(home, "demo", "--load-only", "--port", str(port)).returncode == 0
    assert [path.read_bytes() for path in sorted(home.rglob("sign-ins.json"))] == before
    for name in ("mission", "iraq"):
        for check in (("audit", "verify"), ("rebuild", "--check")):
            said = comity(home / name, *check)
            assert said.returncode == 0, said.stderr


def test_what_is_one_node_already_is_left_alone(tmp_path: Path) -> None:
    comity(tmp_path / "node", "init").check_returncode()
    refused = comity(tmp_path / "node", "demo", "--load-only")
    assert (refused.returncode, "--one-node" in refused.stderr) == (1, True)
