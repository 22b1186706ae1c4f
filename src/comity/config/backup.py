"""Backup while the node runs, and restore into an empty directory.

A backup is one .tar.gz: the database as of one moment, the files, the keys and the secret. It is as secret as the keys.
The database is copied first: whatever it names was on disk before it. A restored node says so on its log, so that
nobody takes its past for its present.
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from comity.audit.log import Leaf, append
from comity.config import node
from comity.kernel import disk, failpoints
from comity.kernel.disk import FULL, PARTIAL
from comity.kernel.errors import DomainError, require
from comity.kernel.text import N_
from comity.parties.models import Party

SQLITE, POSTGRES = "database.sqlite3", "database.pgdump"
KEPT = ("secret", "notice.json", "second-factor", "joining", "hub-key", "sign-ins.json", "keys", "files")
_TOPS = frozenset({"comity-backup", SQLITE, POSTGRES, *KEPT})
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


class NoRoomHere(DomainError):
    """What the backup holds does not fit."""

    message = N_("%(home)s has no room for it: %(reason)s. Nothing was restored.")


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

    Until it is whole and on the disk it has another name: `target` with .part, a folder that the next backup of that
    name takes away.

    Raises:
        BackupExists, CannotWrite, ProgramFailed: as they say; then there is no file.
    """
    require(not target.exists(), BackupExists(file=target))
    partial = target.with_name(target.name + PARTIAL)
    try:
        with _folder_alone(partial):
            database = _dump(partial)
            archive = partial / "archive"
            _pack(archive, database)
            failpoints.reached(failpoints.IN_BACKUP)
            require(not target.exists(), BackupExists(file=target))
            archive.replace(target)
            disk.sync(target.parent)
    except BlockingIOError as error:
        raise CannotWrite(file=target, reason="another backup is writing it") from error
    except OSError as error:
        raise CannotWrite(file=target, reason=error.strerror or error) from error
    except sqlite3.Error as error:
        raise CannotWrite(file=target, reason=error) from error
    return target.stat().st_size


@contextmanager
def _folder_alone(folder: Path) -> Iterator[None]:
    """An empty folder that no other backup writes to meanwhile, and that is gone afterwards."""
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        # Whoever else made it could change what is put into it.
        require(os.fstat(handle).st_uid == os.geteuid(), CannotWrite(file=folder, reason="it belongs to somebody else"))
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in folder.iterdir():  # by a backup that was killed
            left.unlink()
        try:
            yield
        finally:
            shutil.rmtree(folder)
    finally:
        os.close(handle)


def _pack(archive: Path, database: Path) -> None:
    """Put the database and what is kept beside it into one file, which is on the disk afterwards."""
    with os.fdopen(os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        with tarfile.open(fileobj=stream, mode="w:gz") as tar:
            tar.addfile(tarfile.TarInfo(_LISTING))
            tar.add(database, arcname=database.name)
            for name in KEPT:
                top = node.home() / name
                for path in [top, *sorted(top.rglob("*"))] if top.exists() else ():
                    if path.name.endswith(PARTIAL):  # only being written
                        continue
                    with suppress(FileNotFoundError):  # purged since it was listed
                        tar.add(path, arcname=str(path.relative_to(node.home())), recursive=False)
        stream.flush()
        os.fsync(stream.fileno())


def restore(source: Path, *, at: datetime) -> None:
    """Make the node in COMITY_HOME what `source` holds, and put the restore on its log.

    Until the end the directory says that it is being restored, and no command but another restore works in it: a
    restore that was cut short is done again, and never taken for a node.

    Raises:
        NodeIsThere, NotABackup, OtherDatabase, DatabaseNotEmpty, NoRoomHere, ProgramFailed: as they say; then nothing
        is left of it.
    """
    home = node.home()
    mark = home / node.RESTORING
    if mark.exists():
        _clear(home)
    require(not (home / "comity.db").exists() and not (home / "keys").exists(), NodeIsThere(home=home))
    disk.write(mark, b"")
    try:
        _restore(source, home, at)
    except BaseException:
        connection.close()
        _clear(home)
        mark.unlink()
        raise
    disk.sync_all(home)
    mark.unlink()
    disk.sync(home)


def _restore(source: Path, home: Path, at: datetime) -> None:
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


def _clear(home: Path) -> None:
    """Take away what a restore put here; the secret stays, which was there before it."""
    for path in home.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in {"secret", node.RESTORING}:
            path.unlink()


def _unpack(source: Path, scratch: Path) -> None:
    """Unpack a whole backup, and nothing else."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            if archive.next() is None or archive.getmembers()[0].name != _LISTING:
                raise NotABackup(file=source, reason="it is another archive")
            needed = 0
            for member in archive:  # looked at before anything is written
                require(_harmless(member), NotABackup(file=source, reason="it reaches outside"))
                needed += member.size
            _check_room(needed, scratch)
            # Python 3.11.0 to 3.11.3, which Debian 12 has, knows no filters: there the line above is all there is.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(scratch)  # noqa: S202  filtered above
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        if getattr(error, "errno", None) in FULL:
            raise NoRoomHere(home=node.home(), reason=error.strerror) from error  # type: ignore[union-attr]
        reason = getattr(error, "strerror", None) or error
        raise NotABackup(file=source, reason=reason) from error
    if not (scratch / "keys").is_dir() or not (scratch / "secret").is_file():
        raise NotABackup(file=source, reason="it holds no keys")


def _harmless(member: tarfile.TarInfo) -> bool:
    """Whether unpacking `member` writes a plain file or folder that a backup has, below the place it is unpacked in."""
    path = PurePosixPath(member.name)
    plain = (member.isreg() or member.isdir()) and not member.issparse()
    return plain and ".." not in path.parts and path.parts[0] in _TOPS


def _check_room(needed: int, scratch: Path) -> None:
    """Refuse what would fill the disk: a small file can say that it unpacks to any size."""
    free = shutil.disk_usage(scratch.parent).free
    if needed > free:
        reason = f"the backup unpacks to {needed // 1_000_000} MB, and {free // 1_000_000} MB are free"
        raise NoRoomHere(home=node.home(), reason=reason)


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
    whole = ["--single-transaction", "--exit-on-error", "--no-owner"]
    _postgres(["pg_restore", *whole, "--dbname", name, str(scratch / POSTGRES)])


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
