"""Parties whose keys are elsewhere: their manifests, verified from the first one on, and kept as they came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from comity.kernel.errors import DomainError, require
from comity.kernel.text import N_
from comity.parties import manifest
from comity.parties.actions import HANDLE, take_manifest, unnamed
from comity.parties.manifest import BadManifest, Envelope, TwoOfOneNumber
from comity.parties.models import Party

MAX_VERSIONS = 1_000


class ManifestsDoNotVerify(DomainError):
    """They were forged or damaged, or are another party's."""

    message = N_("The manifests do not verify: they were changed, or are not this party’s.")


class TwoHistories(DomainError):
    """The party's root keys signed two different manifests under one number: somebody else has its root key."""

    message = N_(
        "This party has signed two different manifests under one number. Take nothing more from it, and ask its people"
        " by another way."
    )


def receive_party(history: Sequence[Envelope], *, handle: str, at: datetime) -> Party:
    """Keep a party as its manifests say it is, or what of them is new; its row. Keys of it come to no node this way.

    `handle`: what this node would call it, if nobody here goes by that name yet.

    Raises:
        ManifestsDoNotVerify, TwoHistories, HostedHere: as they say.
    """
    require(0 < len(history) <= MAX_VERSIONS, ManifestsDoNotVerify)
    try:
        party, _first = manifest.verify_first(history[0])
        manifest.verify_chain(party, history)
        with transaction.atomic():
            for envelope in history:
                take_manifest(party, envelope, at=at)
    except TwoOfOneNumber as error:
        raise TwoHistories from error
    except BadManifest as error:
        raise ManifestsDoNotVerify from error
    Party.objects.filter(pk=party, handle=unnamed(party)).update(handle=_free(handle))
    return Party.objects.get(pk=party)


def _free(handle: str) -> str:
    """`handle`, or with a number behind it if somebody here has it; what is no handle becomes one."""
    base = handle if HANDLE.fullmatch(handle) else "party"
    taken = set(Party.objects.filter(handle__startswith=base).values_list("handle", flat=True))
    names = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)
