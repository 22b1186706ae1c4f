"""Frames on their way, several in one body: each a length, the header's envelope, a length, the content.

Lengths are four bytes, big end first; a content that is not there has the length 2^32 - 1. Nothing is copied or parsed
before its length was found to be allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.errors import Malformed, TooBig
from comity.federation.protocol.fields import MAX_CONTENT, MAX_HEADER
from comity.federation.protocol.frame import Frame

_ABSENT = 2**32 - 1


def pack(frames: Iterable[Frame]) -> bytes:
    """The body that carries these frames."""
    return b"".join(packed(frame.envelope.encode(), frame.content) for frame in frames)


def packed(header: bytes, content: bytes | None) -> bytes:
    """One frame of such a body, from the bytes of its envelope and its content."""
    return b"".join(
        (
            len(header).to_bytes(4, "big"),
            header,
            (_ABSENT if content is None else len(content)).to_bytes(4, "big"),
            content or b"",
        )
    )


def unpack(body: bytes) -> Iterator[Frame]:
    """The frames of a body, one by one, unverified. Raises Malformed, TooBig when it comes to them."""
    at = 0
    while at < len(body):
        header, at = _take(body, at, MAX_HEADER)
        content, at = _take(body, at, MAX_CONTENT)
        if header is None:
            raise Malformed("a frame without a header")
        yield Frame(Envelope.decode(header, max_bytes=MAX_HEADER), content)


def _take(body: bytes, at: int, most: int) -> tuple[bytes | None, int]:
    length = int.from_bytes(body[at : at + 4], "big")
    if len(body) < at + 4:
        raise Malformed("a body that ends in the middle")
    at += 4
    if length == _ABSENT:
        return None, at
    if length > most:
        raise TooBig(f"{length} bytes are more than the {most} allowed")
    if len(body) < at + length:
        raise Malformed("a body that ends in the middle")
    return body[at : at + length], at + length
