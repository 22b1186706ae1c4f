"""The same on PostgreSQL: killed web processes and killed connections lose nothing, and a backup is whole."""

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.browser.node import environment
from tests.durability.conftest import make_node
from tests.durability.server import started
from tests.durability.stored import checking, events, marks, office
from tests.durability.test_kills import judge, run
from tests.durability.visitor import Visitor
from tests.durability.writers import Crowd

pytestmark = pytest.mark.postgresql


@contextmanager
def database() -> Iterator[str]:
    """An empty database of its own on the server that the tests use, gone afterwards; its address."""
    server = os.environ["COMITY_DATABASE_URL"].rpartition("/")[0]
    name = f"comity_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connected:
        connected.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
        try:
            yield f"{server}/{name}"
        finally:
            connected.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def url() -> Iterator[str]:
    with database() as address:
        yield address


@pytest.fixture
def home(tmp_path: Path, url: str) -> Path:
    make_node(tmp_path / "node", tmp_path / "data", COMITY_DATABASE_URL=url)
    return tmp_path / "node"


def comity(home: Path, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "comity.config.command", *arguments]
    env = {**environment(home), "COMITY_DATABASE_URL": url}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_kills_of_processes_and_connections_lose_nothing(home: Path, url: str) -> None:
    judge(run(home, 6, url), 6)


@pytest.mark.soak
def test_many_kills_of_processes_and_connections_lose_nothing(home: Path, url: str) -> None:
    judge(run(home, 40, url), 40)


def test_a_backup_under_load_is_restored_whole(home: Path, url: str, tmp_path: Path) -> None:
    if not shutil.which("pg_dump"):
        pytest.skip("pg_dump is not here: it comes with PostgreSQL's client programs")
    target, copy = tmp_path / "backup.tar.gz", tmp_path / "copy"
    with started(home, more={"COMITY_DATABASE_URL": url}) as server:
        visitor = Visitor(server.port)
        visitor.sign_in()
        visitor.leave()
        crowd = Crowd(visitor, office(url))
        try:
            with crowd.writing():
                crowd.wait_for(8)
                told = set(crowd.ledger.acknowledged)
                said = comity(home, url, "backup", str(target))
        finally:
            crowd.end()
        assert said.returncode == 0, said.stderr
    with database() as elsewhere:
        said = comity(copy, elsewhere, "restore", str(target))
        assert said.returncode == 0, said.stderr
        assert told <= marks(elsewhere).keys() <= marks(url).keys()
        assert events(elsewhere)[-2:] == ["restored", "restored"]
        with checking(copy, COMITY_DATABASE_URL=elsewhere) as checker:
            assert checker.faults() == []
        again = comity(tmp_path / "third", elsewhere, "restore", str(target))
        assert again.returncode == 1
        assert "not empty" in again.stderr
