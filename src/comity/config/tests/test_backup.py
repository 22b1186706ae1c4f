"""A backup is of one moment and whole; a restore makes a node of it, says so, and replaces nothing."""

import fcntl
import gzip
import io
import os
import shutil
import sqlite3
import stat
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from comity.config.tests.nodes import Said, blank, comity, data_directory, python, tables

pytestmark = pytest.mark.sqlite  # these nodes keep their own database


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node with two records, a letter, and one letter that is only being written."""
    folder = tmp_path_factory.mktemp("whole")
    assert comity(blank(folder / "node"), "import", data_directory(folder / "data", "Alpha", "Beta")).status == 0
    letters = folder / "node" / "files" / "ab"
    letters.mkdir(parents=True)
    (letters / "letter").write_bytes(b"%PDF")
    (letters / "half.part").write_bytes(b"%P")
    return folder / "node"


@pytest.fixture(scope="module")
def kept(home: Path) -> Path:
    """A backup of it."""
    target = home.parent / "backup.tar.gz"
    assert comity(home, "backup", target).status == 0
    return target


def refused(said: Said, *words: str) -> None:
    assert said.status == 1, said
    assert "Traceback" not in said.err, said.err
    for word in words:
        assert word in said.err, said.err


def names(home: Path) -> list[str]:
    with closing(sqlite3.connect(tables(home))) as database:
        return [row[0] for row in database.execute("SELECT name FROM people_organisation ORDER BY record_id")]


def test_a_restored_node_is_the_same_and_says_that_it_was_restored(home: Path, kept: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert "the log says so" in comity(copy, "restore", kept).out
    assert comity(copy, "audit", "verify").status == 0
    assert comity(copy, "rebuild", "--check").status == 0
    assert names(copy) == names(home)
    assert (copy / "secret").read_text() == (home / "secret").read_text()
    assert (copy / "files" / "ab" / "letter").read_bytes() == b"%PDF"
    assert not (copy / "files" / "ab" / "half.part").exists()
    with closing(sqlite3.connect(tables(copy))) as database:
        events = [row[0] for row in database.execute('SELECT event FROM audit_entry ORDER BY "index"')]
    assert events == ["manifest", "revision", "revision", "restored"]
    assert comity(copy, "audit", "checkpoint").status == 0  # its keys are the party's own
    keys = [path for path in (copy / "keys").rglob("*") if path.is_file()]
    assert len(keys) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}
    assert [path.name for path in copy.iterdir() if path.name.startswith("tmp")] == []


def test_only_its_owner_can_read_a_backup(kept: Path) -> None:
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_backup_is_of_one_moment_while_others_write(home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tables(home), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE people_organisation SET country = 'XX'")
        assert comity(home, "backup", tmp_path / "meanwhile.tar.gz").status == 0
        writer.execute("ROLLBACK")
    assert comity(tmp_path / "copy", "restore", tmp_path / "meanwhile.tar.gz").status == 0
    assert comity(tmp_path / "copy", "rebuild", "--check").status == 0


def test_what_was_only_in_the_write_ahead_log_is_in_the_backup(home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tables(home), isolation_level=None)) as other:
        other.execute("SELECT 1 FROM audit_head").fetchall()  # keeps the log from being folded in when writers close
        other.execute("PRAGMA user_version = 7")
        assert (home / "comity.db-wal").stat().st_size > 0
        assert comity(home, "backup", tmp_path / "wal.tar.gz").status == 0
    with tarfile.open(tmp_path / "wal.tar.gz") as archive:
        archive.extract("database.sqlite3", tmp_path, filter="data")
    with closing(sqlite3.connect(tmp_path / "database.sqlite3")) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (7,)


def test_a_backup_overwrites_nothing(home: Path, kept: Path, tmp_path: Path) -> None:
    before = kept.read_bytes()
    refused(comity(home, "backup", kept), "exists already")
    assert kept.read_bytes() == before
    refused(comity(home, "backup", tmp_path / "no" / "folder" / "x.tar.gz"), "cannot be written")
    assert list(tmp_path.iterdir()) == []


def test_a_restore_replaces_no_node(home: Path, kept: Path) -> None:
    before = tables(home).stat().st_size, (home / "secret").read_text()
    refused(comity(home, "restore", kept), "holds a node already")
    assert (tables(home).stat().st_size, (home / "secret").read_text()) == before


def spoilt(kept: Path, how: str) -> bytes:
    data = kept.read_bytes()
    middle = len(data) // 2
    return {
        "nothing": b"",
        "junk": b"junk" * 1_000,
        "cut": data[:middle],
        "touched": data[:middle] + bytes(64) + data[middle + 64 :],
        "half a header": data[:6],
    }[how]


@pytest.mark.parametrize("how", ["nothing", "junk", "cut", "touched", "half a header"])
def test_what_is_no_whole_backup_is_refused(kept: Path, tmp_path: Path, how: str) -> None:
    (tmp_path / "bad.tar.gz").write_bytes(spoilt(kept, how))
    copy = tmp_path / "copy"
    refused(comity(copy, "restore", tmp_path / "bad.tar.gz"), "no whole backup", "Nothing was restored")
    assert [path.name for path in copy.iterdir()] == ["secret"]
    assert comity(copy, "restore", kept).status == 0  # and the good one still goes there


def repacked(kept: Path, target: Path, *, without: str = "", instead: bytes | None = None, more: str = "") -> Path:
    """The same archive without a member, with other bytes in it, or with one more."""
    with tarfile.open(kept) as old, tarfile.open(target, "w:gz") as new:
        for member in old.getmembers():
            content = old.extractfile(member).read() if member.isfile() else b""  # type: ignore[union-attr]
            if member.name == without and instead is not None:
                content, member.size = instead, len(instead)
            elif without and member.name.split("/")[0] == without:
                continue
            new.addfile(member, io.BytesIO(content))
        if more:
            new.addfile(tarfile.TarInfo(more), io.BytesIO(b""))
    return target


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"without": "comity-backup"}, "another archive"),
        ({"without": "database.sqlite3"}, "no database"),
        ({"without": "database.sqlite3", "instead": b"junk" * 2_000}, "not a database"),
        ({"without": "database.sqlite3", "instead": b""}, "no such table"),
        ({"without": "keys"}, "no keys"),
        ({"without": "secret"}, "no keys"),
        ({"more": "../outside"}, "outside"),
        ({"more": "restoring"}, "outside"),
        ({"without": "database.sqlite3", "more": "database.pgdump"}, "This backup is of a PostgreSQL node"),
    ],
)
def test_an_archive_with_other_things_in_it_is_refused(
    kept: Path, tmp_path: Path, changes: dict[str, str], word: str
) -> None:
    bad = repacked(kept, tmp_path / "bad.tar.gz", **changes)  # type: ignore[arg-type]
    copy = tmp_path / "copy"
    refused(comity(copy, "restore", bad), word)
    assert [path.name for path in copy.iterdir()] == ["secret"]
    assert not (tmp_path / "outside").exists()


def test_a_backup_of_the_other_kind_of_database_is_refused(kept: Path, tmp_path: Path) -> None:
    address = "postgres://postgres@127.0.0.1:1/never-reached"
    said = comity(tmp_path / "copy", "restore", kept, COMITY_DATABASE_URL=address)
    refused(said, "This backup is of a SQLite node")


def test_a_backup_that_was_killed_leaves_no_file_and_does_not_stand_in_the_way(home: Path, tmp_path: Path) -> None:
    points = tmp_path / "points"
    points.mkdir()
    (points / "in-backup").write_text("SIGKILL")
    (tmp_path / "backups").mkdir()
    target = tmp_path / "backups" / "a.tar.gz"
    assert comity(home, "backup", target, COMITY_FAILPOINTS=str(points)).status == -9
    assert not target.exists()
    assert stat.S_IMODE((tmp_path / "backups" / "a.tar.gz.part").stat().st_mode) == 0o700
    assert comity(home, "backup", target).status == 0
    assert [path.name for path in target.parent.iterdir()] == ["a.tar.gz"]


def test_two_backups_to_one_file_are_one_backup(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a.tar.gz.part"
    folder.mkdir(mode=0o700)
    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    refused(comity(home, "backup", tmp_path / "a.tar.gz"), "another backup is writing it")
    os.close(handle)


def test_a_restore_that_was_killed_is_no_node_until_it_is_done_again(kept: Path, tmp_path: Path) -> None:
    points, copy = tmp_path / "points", tmp_path / "copy"
    points.mkdir()
    (points / "in-restore").write_text("SIGKILL")
    assert comity(copy, "restore", kept, COMITY_FAILPOINTS=str(points)).status == -9
    assert (copy / "comity.db").exists()
    for command in (["run"], ["init"], ["audit", "verify"], ["backup", tmp_path / "half.tar.gz"]):
        refused(comity(copy, *command), "cut short")
    assert comity(copy, "restore", kept).status == 0
    assert comity(copy, "audit", "verify").status == 0
    with closing(sqlite3.connect(tables(copy))) as database:
        assert database.execute("SELECT event FROM audit_entry").fetchall()[-1] == ("restored",)


def test_what_would_fill_the_disk_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    member = tarfile.TarInfo("files/huge")
    member.size = shutil.disk_usage(tmp_path).free + 1
    with gzip.open(tmp_path / "bomb.tar.gz", "wb") as stream:
        stream.write(tarfile.TarInfo("comity-backup").tobuf() + member.tobuf() + bytes(10_240))
    said = comity(tmp_path / "copy", "restore", tmp_path / "bomb.tar.gz")
    assert said.status == 1
    assert "Nothing was restored" in said.err
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["secret"]


PURGE = """
import django; django.setup()
from comity.kernel.clock import now
from comity.labels.scale import Classification
from comity.labels.subject import Clearance, Role, Subject
from comity.records.models import Record
from comity.records.purge import purge
record = Record.objects.system("test").select_related("party").earliest("pk")
cleared = frozenset({Clearance("PARTNERSHIP", Classification.UNCLASSIFIED)})
officer = Subject(record.party_id, "officer", frozenset({Role.SECURITY_OFFICER}), cleared)
purge(record, reason="a test", actor=officer, at=now())
from pathlib import Path
import os
for path in Path(os.environ["COMITY_HOME"]).rglob("comity.db*"):
    assert b"zubaida" not in path.read_bytes().lower(), path
"""


def test_after_a_purge_no_file_of_the_node_holds_a_byte_of_it(tmp_path: Path) -> None:
    home = blank(tmp_path / "node")
    comity(home, "import", data_directory(tmp_path / "data", "Zubaida", "Other"))
    before = b"".join(path.read_bytes() for path in home.glob("comity.db*")).lower()
    assert before.count(b"zubaida") >= 3
    script = tmp_path / "purge.py"
    script.write_text(PURGE)
    said = python(home, script)
    assert said.status == 0, said.err
    assert comity(home, "audit", "verify").status == 0
    assert names(home) != []
