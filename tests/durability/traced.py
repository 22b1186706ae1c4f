"""What a program really asked the operating system to do to the files below one directory, in order, as strace saw it.

    strace -f -y -xx -ttt: every line one call, of one thread, with the paths of its descriptors, strings in hex

A call that another thread's call interrupted stands on two lines; it counts from where it began to where it ended.
"""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CALLS = (
    "pwrite64", "write", "pwritev", "writev", "fsync", "fdatasync", "ftruncate", "openat", "open", "creat", "mkdir",
    "mkdirat", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "rmdir", "fallocate",
    "copy_file_range", "sendfile",
)  # fmt: skip
LONGEST = 1 << 24  # bytes of a write that are recorded; a longer one would be cut short, and is refused below

_LINE = re.compile(r"(\d+) +(\d+\.\d+) (.*)")
_BEGUN = re.compile(r"(.*) <unfinished \.\.\.>$")
_ENDED = re.compile(r"<\.\.\. (\w+) resumed>(.*)$")
_CALL = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_FD = re.compile(r"(?:^|, )(?:\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})*)>(\(deleted\))?")


@dataclass(frozen=True, slots=True)
class Call:
    """One call: when it began, which lines of the record it began and ended on, and what it was about.

    `paths` are absolute, in the order of the arguments, the paths of descriptors first.
    """

    name: str
    at: float
    began: int
    ended: int
    paths: tuple[str, ...]
    data: bytes
    number: int  # the offset of a write, the size of a truncation
    made: bool  # whether it opened a file with O_CREAT


def command(record: Path, program: Sequence[str]) -> list[str]:
    """`program`, recorded into `record`."""
    found = shutil.which("strace")
    assert found, "strace records what a node does to its files; install it"
    asked = [found, "-f", "-qq", "-y", "-xx", "-ttt", "--seccomp-bpf", "-s", str(LONGEST), "-e", "signal=none"]
    return [*asked, "-e", f"trace={','.join(CALLS)}", "-o", str(record), "--", *program]


def works() -> bool:
    """Whether this machine lets one process record another."""
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], check=False).returncode == 0


def read(record: Path, below: Path) -> list[Call]:
    """The calls on what is below `below`, in the order in which they ended."""
    wanted = _hex(str(below))
    found: list[Call] = []
    begun: dict[str, tuple[int, float, str]] = {}
    with record.open() as lines:
        for number, line in enumerate(lines):
            match = _LINE.match(line)
            if match is None:
                continue
            pid, at, text = match[1], float(match[2]), match[3]
            began = number
            if start := _BEGUN.match(text):
                begun[pid] = (number, at, start[1])
                continue
            if end := _ENDED.match(text):
                began, at, first = begun.pop(pid)
                text = first + end[2]
            if wanted in text and (call := _parsed(text, at, began, number)):
                found.append(call)
    top = f"{below}/"
    return [call for call in found if any(path == str(below) or path.startswith(top) for path in call.paths)]


def _parsed(text: str, at: float, began: int, ended: int) -> Call | None:
    match = _CALL.match(text)
    if match is None or match[3].startswith("-"):
        return None
    name, arguments = match[1], match[2]
    folders = [_bytes(found[1]).decode() for found in _FD.finditer(arguments)]
    strings = list(_STRING.finditer(arguments))
    if name in {"pwrite64", "write"}:
        assert not strings[0][2], "a write longer than what is recorded"
        position = int(arguments.rpartition(", ")[2]) if name == "pwrite64" else -1
        return Call(name, at, began, ended, (folders[0],), _bytes(strings[0][1]), position, False)
    if name in {"fsync", "fdatasync"}:
        return Call(name, at, began, ended, (folders[0],), b"", 0, False)
    if name == "ftruncate":
        return Call(name, at, began, ended, (folders[0],), b"", int(arguments.rpartition(", ")[2]), False)
    named = [_bytes(one[1]).decode() for one in strings]
    paths = tuple(_absolute(path, folders[i] if i < len(folders) else "/") for i, path in enumerate(named))
    made = name == "creat" or "O_CREAT" in arguments
    return Call(name, at, began, ended, paths, b"", 1 if "O_TRUNC" in arguments or name == "creat" else 0, made)


def _absolute(path: str, folder: str) -> str:
    return path if path.startswith("/") else f"{folder}/{path}"


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _hex(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def until(calls: Sequence[Call], moment: float) -> int:
    """How many of `calls` had begun at `moment`."""
    return next((i for i, call in enumerate(calls) if call.at > moment), len(calls))
