"""Files that a crash or a power cut leaves whole: the old content or the new, never half of one.

Bytes are on the disk before their name is, and the name is before a call returns. What is written is for the node's
own user alone.
"""

import errno
import os
import tempfile
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})  # the numbers of errors that say so
PARTIAL = ".part"  # how the name of a file ends that is still being written


def write(path: Path, content: bytes) -> None:
    """Put `content` at `path`, in place of what is there. Mode 0600."""
    partial = _partial(path, content)
    try:
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync(path.parent)


def write_new(path: Path, content: bytes) -> None:
    """Put `content` at `path`, where nothing is. Mode 0600. Raises FileExistsError."""
    partial = _partial(path, content)
    try:
        path.hardlink_to(partial)
    finally:
        partial.unlink(missing_ok=True)
    sync(path.parent)


def make_folder(folder: Path) -> None:
    """Create `folder` and what is missing above it, each of mode 0700."""
    missing = [one for one in (folder, *folder.parents) if not one.is_dir()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
        sync(one.parent)


def sync(path: Path) -> None:
    """Return when `path`, a folder with the names in it or a file, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_all(top: Path) -> None:
    """Return when `top` and everything below it is on the disk."""
    for folder, _, names in os.walk(top):
        for name in names:
            sync(Path(folder, name))
        sync(Path(folder))


def _partial(path: Path, content: bytes) -> Path:
    """`content` beside `path` under a name of its own, on the disk."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PARTIAL)  # mode 0600
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return partial
