"""Letters are kept by their content: typed by their bytes, whole or not at all, and checked when they are read."""

import hashlib
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from comity.files import store
from comity.files.models import StoredFile

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
PDF = b"%PDF-1.7 a letter"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Path:
    settings.COMITY_HOME = tmp_path
    return tmp_path


def files(home: Path) -> list[Path]:
    return [path for path in (home / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(PDF, "application/pdf"), (b"\x89PNG\r\n\x1a\n...", "image/png"), (b"\xff\xd8\xff...", "image/jpeg")],
)
def test_what_is_kept_is_read_back(content: bytes, media_type: str) -> None:
    digest = store.keep(content, at=AT)
    assert digest == hashlib.sha256(content).hexdigest()
    assert store.read(digest) == (content, media_type)


def test_the_same_content_is_one_file(home: Path) -> None:
    assert store.keep(PDF, at=AT) == store.keep(PDF, at=AT)
    assert (len(files(home)), StoredFile.objects.count()) == (1, 1)


def test_only_the_node_can_read_it(home: Path) -> None:
    store.keep(PDF, at=AT)
    assert {stat.S_IMODE(path.stat().st_mode) for path in files(home)} == {0o600}


@pytest.mark.parametrize("content", [b"", b"<html>", b"MZ", b" %PDF-", b"GIF89a", b"<svg onload=x>", b"%PD"])
def test_what_is_no_letter_is_refused(home: Path, content: bytes) -> None:
    with pytest.raises(store.FileNotALetter) as refusal:
        store.keep(content, at=AT, field="scan")
    assert (refusal.value.field, files(home), StoredFile.objects.count()) == ("scan", [], 0)


def test_what_is_too_large_is_refused(home: Path) -> None:
    with pytest.raises(store.FileTooLarge, match="10 MB"):
        store.keep(PDF + bytes(store.MAX_BYTES), at=AT)
    assert files(home) == []


def test_a_file_that_was_touched_is_not_read(home: Path) -> None:
    digest = store.keep(PDF, at=AT)
    store.path_of(digest).write_bytes(PDF + b"!")
    with pytest.raises(store.FileMissing):
        store.read(digest)
    store.keep(PDF, at=AT)  # and is mended when the same letter comes again
    assert store.read(digest)[0] == PDF


def test_a_file_that_is_gone_is_missing() -> None:
    digest = store.keep(PDF, at=AT)
    store.path_of(digest).unlink()
    with pytest.raises(store.FileMissing):
        store.read(digest)


@pytest.mark.parametrize("digest", ["", "../../secret", "a" * 63, "A" * 64, "a" * 64 + "/..", "g" * 64])
def test_only_a_digest_becomes_a_path(digest: str) -> None:
    with pytest.raises(store.FileMissing):
        store.path_of(digest)
    with pytest.raises(store.FileMissing):
        store.read(digest)


def test_a_write_that_fails_leaves_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.keep(PDF, at=AT)
    assert (files(home), StoredFile.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_what_is_discarded_is_gone(home: Path) -> None:
    digest = store.keep(PDF, at=AT)
    store.discard(digest)
    assert (files(home), StoredFile.objects.count()) == ([], 0)
