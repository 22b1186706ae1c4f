"""Which directories a power cut can leave, after what a node did to its files until then.

Taken at its word, POSIX promises little: bytes are on the disk after an `fsync` of the file, a name after an `fsync` of
its folder. So what was done since is there or not, each write for itself and in any order, and torn at any sector;
names come and go in the order in which it was done, as far as it came. Nothing here knows what a node is.
"""

import random
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.durability.traced import Call

SECTOR = 512


@dataclass
class File:
    """One file by its content, whatever its names are: what the disk holds for sure, and what was done since."""

    kept: bytes = b""
    since: list[tuple[int, str, int, bytes]] = field(default_factory=list)  # line, what, where, bytes
    written: int = 0  # how far a plain `write` has come

    def sync(self, line: int) -> None:
        """What was done before `line` is on the disk."""
        done = [step for step in self.since if step[0] < line]
        self.since = [step for step in self.since if step[0] >= line]
        self.kept = replay(self.kept, done)


@dataclass
class Disk:
    """The directory as its processes see it, and what of it is on the disk."""

    top: Path
    now: dict[str, File] = field(default_factory=dict)  # by path, as seen
    folders: set[str] = field(default_factory=set)
    kept: dict[str, File] = field(default_factory=dict)  # names that are on the disk
    kept_folders: set[str] = field(default_factory=set)
    names: list[tuple[int, str, str, str]] = field(default_factory=list)  # line, folder, what, path(s) not yet there
    syncs: int = 0
    _files: dict[tuple[int, str], File] = field(default_factory=dict)  # what a name was given to

    @classmethod
    def of(cls, top: Path, standing: Path | None = None) -> "Disk":
        """What stands below `standing`, all of it on the disk, seen at `top`; an empty directory without it."""
        disk = cls(top)
        for path in sorted(standing.rglob("*")) if standing else ():
            seen = str(top / path.relative_to(standing)) if standing else ""
            if path.is_dir():
                disk.folders.add(seen)
                disk.kept_folders.add(seen)
            else:
                disk.now[seen] = disk.kept[seen] = File(path.read_bytes())
        return disk

    def do(self, call: Call) -> None:
        """Take one call into account."""
        path = call.paths[0]
        if call.name in {"fsync", "fdatasync"}:
            self.syncs += 1
            if path in self.now:
                self.now[path].sync(call.began)
            else:
                self._sync_names(path, call.began)
        elif call.name in {"pwrite64", "write"}:
            self._write(path, call)
        elif call.name == "ftruncate":
            self.now[path].since.append((call.ended, "size", call.number, b""))
        elif call.name in {"openat", "open", "creat"}:
            self._open(path, call)
        elif call.name in {"mkdir", "mkdirat"}:
            if path != str(self.top):  # which stands, whatever happens
                self.folders.add(path)
                self._name(call, "folder", path)
        elif call.name in {"unlink", "unlinkat", "rmdir"}:
            self.now.pop(path, None)
            self.folders.discard(path)
            self._name(call, "gone", path)
        elif call.name in {"rename", "renameat", "renameat2", "link", "linkat"}:
            self._move(call)
        else:
            raise AssertionError(f"{call.name} is not modelled: {call.paths}")

    def _write(self, path: str, call: Call) -> None:
        if path not in self.now:  # its name was taken away meanwhile: nobody will find it again
            return
        file = self.now[path]
        where = call.number if call.number >= 0 else file.written
        if call.number < 0:
            file.written += len(call.data)
        file.since.append((call.ended, "bytes", where, call.data))

    def _open(self, path: str, call: Call) -> None:
        if call.made and path not in self.now and path not in self.folders:
            self.now[path] = File()
            self._name(call, "file", path)
        elif call.number and path in self.now:
            self.now[path].since.append((call.ended, "size", 0, b""))
            self.now[path].written = 0

    def _move(self, call: Call) -> None:
        old, new = call.paths
        assert old.rpartition("/")[0] == new.rpartition("/")[0], "a move between folders is not modelled"
        self.now[new] = self.now[old]
        if call.name.startswith("rename"):
            del self.now[old]
        self._name(call, "moved" if call.name.startswith("rename") else "linked", old, new)

    def _name(self, call: Call, what: str, path: str, other: str = "") -> None:
        folder = path.rpartition("/")[0]
        self.names.append((call.ended, folder, what, f"{path}\n{other}"))
        self._files[(call.ended, path)] = self.now.get(other or path, File())

    def _sync_names(self, folder: str, line: int) -> None:
        done = [name for name in self.names if name[1] == folder and name[0] < line]
        self.names = [name for name in self.names if not (name[1] == folder and name[0] < line)]
        self._apply(done, self.kept, self.kept_folders)

    def _apply(self, names: Iterable[tuple[int, str, str, str]], files: dict[str, File], folders: set[str]) -> None:
        for line, _, what, both in names:
            path, _, other = both.partition("\n")
            if what == "folder":
                folders.add(path)
            elif what == "gone":
                files.pop(path, None)
                folders.discard(path)
            elif what == "file":
                files[path] = self._files[(line, path)]
            else:
                files[other] = self._files[(line, path)]
                if what == "moved":
                    files.pop(path, None)

    def leave(self, into: Path, chance: random.Random | None, *, least: bool = False) -> None:
        """Build in `into` what a power cut now could leave: at the `least`, or by `chance`, or all of it."""
        files, folders = dict(self.kept), set(self.kept_folders)
        by_folder: dict[str, list[tuple[int, str, str, str]]] = {}
        for name in self.names:
            by_folder.setdefault(name[1], []).append(name)
        for names in by_folder.values():
            came = 0 if least else chance.randint(0, len(names)) if chance else len(names)
            self._apply(names[:came], files, folders)
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir()
        for folder in sorted(folders):
            if self._is_reached(folder, folders):
                (into / Path(folder).relative_to(self.top)).mkdir(mode=0o700)
        for path, file in files.items():
            if self._is_reached(path, folders):
                place = into / Path(path).relative_to(self.top)
                place.write_bytes(replay(file.kept, some(file.since, chance, least=least)))
                place.chmod(0o600)

    def _is_reached(self, path: str, folders: set[str]) -> bool:
        """Whether every folder above it is there."""
        above = [str(one) for one in Path(path).parents if self.top in one.parents]
        return all(one in folders for one in above)


def some(
    steps: Sequence[tuple[int, str, int, bytes]], chance: random.Random | None, *, least: bool
) -> list[tuple[int, str, int, bytes]]:
    """What of the steps since the last sync reached the disk: none, all, or each by chance, torn and out of order."""
    if least:
        return []
    if chance is None:
        return list(steps)
    left = [_torn(step, chance) for step in steps if chance.random() < 0.5]
    if chance.random() < 0.5:
        chance.shuffle(left)
    return left


def _torn(step: tuple[int, str, int, bytes], chance: random.Random) -> tuple[int, str, int, bytes]:
    line, what, where, data = step
    if what != "bytes" or len(data) <= SECTOR or chance.random() < 0.7:
        return step
    return line, what, where, data[: SECTOR * chance.randrange(1, 1 + len(data) // SECTOR)]


def replay(content: bytes, steps: Iterable[tuple[int, str, int, bytes]]) -> bytes:
    """`content` after these steps."""
    made = bytearray(content)
    for _, what, where, data in steps:
        if what == "size":
            made = made[:where] + bytes(max(0, where - len(made)))
        else:
            made += bytes(max(0, where - len(made)))
            made[where : where + len(data)] = data
    return bytes(made)
