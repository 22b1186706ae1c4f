"""Two nodes that have not heard of each other, made once and copied for each test."""

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.exchange.pair import Side, make, pair


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "pair"
    with (folder.parent / "pair.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            make(folder)
    return folder


@pytest.fixture
def sides(made: Path, tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    with pair(made, tmp_path) as both:
        yield both
