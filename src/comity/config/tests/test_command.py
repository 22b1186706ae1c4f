"""The `comity` command: refusals in words, never a traceback; a touched log named."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from comity.config.command import main, parser
from comity.config.tests.nodes import Said, comity, data_directory, tables
from comity.config.told import LONG, SHORT

pytestmark = pytest.mark.sqlite  # these nodes keep their own database


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node with two records."""
    folder = tmp_path_factory.mktemp("whole")
    assert comity(folder / "node", "init").status == 0
    said = comity(folder / "node", "import", data_directory(folder / "data", "Alpha", "Beta"))
    assert (said.status, said.out.strip()) == (0, "2 entered, 0 changed, 0 as they were.")
    return folder / "node"


@pytest.fixture
def copy(home: Path, tmp_path: Path) -> Path:
    """The same node, to be spoilt."""
    return shutil.copytree(home, tmp_path / "copy")


def refused(said: Said, *words: str) -> None:
    assert said.status in {1, 2}, said
    assert "Traceback" not in said.err, said.err
    for word in words:
        assert word in said.err, said.err


# ------------------------------------------------------------------------------------------------------------- words


def test_every_command_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert SHORT.keys() == LONG.keys()
    for name in SHORT:
        with pytest.raises(SystemExit) as done:
            parser().parse_args([*name.split(), "--help"])
        assert done.value.code == 0
        assert " ".join(LONG[name].split()) in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "８00x"])
def test_a_port_is_a_port(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["run", f"--port={port}"])
    assert "no port" in capsys.readouterr().err


def test_init_can_be_run_again(home: Path) -> None:
    secret = (home / "secret").read_text()
    assert comity(home, "init").status == 0
    assert (home / "secret").read_text() == secret


def test_an_import_can_be_run_again(home: Path) -> None:
    assert comity(home, "import", home.parent / "data").out.strip() == "0 entered, 0 changed, 2 as they were."


def test_a_long_line_stays_one_line(home: Path) -> None:
    said = comity(home, "audit", "verify")
    assert said.out.startswith("The log is whole: ")
    assert len(said.out.splitlines()) == 2


# ------------------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    "url",
    [
        "mysql://host/name",
        "postgres://host:port/name",
        "postgres://[host/name",
        "postgres://host",
        "nonsense",
        "postgres://nobody@127.0.0.1:1/name",
    ],
)
def test_a_bad_database_address_is_said(home: Path, url: str) -> None:
    refused(
        comity(home, "audit", "verify", COMITY_DATABASE_URL=url), "atabase" if "127" in url else "COMITY_DATABASE_URL"
    )


def test_no_node_is_said(tmp_path: Path) -> None:
    refused(comity(tmp_path / "nowhere", "audit", "verify"), "There is no node", "comity init")
    assert not (tmp_path / "nowhere").exists()


def test_a_home_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    refused(comity(tmp_path / "file", "init"), "file")
    refused(comity(tmp_path / "file", "audit", "verify"), "file")


def test_a_directory_with_other_things_is_not_made_a_node(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    refused(comity(tmp_path, "init"), "is not empty")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_database_that_is_none_is_said(home: Path, copy: Path) -> None:
    tables(copy).write_bytes(b"not a database" * 1_000)
    refused(comity(copy, "audit", "verify"), "The database cannot be used")


def test_tables_that_are_not_there_are_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "secret").write_text("x" * 50)
    refused(comity(tmp_path, "audit", "verify"), "comity init")


def test_a_data_directory_that_is_not_there_is_said(home: Path, tmp_path: Path) -> None:
    refused(comity(home, "import", tmp_path / "nowhere"), "import.toml", "cannot be read")


@pytest.mark.parametrize(
    "change", [('nature = "mission"', 'nature = "empire"'), ('original = "en"', 'original = "fr"'), ('"new"', "5")]
)
def test_a_party_that_is_none_is_said(home: Path, tmp_path: Path, change: tuple[str, str]) -> None:
    data = data_directory(tmp_path / "bad")
    (data / "parties.toml").write_text(
        (data / "parties.toml").read_text().replace('"mission"', '"new"', 1).replace(*change)
    )
    refused(comity(home, "import", data), "part")


def test_each_bad_entry_is_said_on_a_line_and_nothing_is_imported(home: Path, tmp_path: Path) -> None:
    data = data_directory(tmp_path / "bad", "Alpha", "Gamma", "Delta")
    records = (data / "records.toml").read_text()
    (data / "records.toml").write_text(
        records.replace('"Organisation Gamma"', '""').replace('en = "Organisation D', 'en = "[b]D')
    )
    said = comity(home, "import", data)
    refused(said, "records.toml: organisation.Gamma: ", "Nothing was imported: 1 entries")
    assert comity(home, "import", home.parent / "data").out.strip() == "0 entered, 0 changed, 2 as they were."


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"index": 5}', '"x"'])
def test_what_is_no_proof_is_said(tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "proof.json").write_text(content)
    assert main(["audit", "check-proof", str(tmp_path / "proof.json")]) == 1
    assert "no inclusion proof" in capsys.readouterr().err


def test_a_proof_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "check-proof", str(tmp_path / "nowhere.json")]) == 1
    assert "no inclusion proof" in capsys.readouterr().err


# ------------------------------------------------------------------------------------------------------------- touched


@pytest.fixture
def database(copy: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tables(copy), isolation_level=None)) as connection:
        yield connection


def test_a_flipped_bit_is_named(copy: Path, database: sqlite3.Connection) -> None:
    index, body = database.execute("SELECT log_index, body FROM records_revision ORDER BY log_index LIMIT 1").fetchone()
    spoilt = bytes([body[0], body[1] ^ 1, *body[2:]])
    database.execute("UPDATE records_revision SET body = ? WHERE log_index = ?", (spoilt, index))
    said = comity(copy, "audit", "verify")
    refused(said, f"BAD at entry {index}: ", "the stored content of revision 1 of ")
    assert len(said.err.splitlines()) == 1


def test_a_row_deleted_from_the_log_is_named(copy: Path, database: sqlite3.Connection) -> None:
    database.execute('DELETE FROM audit_entry WHERE "index" = 2')
    refused(comity(copy, "audit", "verify"), "BAD at entry 2: the entry is missing")


def test_a_changed_table_is_named_and_mended(copy: Path, database: sqlite3.Connection) -> None:
    database.execute("UPDATE people_organisation SET country = 'XX' WHERE record_id = 1")
    refused(comity(copy, "rebuild", "--check"), "the row differs in country", "1 differences")
    assert comity(copy, "rebuild").status == 0
    assert comity(copy, "rebuild", "--check").out.strip() == "Tables and revisions say the same."


def test_signing_without_keys_is_said(copy: Path) -> None:
    for key in (copy / "keys").rglob("audit-*.key"):
        key.unlink()
    refused(comity(copy, "audit", "checkpoint"), "no audit key")


def test_a_checkpoint_is_signed_and_holds(copy: Path) -> None:
    assert comity(copy, "audit", "checkpoint").out.startswith("mission: ")
    assert comity(copy, "audit", "verify").status == 0
