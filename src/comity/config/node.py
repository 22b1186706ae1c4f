"""Where a node keeps its things: one directory, readable by its owner alone, named by COMITY_HOME.

<home>/comity.db     the database, unless COMITY_DATABASE_URL names another
<home>/second-factor the roles that need a second factor, where that is not the default
<home>/joining       how many people have to confirm that another party joins, where that is not one
<home>/secret        the key that signs cookies, written on first run, mode 0600
<home>/keys/         each hosted party's private keys
<home>/files/        letters and other attachments, never served by path
"""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from comity.kernel import disk
from comity.labels.subject import Role

ADOPTING = "adopting"  # stands in a directory in which a party's move was begun and not ended
RESTORING = "restoring"  # stands in a directory in which a restore was begun and not ended


def home() -> Path:
    """The node's own directory: COMITY_HOME, else `node` in the working directory."""
    return Path(os.environ.get("COMITY_HOME", "node")).resolve()


def make_private(folder: Path) -> Path:
    """Create `folder` so that only its owner can look into it."""
    disk.make_folder(folder)
    folder.chmod(0o700)
    return folder


def write_secret(folder: Path) -> None:
    """Write the cookie-signing key of a new node; an existing one is never replaced."""
    with suppress(FileExistsError):
        disk.write_new(folder / "secret", secrets.token_urlsafe(48).encode())


def secret() -> str:
    """The cookie-signing key: COMITY_SECRET_KEY, else the node's own file.

    Without either (a linter, a migration check) the key lives and dies with the process, so that none can be known
    beforehand.
    """
    if given := os.environ.get("COMITY_SECRET_KEY"):
        return given
    try:
        return (home() / "secret").read_text().strip()
    except OSError:
        return secrets.token_urlsafe(48)


def database() -> dict[str, Any]:
    """Django's description of the node's database."""
    url = os.environ.get("COMITY_DATABASE_URL", "")
    if not url:
        return sqlite(home() / "comity.db")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        sys.exit(f"COMITY_DATABASE_URL cannot be read: {error}")
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.lstrip("/"):
        sys.exit("COMITY_DATABASE_URL must look like postgres://user:password@host:port/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
        "OPTIONS": {"isolation_level": 2},  # psycopg: READ COMMITTED, said and not assumed
    }


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite as a server of one machine: WAL, and every commit on disk before it is acknowledged."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # A worker keeps its connection: on a full disk one that is opened anew could not even read.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # a writer waits its turn at the start, and never fails half-way
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-32000; PRAGMA secure_delete=ON;"
            ),
        },
    }


def notice() -> dict[str, str]:
    """What this node says of itself on every page, per language: COMITY_NOTICE_EN and _AR, else its own file."""
    given = {code: text for code in ("en", "ar") if (text := os.environ.get(f"COMITY_NOTICE_{code.upper()}"))}
    try:
        return given or dict(json.loads((home() / "notice.json").read_text()))
    except (OSError, ValueError):
        return given


def write_notice(folder: Path, texts: Mapping[str, str]) -> None:
    """Keep what the node says of itself."""
    disk.write(folder / "notice.json", json.dumps(dict(texts), ensure_ascii=False, indent=1).encode())


NEED_SECOND_FACTOR = frozenset(
    {Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.RELEASE_OFFICER, Role.LEGAL_ADVISER, Role.AUDITOR}
)
"""Roles that open doors for others, or see what all do: a password alone is not enough for them."""


def second_factor_roles() -> frozenset[Role]:
    """The roles that need a second factor: COMITY_SECOND_FACTOR ("none" for no role), else the node's own file."""
    said = os.environ.get("COMITY_SECOND_FACTOR", "")
    try:
        said = said or (home() / "second-factor").read_text()
    except OSError:
        return NEED_SECOND_FACTOR
    try:
        return frozenset(Role(role) for part in said.split(",") if (role := part.strip()) not in {"", "none"})
    except ValueError as error:
        sys.exit(f"COMITY_SECOND_FACTOR names roles with commas between, or says none: {error}")


def write_second_factor_roles(folder: Path, roles: str) -> None:
    """Keep which roles need a second factor on this node: roles with commas between, or "none"."""
    disk.write(folder / "second-factor", f"{roles}\n".encode())


def joining_persons() -> int:
    """How many people have to confirm that another party joins, 1 or 2: COMITY_JOINING, else the node's own file."""
    said = os.environ.get("COMITY_JOINING", "")
    try:
        said = said or (home() / "joining").read_text()
    except OSError:
        return 1
    if said.strip() not in {"1", "2"}:
        sys.exit(f"COMITY_JOINING is 1 or 2, the people who confirm that a party joins: {said.strip()}")
    return int(said)
