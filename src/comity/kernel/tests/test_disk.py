"""A file is whole under its name or not there; what is written is for its owner alone."""

import os
import stat
from pathlib import Path

import pytest

from comity.kernel import disk


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_there_is_replaced(tmp_path: Path) -> None:
    disk.write(tmp_path / "a", b"old")
    disk.write(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    assert names(tmp_path) == ["a"]


def test_a_new_file_replaces_nothing(tmp_path: Path) -> None:
    disk.write_new(tmp_path / "a", b"old")
    with pytest.raises(FileExistsError):
        disk.write_new(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("write", [disk.write, disk.write_new])
def test_a_write_that_fails_leaves_what_was_there(write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def no_room(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_each_new_folder_is_private_and_named_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(disk, "sync", synced.append)
    disk.make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path, tmp_path / "a"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a", tmp_path / "a" / "b")} == {0o700}


def test_everything_below_is_synced_and_each_folder_after_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.make_folder(tmp_path / "a")
    disk.write(tmp_path / "a" / "file", b"x")
    synced: list[Path] = []
    monkeypatch.setattr(disk, "sync", synced.append)
    disk.sync_all(tmp_path / "a")
    assert synced == [tmp_path / "a" / "file", tmp_path / "a"]
