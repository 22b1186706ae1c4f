"""One sending of a form makes one record, however often its button is pressed or the browser sends it again.

A form carries a token. The id of the record that it makes follows from the token and from everything that was sent: the
same sending names the same record, and a form that was filled in anew after going back names another.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from comity.kernel.ids import uuid7

FIELD = "once"
_CARRIED = frozenset({"csrfmiddlewaretoken"})  # differs from one sending to the next, and says nothing


def token(at: datetime, random: bytes) -> str:
    """What a form made at `at` carries; `random` is 16 bytes that nobody can guess."""
    return _signer().sign(f"{int(at.timestamp() * 1000)}-{random.hex()}")


def fresh(at: datetime) -> str:
    """A token with random bytes of its own."""
    return token(at, secrets.token_bytes(16))


def id_for(request: HttpRequest) -> UUID | None:
    """The id of the record that this sending makes; None when it carries no token of this node."""
    try:
        signed = _signer().unsign(request.POST.get(FIELD, ""))
        made = datetime.fromtimestamp(int(signed.partition("-")[0]) / 1000, UTC)
    except (BadSignature, ValueError, OverflowError):
        return None
    return uuid7(made, _digest(request.POST, request.FILES)[:10])


def _digest(sent: Any, files: Mapping[str, Any]) -> bytes:
    """SHA-256 over the names and values that were sent, lengths before each, files with their content."""
    parts = [(name, value.encode()) for name in sorted(sent) if name not in _CARRIED for value in sent.getlist(name)]
    for name in sorted(files):
        parts.append((name, files[name].read()))
        files[name].seek(0)
    digest = hashlib.sha256()
    for name, value in parts:
        digest.update(f"{len(name.encode())}:{name}{len(value)}:".encode() + value)
    return digest.digest()


def _signer() -> Signer:
    return Signer(salt="comity.shell.once")
