"""What a node says of itself in its directory."""

from pathlib import Path

import pytest

from comity.config import node
from comity.labels.subject import Role


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_HOME", str(tmp_path))
    monkeypatch.delenv("COMITY_SECOND_FACTOR", raising=False)


def test_roles_that_open_doors_for_others_need_a_second_factor():
    assert node.second_factor_roles() == node.NEED_SECOND_FACTOR
    assert Role.ADMINISTRATOR in node.NEED_SECOND_FACTOR


def test_a_node_says_otherwise_in_its_file_and_its_environment_has_the_last_word(monkeypatch: pytest.MonkeyPatch):
    node.write_second_factor_roles(node.home(), "none")
    assert node.second_factor_roles() == frozenset()
    monkeypatch.setenv("COMITY_SECOND_FACTOR", "adviser, chief")
    assert node.second_factor_roles() == {Role.ADVISER, Role.CHIEF}


def test_a_role_that_is_none_stops_the_node(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COMITY_SECOND_FACTOR", "adviser,oracle")
    with pytest.raises(SystemExit):
        node.second_factor_roles()


def test_one_person_joins_parties_unless_the_node_asks_for_two(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("COMITY_JOINING", raising=False)
    assert node.joining_persons() == 1
    (node.home() / "joining").write_text("2\n")
    assert node.joining_persons() == 2
    monkeypatch.setenv("COMITY_JOINING", "1")
    assert node.joining_persons() == 1
    monkeypatch.setenv("COMITY_JOINING", "some")
    with pytest.raises(SystemExit):
        node.joining_persons()
