"""Every write to parties: founding one on this node, and renewing what it says of itself."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from comity.audit.log import Leaf, append
from comity.kernel.errors import DomainError, require
from comity.kernel.ids import PartyId, party_id_of
from comity.kernel.text import N_, Text
from comity.parties import keys, manifest
from comity.parties.manifest import Envelope, Nature, Purpose
from comity.parties.models import Manifest, Party
from comity.parties.signing import sign

_HANDLE = re.compile(r"[a-z][a-z0-9-]{0,30}")
LIFE = timedelta(days=400)
"""How long a manifest holds: a year, and time to be late in."""


class HandleTaken(DomainError):
    """Two parties of one node cannot go by the same short name."""

    message = N_("This node already has a party called “%(handle)s”.")


class BadHandle(DomainError):
    """A handle is a word that files and addresses can carry."""

    message = N_("“%(handle)s” cannot be a short name: use small Latin letters, digits and hyphens, a letter first.")


class NotHostedHere(DomainError):
    """Only the node that holds a party's keys can speak for it."""

    message = N_("This node does not hold the keys of that party.")


def found_party(
    *,
    handle: str,
    name: Mapping[str, Any],
    nature: str,
    home: Path,
    at: datetime,
    entropy: Callable[[int], bytes] = os.urandom,
) -> Party:
    """Found a party on this node: its keys are made and written below `home`, its first manifest is signed.

    `name` is the JSON of a kernel `Text`; `nature` one of `manifest.Nature`; `entropy` gives as many random bytes as
    asked. Keys come before rows: a crash in between leaves keys that nothing uses, never a party that cannot sign.

    Raises:
        BadHandle: it is no word of at most 31 small letters, digits and hyphens.
        HandleTaken: `handle` is another party's.
    """
    require(_HANDLE.fullmatch(handle), BadHandle(field="handle", handle=handle))
    require(not Party.objects.filter(handle=handle).exists(), HandleTaken(field="handle", handle=handle))
    private = keys.generate(entropy)
    first = manifest.Manifest(
        version=1,
        previous="",
        expires=at + LIFE,
        name=Text.of(name),
        nature=Nature(nature),
        threshold=1,
        keys={purpose: (keys.public_of(purpose, private[purpose]),) for purpose in Purpose},
    )
    party = party_id_of(first.encode())
    keys.write(home, party, private)
    try:
        envelope = _signed(party, first.encode(), home)
        manifest.verify_first(envelope)
        with transaction.atomic():
            row = Party.objects.create(pk=party, handle=handle, name=first.name.json(), nature=nature, hosted=True)
            _keep(row, 1, envelope, at)
    except BaseException:
        keys.forget(home, party)
        raise
    return row


def renew_manifest(*, party: PartyId, home: Path, at: datetime, name: Mapping[str, Any] | None = None) -> Party:
    """Let a hosted party say again what it is, for another year; with another name, if given.

    Raises:
        NotHostedHere: the party's keys are elsewhere.
    """
    with transaction.atomic():
        row = Party.objects.select_for_update().get(pk=party)
        require(row.hosted, NotHostedHere)
        last = bytes(Manifest.objects.get(party=row, version=row.manifest_version).data)
        before = manifest.parse(last)
        following = manifest.Manifest(
            version=before.version + 1,
            previous=hashlib.sha256(last).hexdigest(),
            expires=at + LIFE,
            name=Text.of(name) if name else before.name,
            nature=before.nature,
            threshold=before.threshold,
            keys=before.keys,
            endpoints=before.endpoints,
            suite=before.suite,
        )
        envelope = _signed(party, following.encode(), home)
        manifest.verify_next(last, envelope)
        _keep(row, following.version, envelope, at)
        Party.objects.filter(pk=party).update(manifest_version=following.version, name=following.name.json())
    return Party.objects.get(pk=party)


def _signed(party: PartyId, data: bytes, home: Path) -> Envelope:
    root = keys.public_of(Purpose.ROOT, keys.read(home, party, Purpose.ROOT))
    return Envelope(data, {manifest.key_id(root): sign(party, Purpose.ROOT, manifest.signed_bytes(data), home)})


def _keep(party: Party, version: int, envelope: Envelope, at: datetime) -> None:
    signatures = {key: signature.hex() for key, signature in envelope.signatures.items()}
    Manifest.objects.create(party=party, version=version, data=envelope.data, signatures=signatures)
    digest = hashlib.sha256(envelope.data).hexdigest()
    append([Leaf("manifest", party.pk, "", "", {"version": version, "sha256": digest})], at)
