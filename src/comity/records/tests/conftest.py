"""Two parties on this node, and one elsewhere whose records come here."""

from pathlib import Path

import pytest
from pytest_django import Settings

from comity.labels.domain import Label
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records.tests import factories


@pytest.fixture
def home(tmp_path: Path, settings: Settings) -> Path:
    """A node directory of the test's own."""
    settings.COMITY_HOME = tmp_path
    return tmp_path


@pytest.fixture
def mission(home: Path) -> Party:
    return factories.found("mission", home, nature="mission")


@pytest.fixture
def iraq(home: Path) -> Party:
    return factories.found("iraq", home)


@pytest.fixture
def abroad(home: Path) -> Party:
    """A party that another node hosts."""
    return factories.found("abroad", home, nature="member", hosted=False)


@pytest.fixture
def planner(mission: Party) -> Subject:
    return factories.subject(mission)


@pytest.fixture
def host(iraq: Party) -> Subject:
    return factories.subject(iraq, account="host")


@pytest.fixture
def shared(mission: Party, iraq: Party) -> Label:
    """Both parties of this node may read it."""
    return factories.label(mission, iraq)
