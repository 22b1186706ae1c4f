"""What holds for every test: a node directory of its own, and no network."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from hypothesis import HealthCheck
from hypothesis import settings as property_tests

# A property is about values: how long one takes says how busy the machine is. The same values every time where a
# failure must be the change's fault, new ones where a person can look at what was found.
property_tests.register_profile(
    "comity", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
property_tests.load_profile("comity")


# What opens the way to the database; without any of these pytest-django refuses a connection.
_OF_DATABASES = frozenset({"db", "transactional_db", "django_db_setup"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what can reach the database, so that nobody has to remember to; and begin with what takes long.

    Who starts nodes waits much: begun first, it waits beside what computes. The modules of `tests` are longer than
    those beside the code, which come last, so that no worker is alone with a long one at the end.
    """
    for item in items:
        fixtures = _OF_DATABASES.intersection(getattr(item, "fixturenames", ()))
        if fixtures or item.get_closest_marker("django_db") or item.get_closest_marker("postgresql"):
            item.add_marker("database")
    beside = Path(__file__).parent / "src"
    items.sort(key=lambda item: (item.get_closest_marker("node") is None, item.path.is_relative_to(beside)))


@pytest.fixture(autouse=True, scope="session")
def _node_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keys and files that tests write go where tests may write, never to the node a person keeps."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("node")
        patch.setenv("COMITY_HOME", str(folder))
        if settings.configured:  # tests of the kernel can run without Django
            patch.setattr(settings, "COMITY_HOME", folder)
            patch.setattr(settings, "SECOND_FACTOR_ROLES", frozenset())  # a rule with tests of its own
        yield


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit test that opens a connection is asking the wrong thing; some tests talk to the node they started."""
    if request.node.get_closest_marker("browser") or request.node.get_closest_marker("node"):
        return

    def refuse(_self: socket.socket, address: Any) -> None:
        raise AssertionError(f"a test tried to reach {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(autouse=True, scope="session")
def _quick_hashing() -> Iterator[None]:
    """Passwords are hashed as little as Argon2 allows: that it is slow on purpose is nothing that a test looks at."""
    with pytest.MonkeyPatch.context() as patch:
        for cost, least in (("time_cost", 1), ("memory_cost", 8), ("parallelism", 1)):
            patch.setattr(Argon2PasswordHasher, cost, least)
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's own directory."""
    return Path(__file__).parent


def required() -> bool:
    """Whether an absence must fail rather than skip: COMITY_REQUIRE, as `make test REQUIRE=1` sets it."""
    return os.environ.get("COMITY_REQUIRE", "") not in {"", "0"}
