"""Who may use the hub: parties whose signed statement its keeper took, after comparing the fingerprint. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from comity.federation.hub import membership
from comity.federation.hub.membership import Membership
from comity.federation.joining.documents import MAX_BYTES
from comity.federation.joining.domain import Expired, NotCompared, same_words
from comity.federation.protocol.errors import ProtocolError
from comity.kernel import disk
from comity.kernel.errors import DomainError, require
from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.parties import fingerprint


class NotAStatement(DomainError):
    """The file was changed, or is something else."""

    message = N_("This file is no statement of a party to a hub that can be trusted: %(reason)s.")


class NotAMember(DomainError):
    """No statement of that party lies here."""

    message = N_("No node of party %(party)s uses this hub.")


def add(home: Path, data: bytes, words: str, *, at: datetime) -> Membership:
    """Take a party's statement; `words` are the sixteen of its fingerprint. A later one takes the place of an earlier.

    Raises:
        NotAStatement, Expired, NotCompared: as they say; nothing was changed.
    """
    try:
        require(len(data) <= MAX_BYTES, NotAStatement(reason="too large"))
        said = membership.of_file(data)
    except ProtocolError as error:
        raise NotAStatement(reason=error) from error
    require(at < said.expires, Expired)
    lists = [fingerprint.words_of(said.of.party, language) for language in fingerprint.LANGUAGES]
    require(same_words(words, lists), NotCompared)
    disk.write(_file(home, said.of.party), data)
    return said


def remove(home: Path, party: str) -> None:
    """Let a party's node speak here no more. Raises NotAMember."""
    found = [one for one in (home / "members").glob("*.json") if party and one.stem.startswith(party)]
    require(len(found) == 1, NotAMember(party=party))
    found[0].unlink()
    disk.sync(home / "members")


def members(home: Path) -> list[Membership]:
    """Every statement that lies here, by party; a file that is none is passed over."""
    found = []
    for path in sorted((home / "members").glob("*.json")):
        try:
            found.append(membership.of_file(path.read_bytes()))
        except (ProtocolError, OSError):
            continue
    return found


class Roll:
    """The members as of now: read again when the directory changed."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._seen = -1
        self._keys: dict[str, frozenset[PartyId]] = {}

    def __call__(self) -> Mapping[str, frozenset[PartyId]]:
        """The key of each node, with its parties."""
        changed = (self.home / "members").stat().st_mtime_ns
        if changed != self._seen:
            keys: dict[str, frozenset[PartyId]] = {}
            for one in members(self.home):
                keys[one.key] = keys.get(one.key, frozenset()) | {one.of.party}
            self._keys, self._seen = keys, changed
        return self._keys


def _file(home: Path, party: PartyId) -> Path:
    return home / "members" / f"{party}.json"
