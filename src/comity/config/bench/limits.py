"""What the machine can do at most, beside which the exchange is judged: rows on disk, and signatures verified."""

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from time import perf_counter, process_time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PER_COMMIT = 256


def inserts(folder: Path, *, rows: int, size: int) -> tuple[float, float]:
    """Rows with a body of `size` bytes, PER_COMMIT to a durable commit, into a bare SQLite table: per second by the
    clock and by the processor.
    """
    with closing(sqlite3.connect(folder / "limits.db", isolation_level=None)) as database:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=4000"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, salt BLOB, digest BLOB, body BLOB)")
        made = [
            (secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_bytes(size)) for _ in range(PER_COMMIT)
        ]
        start, busy = perf_counter(), process_time()
        for _ in range(rows // PER_COMMIT):
            database.execute("BEGIN IMMEDIATE")
            database.executemany("INSERT INTO bare (salt, digest, body) VALUES (?, ?, ?)", made)
            database.execute("COMMIT")
        done = rows // PER_COMMIT * PER_COMMIT
        return done / (perf_counter() - start), done / (process_time() - busy)


def verifications(*, count: int) -> tuple[float, float]:
    """Ed25519 signatures over 32 bytes: verified per second by the clock and by the processor."""
    private = Ed25519PrivateKey.generate()
    message = secrets.token_bytes(32)
    signature, public = private.sign(message), private.public_key()
    start, busy = perf_counter(), process_time()
    for _ in range(count):
        public.verify(signature, message)
    return count / (perf_counter() - start), count / (process_time() - busy)
