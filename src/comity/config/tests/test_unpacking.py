"""A backup is unpacked only where it is to be unpacked, on every Python there is."""

import io
import tarfile
from pathlib import Path

import pytest

from comity.config.backup import _LISTING, NotABackup, _unpack


def archive(path: Path, *members: tarfile.TarInfo) -> Path:
    """A backup in form, with these members after its listing, and keys and a secret at the end."""
    keys = tarfile.TarInfo("keys")
    keys.type = tarfile.DIRTYPE
    with tarfile.open(path, "w:gz") as stream:
        for member in (tarfile.TarInfo(_LISTING), *members, keys, tarfile.TarInfo("secret")):
            stream.addfile(member, io.BytesIO(b""))
    return path


def linked(name: str, to: str, kind: bytes) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, to
    return member


def test_a_plain_backup_is_unpacked(tmp_path):
    _unpack(archive(tmp_path / "a.tar.gz", tarfile.TarInfo("files/letter")), tmp_path / "here")
    assert (tmp_path / "here" / "files" / "letter").is_file()


@pytest.mark.parametrize(
    "member",
    [
        tarfile.TarInfo("../beside"),
        tarfile.TarInfo("files/../../beside"),
        tarfile.TarInfo("/beside"),
        linked("files", "..", tarfile.SYMTYPE),
        linked("files", "secret", tarfile.LNKTYPE),
        linked("pipe", "", tarfile.FIFOTYPE),
    ],
    ids=lambda member: f"{member.name}-{member.type!r}",
)
def test_a_backup_that_reaches_outside_is_refused_before_anything_is_written(tmp_path, member):
    with pytest.raises(NotABackup):
        _unpack(archive(tmp_path / "a.tar.gz", member), tmp_path / "here")
    assert not (tmp_path / "here").exists()
