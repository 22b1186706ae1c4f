"""The key with which this node speaks to hubs: a file of its own in the node's directory, made when it is first needed.

It is no key of a party. Every process of the node may read it, as it may the connection that it opens.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from comity.federation.hub import nkeys
from comity.kernel import disk

NAME = "hub-key"


def seed_in(home: Path) -> bytes:
    """The private key of the node in `home`. Raises FileNotFoundError, nkeys.NotAKey."""
    return nkeys.seed_of_text((home / NAME).read_text())


def made_in(home: Path) -> bytes:
    """The private key of the node in `home`, made anew where there is none."""
    with suppress(FileExistsError):
        disk.write_new(home / NAME, nkeys.seed_to_text(os.urandom(32)).encode())
    return seed_in(home)
