"""Letters and other attachments: kept by content, outside whatever a web server serves, typed by their own bytes.

The bytes are on disk before the transaction that names them ends. If it fails, a file stays that nothing names: it
takes room and is never served.
"""

import hashlib
import re
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from comity.files.models import StoredFile
from comity.kernel import disk
from comity.kernel.errors import DomainError
from comity.kernel.text import N_

MAX_BYTES = 10_000_000
_DIGEST = re.compile(r"[0-9a-f]{64}")
# What a letter may be, told by its first bytes and never by its name.
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


class FileTooLarge(DomainError):
    """More than `MAX_BYTES`."""

    message = N_("The file is larger than %(megabytes)s MB.")


class FileNotALetter(DomainError):
    """Neither PDF, PNG nor JPEG by its content."""

    message = N_("A scan is a PDF, PNG or JPEG file; this is none of them, whatever it is called.")


class FileMissing(DomainError):
    """The bytes are gone, or differ from what was stored."""

    message = N_("The file is not here, or is no longer what was stored. Restore it from a backup.")


def keep(content: bytes, *, at: datetime, field: str | None = None) -> str:
    """Store `content` durably and return its SHA-256 in hex. The same content twice is one file.

    Raises:
        FileTooLarge, FileNotALetter.
    """
    media_type = media_type_of(content, field=field)
    digest = digest_of(content)
    _write(path_of(digest), content)
    StoredFile.objects.get_or_create(
        digest=digest, defaults={"media_type": media_type, "size": len(content), "stored_at": at}
    )
    return digest


def media_type_of(content: bytes, *, field: str | None = None) -> str:
    """What `content` is, by its own first bytes.

    Raises:
        FileTooLarge, FileNotALetter.
    """
    if len(content) > MAX_BYTES:
        raise FileTooLarge(field=field, megabytes=MAX_BYTES // 1_000_000)
    media_type = next((name for start, name in _SIGNATURES if content.startswith(start)), None)
    if media_type is None:
        raise FileNotALetter(field=field)
    return media_type


def digest_of(content: bytes) -> str:
    """The name under which `content` is, or would be, kept."""
    return hashlib.sha256(content).hexdigest()


def path_of(digest: str) -> Path:
    """Where the file with this digest is kept. Raises FileMissing for what is no digest: it becomes part of a path."""
    if not _DIGEST.fullmatch(digest):
        raise FileMissing
    return Path(settings.COMITY_HOME) / "files" / digest[:2] / digest


def discard(digest: str) -> None:
    """Destroy a stored file that nothing names any more, once the caller's transaction is durable."""
    StoredFile.objects.filter(digest=digest).delete()
    transaction.on_commit(lambda: _destroy(path_of(digest)))


def _destroy(path: Path) -> None:
    """For good: a power cut does not bring it back."""
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        disk.sync(path.parent)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and on the disk with all the names that lead to it. What is there and whole stays."""
    disk.make_folder(path.parent)
    if not _holds(path, content):
        disk.write(path, content)
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        disk.sync(folder)  # whoever else put it there a moment ago may not have come so far


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def read(digest: str) -> tuple[bytes, str]:
    """The content and media type of a stored file, checked against its digest.

    Raises:
        FileMissing: it is not here, or is no longer what was stored.
    """
    known = StoredFile.objects.filter(digest=digest).first()
    path = path_of(digest)
    if known is None or not path.is_file():
        raise FileMissing
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise FileMissing
    return content, known.media_type
