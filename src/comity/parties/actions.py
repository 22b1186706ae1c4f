"""Every write to parties: founding one on this node, and renewing what it says of itself."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from comity.audit.log import Leaf, append
from comity.kernel.errors import DomainError, require
from comity.kernel.ids import PartyId, party_id_of
from comity.kernel.text import N_, Text
from comity.parties import keys, manifest
from comity.parties.endpoint import pins_of
from comity.parties.manifest import Envelope, Nature, Purpose
from comity.parties.models import Manifest, Party
from comity.parties.signing import sign

HANDLE = re.compile(r"[a-z][a-z0-9-]{0,30}")
LIFE = timedelta(days=400)
"""How long a manifest holds: a year, and time to be late in."""


class HandleTaken(DomainError):
    """Two parties of one node cannot go by the same short name."""

    message = N_("This node already has a party called “%(handle)s”.")


class BadHandle(DomainError):
    """A handle is a word that files and addresses can carry."""

    message = N_("“%(handle)s” cannot be a short name: use small Latin letters, digits and hyphens, a letter first.")


class BadEndpoint(DomainError):
    """An address at which other nodes reach this one."""

    message = N_(
        "“%(address)s” is no address of a node: write https://, a name, and nothing after it but hashes of keys."
    )


class RootAway(DomainError):
    """Only the root key changes what a party says of itself."""

    message = N_(
        "The root key of this party is not on this node. Bring it with “comity party import-root”, and take it away"
        " after."
    )


class HostedHere(DomainError):
    """A party says what it is at its own node."""

    message = N_("This node hosts that party: what it is is said here and comes from nowhere else.")


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
    endpoints: Sequence[str] = (),
    entropy: Callable[[int], bytes] = os.urandom,
) -> Party:
    """Found a party on this node: its keys are made and written below `home`, its first manifest is signed.

    `name` is the JSON of a kernel `Text`; `nature` one of `manifest.Nature`; `endpoints` where other nodes reach this
    one, if they can; `entropy` gives as many random bytes as
    asked. Keys come before rows: a crash in between leaves keys that nothing uses, never a party that cannot sign.

    Raises:
        BadHandle: it is no word of at most 31 small letters, digits and hyphens.
        HandleTaken: `handle` is another party's.
        BadEndpoint: as it says.
    """
    require(HANDLE.fullmatch(handle), BadHandle(field="handle", handle=handle))
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
        endpoints=_checked(endpoints),
    )
    party = party_id_of(first.encode())
    keys.write(home, party, private)
    try:
        envelope = _signed(party, first, home, (first,))
        manifest.verify_first(envelope)
        with transaction.atomic():
            row = Party(pk=party, handle=handle, name=first.name.json(), nature=nature, hosted=True)
            keep_first(row, envelope, at)
    except BaseException:
        keys.forget(home, party)
        raise
    return row


def renew_manifest(
    *,
    party: PartyId,
    home: Path,
    at: datetime,
    name: Mapping[str, Any] | None = None,
    endpoints: Sequence[str] | None = None,
) -> Party:
    """Let a hosted party say again what it is, for another year; with another name or other addresses, if given.

    Raises:
        NotHostedHere, RootAway, BadEndpoint: as they say.
    """
    changes: dict[str, Any] = {}
    if name:
        changes["name"] = Text.of(name)
    if endpoints is not None:
        changes["endpoints"] = _checked(endpoints)
    return follow(party=party, home=home, at=at, **changes)


def _checked(endpoints: Sequence[str]) -> tuple[str, ...]:
    """Addresses as other nodes can use them. What they point to is for whoever calls them to judge."""
    for address in endpoints:
        parts = urlsplit(address)
        plain = address.isascii() and address.isprintable() and " " not in address and len(address) <= 500
        more = parts.username or parts.password or parts.query
        known = parts.scheme in {"http", "https"} and parts.hostname
        require(
            plain and known and not more and _has_good_pins(address), BadEndpoint(field="endpoint", address=address)
        )
    return tuple(address.rstrip("/") for address in endpoints)


def _has_good_pins(address: str) -> bool:
    try:
        pins_of(address)
    except ValueError:
        return False
    return True


def follow(*, party: PartyId, home: Path, at: datetime, **changes: Any) -> Party:
    """Sign and keep the hosted party's next manifest: for another year, with these changes of it.

    Raises:
        NotHostedHere, RootAway: as they say.
    """
    with transaction.atomic():
        row = Party.objects.select_for_update().get(pk=party)
        require(row.hosted, NotHostedHere)
        last = bytes(Manifest.objects.get(party=row, version=row.manifest_version).data)
        before = manifest.parse(last)
        following = replace(
            before,
            version=before.version + 1,
            previous=hashlib.sha256(last).hexdigest(),
            expires=at + LIFE,
            **changes,
        )
        envelope = _signed(party, following, home, (before, following))
        manifest.verify_next(last, envelope)
        keep(row, following, envelope, at)
    return Party.objects.get(pk=party)


def keep_first(party: Party, envelope: Envelope, at: datetime) -> None:
    """Keep a party and the verified manifest that founds it; inside a transaction."""
    named = Party.objects.filter(pk=party.pk, manifest_version=0).exists()  # by a record, before it was introduced
    party.save(force_insert=not named)
    _keep(party, 1, envelope, at)


def keep(party: Party, said: manifest.Manifest, envelope: Envelope, at: datetime) -> None:
    """Keep a verified manifest that follows the newest of the party, and what it says of it; inside a transaction."""
    _keep(party, said.version, envelope, at)
    Party.objects.filter(pk=party.pk).update(
        manifest_version=said.version, name=said.name.json(), nature=said.nature.value
    )


def take_manifest(party: PartyId, envelope: Envelope, *, at: datetime) -> Party:
    """Take in one version of another party's manifest as it came; what is known already changes nothing.

    The first version names the party by itself, so it makes a row for a party that was not known; whether anything is
    exchanged with it is for people to say. Part of the caller's transaction, if there is one.

    Raises:
        BadManifest: it is not that party's, or does not follow what is known; TwoOfOneNumber: it differs from it.
        HostedHere: this node speaks for the party; nobody tells it what it is.
    """
    with transaction.atomic():
        row = Party.objects.select_for_update().filter(pk=party).first()
        if row is None or not row.manifest_version:
            founded, first = manifest.verify_first(envelope)
            if founded != party:
                raise manifest.BadManifest("the first manifest founds another party")
            row = row or Party(pk=party, handle=unnamed(party))
            row.name, row.nature, row.manifest_version = first.name.json(), first.nature.value, 1
            keep_first(row, envelope, at)
            return row
        if row.hosted:
            raise HostedHere
        version = manifest.parse(envelope.data).version
        if version <= row.manifest_version:
            if bytes(Manifest.objects.get(party=row, version=version).data) != envelope.data:
                raise manifest.TwoOfOneNumber(f"another version {version} is known here")
            return row
        last = bytes(Manifest.objects.get(party=row, version=row.manifest_version).data)
        keep(row, manifest.verify_next(last, envelope), envelope, at)
        row.refresh_from_db()
        return row


def heard_of(parties: Iterable[PartyId]) -> None:
    """Let there be a row for parties of which nothing but the id is known, because a record names them.

    Nothing is exchanged with such a party, and no form offers it; its first manifest fills the row when it comes.
    """
    Party.objects.bulk_create(
        (
            Party(
                pk=party,
                handle=unnamed(party),
                name=Text.single("en", f"{party[:8]}…").json(),
                nature=Nature.ORGANISATION.value,
                manifest_version=0,
            )
            for party in sorted(set(parties))
        ),
        ignore_conflicts=True,
    )


def unnamed(party: PartyId) -> str:
    """What a party is called here that came without anybody naming it."""
    return f"p-{party[:20]}"


def _signed(party: PartyId, said: manifest.Manifest, home: Path, by: Sequence[manifest.Manifest]) -> Envelope:
    """The manifest, signed by the threshold of root keys of each of `by`."""
    data = said.encode()
    roots = dict.fromkeys(root for one in by for root in one.keys[Purpose.ROOT][: one.threshold])
    message = manifest.signed_bytes(data)
    try:
        return Envelope(
            data,
            {manifest.key_id(root): sign(party, Purpose.ROOT, message, home, public=root) for root in roots},
        )
    except keys.KeyMissing as missing:
        raise RootAway from missing


def _keep(party: Party, version: int, envelope: Envelope, at: datetime) -> None:
    signatures = {key: signature.hex() for key, signature in envelope.signatures.items()}
    Manifest.objects.create(party=party, version=version, data=envelope.data, signatures=signatures)
    digest = hashlib.sha256(envelope.data).hexdigest()
    append([Leaf("manifest", party.pk, "", "", {"version": version, "sha256": digest})], at)
