"""A party moves to a node of its own: what goes along, what stays, what is destroyed, and what a cut leaves."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from comity.config.tests.moving_inside import CANARY, PDF
from comity.config.tests.nodes import Said, blank, comity, module
from comity.kernel import failpoints

pytestmark = pytest.mark.sqlite  # these nodes keep their own database
INSIDE = "comity.config.tests.moving_inside"
POINTS = (failpoints.MOVE_ADOPTED, failpoints.MOVE_LEFT, failpoints.MOVE_SETTLED)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node of two parties; never moved itself."""
    home = blank(tmp_path_factory.mktemp("made") / "node")
    said = module(home, INSIDE, "prepare")
    assert said.status == 0, said.err
    return home


@pytest.fixture
def old(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "old")


@pytest.fixture(scope="module")
def moved(made: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The old node and the new one, after the host moved; only read."""
    folder = tmp_path_factory.mktemp("moved")
    old, new = shutil.copytree(made, folder / "old"), folder / "new"
    said = move(old, new)
    assert said.status == 0, said.err
    return old, new


def move(old: Path, new: Path, **environment: str) -> Said:
    return comity(old, "party", "move", "host", "--to", new, **environment)


def facts(home: Path) -> Any:
    said = module(home, INSIDE, "facts")
    assert said.status == 0, said.err
    return json.loads(said.out)


def names(found: Any, owner: str) -> list[str]:
    return [name for handle, *_, name in found["revisions"] if handle == owner]


def whole(home: Path) -> None:
    for check in (("audit", "verify"), ("rebuild", "--check")):
        said = comity(home, *check)
        assert said.status == 0, said.err


def test_the_new_node_holds_all_that_the_party_had(made: Path, moved: tuple[Path, Path]) -> None:
    before, after = facts(made), facts(moved[1])
    own = [one for one in before["revisions"] if one[0] == "host"]
    assert len(own) == 9
    assert sorted(one for one in after["revisions"] if one[0] == "host") == sorted(own)  # ids, numbers, salts, all
    assert after["purged"] == before["purged"]
    assert (after["hosted"], after["parties"]) == (["host"], ["host", "mission"])
    assert after["accounts"] == {"clerk": [True, True]}
    assert after["factors"] == before["factors"] == ["JBSWY3DPEHPK3PXP"]
    assert (after["groups"], after["drafts"], after["handles"]) == ([1, 1], 1, before["handles"])
    assert after["letters"] == [PDF.decode() + "own", PDF.decode() + "shared"]
    assert {"adopted", "moved-here", "purged", "manifest"} <= set(after["events"])
    whole(moved[1])


def test_of_others_only_what_the_party_may_have_comes_along(moved: tuple[Path, Path]) -> None:
    after = facts(moved[1])
    assert names(after, "mission") == ["M shared"]
    stranger = b"".join(path.read_bytes() for path in moved[1].rglob("comity.db*"))
    assert b"M own" not in stranger
    assert b"M never" not in stranger


def test_the_old_node_keeps_only_what_those_who_stay_may_read(made: Path, moved: tuple[Path, Path]) -> None:
    before, after = facts(made), facts(moved[0])
    assert after["hosted"] == ["mission"]
    assert sorted(filter(None, names(after, "host"))) == ["C shared", "H opened"]
    assert after["shown"] == ["C shared", "H opened", "M never", "M own", "M shared"]
    assert [one[:4] for one in after["revisions"]] == [one[:4] for one in before["revisions"]]  # commitments stay
    assert after["letters"] == [PDF.decode() + "shared"]
    assert after["files"] == 1
    assert CANARY.encode() in b"".join(path.read_bytes() for path in made.rglob("*") if path.is_file())
    assert CANARY.encode() not in b"".join(path.read_bytes() for path in moved[0].rglob("*") if path.is_file())
    whole(moved[0])


def test_nobody_signs_or_signs_in_for_the_party_at_the_old_node(moved: tuple[Path, Path]) -> None:
    after = facts(moved[0])
    assert after["accounts"] == {"adviser": [True, True], "clerk": [False, False]}
    assert (after["factors"], after["groups"], after["drafts"]) == ([], [0, 0], 0)
    mission = next(one for one in after["revisions"] if one[0] == "mission")[1].partition("/")[0]
    assert after["keys"] == [mission]
    assert {"moved-away", "let-go", "account-closed"} <= set(after["events"])


@pytest.mark.parametrize("point", POINTS)
def test_a_move_that_was_cut_short_is_taken_up_again(
    old: Path, tmp_path: Path, moved: tuple[Path, Path], point: str
) -> None:
    new, points = tmp_path / "new", tmp_path / "points"
    points.mkdir()
    (points / point).write_text("SIGKILL")
    before = facts(old)
    assert move(old, new, COMITY_FAILPOINTS=str(points)).status == -9
    hosts = facts(old)["hosted"] + (facts(new)["hosted"] if (new / "comity.db").exists() else [])
    assert hosts.count("host") == (0 if point == failpoints.MOVE_LEFT else 1)
    if point == failpoints.MOVE_ADOPTED:
        assert facts(old) == before
    if point != failpoints.MOVE_SETTLED:
        assert "on its way" in comity(new, "audit", "verify").err
    said = move(old, new)
    assert said.status == 0, said.err
    for home, wanted in ((old, moved[0]), (new, moved[1])):
        assert facts(home) == facts(wanted)
        whole(home)
    assert move(old, new).status == 0  # once more changes nothing
    assert facts(new) == facts(moved[1])


def test_what_is_opened_later_comes_to_the_old_node_as_to_any_other(moved: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = (shutil.copytree(home, tmp_path / home.name) for home in moved)
    for home, what in ((new, "say"), (old, "hear")):
        said = module(home, INSIDE, what, tmp_path / "revision.json")
        assert said.status == 0, said.err
    assert "H own, opened" in facts(old)["shown"]
    whole(old)


def test_what_cannot_be_moved_is_said_and_nothing_changes(old: Path, moved: tuple[Path, Path], tmp_path: Path) -> None:
    before = facts(old)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").touch()
    refused = move(old, tmp_path / "full")
    assert (refused.status, "is not empty" in refused.err) == (1, True)
    unknown = comity(old, "party", "move", "nobody", "--to", tmp_path / "new")
    assert (unknown.status, "no party “nobody”" in unknown.err) == (1, True)
    assert facts(old) == before
    last = comity(moved[0], "party", "move", "mission", "--to", tmp_path / "new")
    assert (last.status, "the only party" in last.err) == (1, True)
    assert not (tmp_path / "new").exists()


def test_a_new_node_that_cannot_be_made_changes_nothing_here(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = facts(old)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import sys\nif 'adopt' in sys.orig_argv:\n    sys.exit('the disk is on fire')\n"
    )
    refused = move(old, tmp_path / "new", PYTHONPATH=f"{broken}:{':'.join(sys.path)}")
    assert (refused.status, "the disk is on fire" in refused.err) == (1, True)
    assert facts(old) == before
    whole(old)
    assert move(old, tmp_path / "new").status == 0
