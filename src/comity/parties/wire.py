"""What a node and its signer say to each other on their socket: a head of canonical JSON, and parts of plain bytes.

    4 bytes: length of the head · head {"…": …, "parts": [length, …]} · the parts

Everything is bounded before it is read, and a whole message has one deadline, however it trickles in. No Django.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from comity.kernel import canonical

SOCKET = "signer.sock"
MAX_HEAD = 4_096
MAX_PART = 4_194_304 + 1_024  # the largest statement, and the encoding around it
MAX_PARTS = 4
_LONGEST_PATH = 107  # bytes in sockaddr_un, and the zero at its end


class NotAMessage(ValueError):
    """What came is no message, or more than one may be, or did not come in time."""


@dataclass(frozen=True, slots=True)
class Message:
    """A head of short texts, and the bytes they are about."""

    head: Mapping[str, str]
    parts: Sequence[bytes] = ()


def send(connection: socket.socket, message: Message, *, seconds: float) -> None:
    """Send it whole. Raises OSError, TimeoutError among them."""
    connection.settimeout(seconds)
    head = canonical.encode({**message.head, "parts": [len(part) for part in message.parts]})
    connection.sendall(struct.pack(">I", len(head)) + head + b"".join(message.parts))


def receive(connection: socket.socket, *, seconds: float) -> Message | None:
    """The next message, or None when the other side has no more to say.

    Raises:
        NotAMessage: as it says.
    """
    until = time.monotonic() + seconds
    length = _exactly(connection, 4, until, may_end=True)
    if not length:
        return None
    (size,) = struct.unpack(">I", length)
    if size > MAX_HEAD:
        raise NotAMessage("too long a head")
    try:
        head = canonical.decode(_exactly(connection, size, until), max_depth=2)
    except canonical.NotCanonical as error:
        raise NotAMessage("a head is canonical JSON") from error
    if not isinstance(head, dict) or not isinstance(sizes := head.pop("parts", None), list) or len(sizes) > MAX_PARTS:
        raise NotAMessage("a head is an object that says how long its parts are")
    if not all(isinstance(value, str) for value in head.values()):
        raise NotAMessage("a head holds texts")
    if not all(type(size) is int and 0 <= size <= MAX_PART for size in sizes):
        raise NotAMessage("a part is too long")
    return Message(head, [_exactly(connection, size, until) for size in sizes])


def _exactly(connection: socket.socket, count: int, until: float, *, may_end: bool = False) -> bytes:
    data = bytearray()
    while len(data) < count:
        left = until - time.monotonic()
        if left <= 0:
            raise NotAMessage("it did not come in time")
        connection.settimeout(left)
        try:
            some = connection.recv(min(count - len(data), 1 << 18))
        except OSError as error:
            raise NotAMessage("it did not come in time, or was broken off") from error
        if not some:
            if may_end and not data:
                return b""
            raise NotAMessage("it was broken off")
        data += some
    return bytes(data)


@contextmanager
def address(home: Path) -> Iterator[str]:
    """The socket of the node in `home`, in few enough bytes for the system whatever the directory is called."""
    path = str(home / SOCKET)
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        yield path
        return
    folder = os.open(home, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{SOCKET}"
    finally:
        os.close(folder)
