"""Where a hub keeps its things: a directory that is no node's, readable by its owner alone. No Django.

<home>/hub.json     what it was started with: where it listens, its certificate, how much it keeps
<home>/warden-key   the key with which its own process speaks to the message server
<home>/members/     the statement of each party whose node may use it, as it came
<home>/store/       the message server's files
<home>/nats.conf    made from the above at each start and change; whoever edits it edits in vain
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from comity.federation.hub import nkeys
from comity.kernel import disk
from comity.kernel.errors import DomainError
from comity.kernel.text import N_


class NoHubHere(DomainError):
    """The directory holds no hub."""

    message = N_("There is no hub in %(home)s. Make one with: comity hub serve")


class NotEmpty(DomainError):
    """A directory with other things in it is not made a hub."""

    message = N_("%(home)s is not empty and holds no hub; name another directory with --home.")


@dataclass(frozen=True, slots=True)
class Settings:
    """How a hub is run. `gigabytes`, `days`: beyond these the oldest frames go, and senders give them again."""

    host: str = "127.0.0.1"
    port: int = 4222
    certificate: str = ""
    private_key: str = ""
    gigabytes: float = 10.0
    days: int = 90

    @property
    def tls(self) -> bool:
        """Whether it listens with TLS."""
        return bool(self.certificate)

    @property
    def most_bytes(self) -> int:
        """Bytes of frames that it keeps."""
        return int(self.gigabytes * 1_000_000_000)


def make(home: Path, settings: Settings) -> None:
    """Make a hub in `home`, or change how the one there is run. Raises NotEmpty."""
    if home.is_dir() and not (home / "hub.json").exists() and any(home.iterdir()):
        raise NotEmpty(home=home)
    disk.make_folder(home / "members")
    disk.make_folder(home / "store")
    home.chmod(0o700)
    with suppress(FileExistsError):
        disk.write_new(home / "warden-key", nkeys.seed_to_text(os.urandom(32)).encode())
    disk.write(home / "hub.json", json.dumps(asdict(settings), indent=1).encode())


def settings_of(home: Path) -> Settings:
    """How the hub in `home` is run. Raises NoHubHere."""
    try:
        return Settings(**json.loads((home / "hub.json").read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise NoHubHere(home=home) from error


def warden_seed(home: Path) -> bytes:
    """The private key of the hub's own process."""
    return nkeys.seed_of_text((home / "warden-key").read_text())
