"""Backup while the node runs, and restore into an empty directory.

A backup is one .tar.gz: the database as of one moment, the files, the keys and the secret. It is as secret as the keys.
The database is copied first: whatever it names was on disk before it. A restored node says so on its log, so that
nobody takes its past for its present.
"""

import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from contextlib import closing
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from comity.audit.log import Leaf, append
from comity.config import node
from comity.kernel import failpoints
from comity.kernel.disk import PARTIAL
from comity.kernel.errors import DomainError, require
from comity.kernel.text import N_
from comity.parties.models import Party

SQLITE, POSTGRES = "database.sqlite3", "database.pgdump"
KEPT = ("secret", "notice.json", "second-factor", "sign-ins.json", "keys", "files")
_LISTING = "comity-backup"  # an empty first member: what tells a backup from any other archive


class BackupExists(DomainError):
    """A backup is never written over another file."""

    message = N_("%(file)s exists already; nothing was overwritten.")


class CannotWrite(DomainError):
    """The backup could not be written; nothing of it was left."""

    message = N_("%(file)s cannot be written: %(reason)s")


class NodeIsThere(DomainError):
    """A restore makes a node; it replaces none."""

    message = N_("%(home)s holds a node already; restore into an empty directory.")


class NotABackup(DomainError):
    """The file is damaged, cut short, or something else."""

    message = N_("%(file)s is no whole backup of a node: %(reason)s. Nothing was restored.")


class OtherDatabase(DomainError):
    """A backup is restored into the kind of database that it was made of."""

    message = N_("This backup is of a %(made)s node, and this would be a %(here)s one. %(remedy)s")


class DatabaseNotEmpty(DomainError):
    """A PostgreSQL database that something is in."""

    message = N_("The PostgreSQL database is not empty; restore into an empty one.")


class ProgramFailed(DomainError):
    """pg_dump or pg_restore could not do it."""

    message = N_("%(program)s failed: %(reason)s")


def backup(target: Path) -> int:
    """Write a backup to `target`, which must not exist; returns its size in bytes. Mode 0600.

    Raises:
        BackupExists, CannotWrite, ProgramFailed: as they say; then there is no file.
    """
    require(not target.exists(), BackupExists(file=target))
    partial = target.with_name(target.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=node.home()) as scratch:
            database = _dump(Path(scratch))
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                with tarfile.open(fileobj=stream, mode="w:gz") as archive:
                    archive.addfile(tarfile.TarInfo(_LISTING))
                    archive.add(database, arcname=database.name)
                    for name in KEPT:
                        if (node.home() / name).exists():
                            archive.add(node.home() / name, arcname=name, filter=_whole)
                stream.flush()
                os.fsync(stream.fileno())
        failpoints.reached(failpoints.IN_BACKUP)
        partial.replace(target)
    except OSError as error:
        raise CannotWrite(file=target, reason=error.strerror or error) from error
    finally:
        if partial.is_file():
            partial.unlink()
    return target.stat().st_size


def _whole(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out what is only being written."""
    return None if member.name.endswith(PARTIAL) else member


def restore(source: Path, *, at: datetime) -> None:
    """Make the node in COMITY_HOME what `source` holds, and put the restore on its log.

    Raises:
        NodeIsThere, NotABackup, OtherDatabase, DatabaseNotEmpty, ProgramFailed: as they say.
    """
    home = node.home()
    require(not (home / "comity.db").exists() and not (home / "keys").exists(), NodeIsThere(home=home))
    with tempfile.TemporaryDirectory(dir=home) as scratch:
        unpacked = Path(scratch)
        _unpack(source, unpacked)
        _load(source, unpacked)
        failpoints.reached(failpoints.IN_RESTORE)
        for name in KEPT:
            if (unpacked / name).exists():
                shutil.move(unpacked / name, home / name)
    for path in [home / "keys", *(home / "keys").rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
    call_command("migrate", verbosity=0, interactive=False)
    hosted = Party.objects.filter(hosted=True).order_by("handle")
    with transaction.atomic():
        append([Leaf("restored", party.pk, "", "", {}) for party in hosted], at)


def _unpack(source: Path, scratch: Path) -> None:
    """Unpack a whole backup, and nothing else."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            members = archive.getnames()
            if members[:1] != [_LISTING]:
                raise NotABackup(file=source, reason="it is another archive")
            require(all(map(_harmless, archive.getmembers())), NotABackup(file=source, reason="it reaches outside"))
            # Python 3.11.0 to 3.11.3, which Debian 12 has, knows no filters: there the line above is all there is.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(scratch)  # noqa: S202  filtered above
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise NotABackup(file=source, reason=reason) from error
    if not (scratch / "keys").is_dir() or not (scratch / "secret").is_file():
        raise NotABackup(file=source, reason="it holds no keys")


def _harmless(member: tarfile.TarInfo) -> bool:
    """Whether unpacking `member` writes a plain file or folder below the place it is unpacked in."""
    path = PurePosixPath(member.name)
    return (member.isfile() or member.isdir()) and not path.is_absolute() and ".." not in path.parts


def _dump(scratch: Path) -> Path:
    if connection.vendor == "sqlite":
        target = scratch / SQLITE
        # The online backup of SQLite: one consistent moment, while others read and write.
        name = settings.DATABASES["default"]["NAME"]
        with closing(sqlite3.connect(name)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
        return target
    target = scratch / POSTGRES
    _postgres(["pg_dump", "--format=custom", "--no-owner", "--file", str(target)])
    return target


def _load(source: Path, scratch: Path) -> None:
    if connection.vendor == "sqlite":
        if (scratch / POSTGRES).exists():
            raise OtherDatabase(
                made="PostgreSQL", here="SQLite", remedy="Set COMITY_DATABASE_URL to an empty database."
            )
        _check_sqlite(source, scratch / SQLITE)
        shutil.move(scratch / SQLITE, settings.DATABASES["default"]["NAME"])
        return
    if (scratch / SQLITE).exists():
        raise OtherDatabase(made="SQLite", here="PostgreSQL", remedy="Unset COMITY_DATABASE_URL.")
    require((scratch / POSTGRES).exists(), NotABackup(file=source, reason="it holds no database"))
    require(not connection.introspection.table_names(), DatabaseNotEmpty)
    name = settings.DATABASES["default"]["NAME"]
    _postgres(["pg_restore", "--exit-on-error", "--no-owner", "--dbname", name, str(scratch / POSTGRES)])


def _check_sqlite(source: Path, database: Path) -> None:
    """Refuse a database that is not whole before it takes its place."""
    if not database.is_file():
        raise NotABackup(file=source, reason="it holds no database")
    try:
        with closing(sqlite3.connect(database)) as copy:
            (said,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            copy.execute("SELECT size FROM audit_head").fetchone()
    except sqlite3.DatabaseError as error:
        raise NotABackup(file=source, reason=error) from error
    require(said == "ok", NotABackup(file=source, reason=said))


def _postgres(command: list[str]) -> None:
    """Run a PostgreSQL client program; the password goes by the environment, where no process list shows it."""
    database = settings.DATABASES["default"]
    given = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
    }
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        reason = "it is not installed; it comes with PostgreSQL's client programs"
        raise ProgramFailed(program=command[0], reason=reason) from error
    if done.returncode:
        raise ProgramFailed(program=command[0], reason=done.stderr.strip())
