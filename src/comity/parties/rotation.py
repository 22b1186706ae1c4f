"""New keys for a hosted party, in a new manifest that its root keys sign; and keys that are known to others, revoked.

The new keys are written before the manifest that names them, and the old ones destroyed after it is kept: cut off
anywhere, the party has the keys that its newest manifest names. An exchange key stays: what was sealed for it is still
to be opened.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from comity.kernel.errors import require
from comity.kernel.ids import PartyId
from comity.parties import keys
from comity.parties.actions import NotHostedHere, follow
from comity.parties.manifest import LogEnd, Manifest, Purpose, Revocation, Step
from comity.parties.models import Party
from comity.parties.queries import newest

DAILY = (Purpose.RELEASE, Purpose.EXCHANGE, Purpose.AUDIT)
"""The keys that a node works with: all but the root."""


def rotate(
    *,
    party: PartyId,
    home: Path,
    at: datetime,
    purposes: Collection[Purpose] = DAILY,
    entropy: Callable[[int], bytes] = os.urandom,
) -> Party:
    """Give a hosted party new keys for these purposes. With the root among them, old and new root sign.

    Raises:
        NotHostedHere, RootAway: as they say; then nothing has changed.
    """
    return _change(party, purposes, newest(party).revocations, home, at, entropy)


def revoke(
    *, party: PartyId, last: Sequence[Step], home: Path, at: datetime, entropy: Callable[[int], bytes] = os.urandom
) -> Party:
    """Say that the release keys of a hosted party are known to others, and give it a new one.

    `last`: for each feed, the last step that the party itself signed; whatever else the old keys signed counts for
    nothing from now on.

    Raises:
        NotHostedHere, RootAway: as they say; then nothing has changed.
    """
    before = newest(party)
    revoked = [Revocation(key, tuple(last)) for key in before.keys[Purpose.RELEASE]]
    return _change(party, (Purpose.RELEASE,), (*before.revocations, *revoked), home, at, entropy)


def revoke_audit(
    *, party: PartyId, log: LogEnd, home: Path, at: datetime, entropy: Callable[[int], bytes] = os.urandom
) -> Party:
    """Say that the audit keys of a hosted party are known to others, and give it a new one.

    `log`: the last size and root of its log that the party itself signed; what the old keys sign of a longer one counts
    for nothing from now on.

    Raises:
        NotHostedHere, RootAway: as they say; then nothing has changed.
    """
    before = newest(party)
    revoked = [Revocation(key, (), log) for key in before.keys[Purpose.AUDIT]]
    return _change(party, (Purpose.AUDIT,), (*before.revocations, *revoked), home, at, entropy)


def _change(
    party: PartyId,
    purposes: Collection[Purpose],
    revocations: tuple[Revocation, ...],
    home: Path,
    at: datetime,
    entropy: Callable[[int], bytes],
) -> Party:
    before = newest(party)
    require(Party.objects.get(pk=party).hosted, NotHostedHere)
    private = {purpose: entropy(32) for purpose in purposes}
    public = {purpose: keys.public_of(purpose, key) for purpose, key in private.items()}
    for purpose, key in private.items():
        keys.add(home, party, purpose, key)
    try:
        named = {**before.keys, **{purpose: (key,) for purpose, key in public.items()}}
        row = follow(party=party, home=home, at=at, keys=named, revocations=revocations)
    except BaseException:
        for purpose, key in public.items():
            keys.destroy(home, party, purpose, key)
        raise
    _destroy_old(party, before, purposes, home)
    return row


def _destroy_old(party: PartyId, before: Manifest, purposes: Collection[Purpose], home: Path) -> None:
    for purpose in purposes:
        for old in before.keys[purpose]:
            if purpose is not Purpose.EXCHANGE and keys.holds(home, party, purpose, old):
                keys.destroy(home, party, purpose, old)
