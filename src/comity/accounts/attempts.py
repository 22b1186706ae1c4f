"""Attempts to sign in, counted for all processes of the node in one table; the rules are in `limits`.

Each attempt takes its place before the password is looked at, so that many at once are no more than the limit allows.
The table holds digests: neither who was tried nor from where can be read from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.db import transaction
from django.utils.crypto import salted_hmac

from comity.accounts import limits
from comity.accounts.limits import Limit, TooManyAttempts
from comity.accounts.models import Attempts

_FORGOTTEN = timedelta(days=1)  # longer than any bucket takes to run dry


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt and the buckets it stands in: digests by the limit of each."""

    buckets: Mapping[str, Limit]
    at: datetime

    def give_back(self) -> None:
        """It was right after all, and counts as none."""
        with transaction.atomic():
            for key, limit in sorted(self.buckets.items()):
                row = Attempts.objects.select_for_update().filter(pk=key).first()
                if row is not None:
                    level = max(0.0, limit.left(row.level, row.at, self.at) - 1)
                    Attempts.objects.filter(pk=key).update(level=level, at=max(row.at, self.at))


def take(*, username: str, source: str, device: str, at: datetime) -> Attempt:
    """Let somebody try the account called `username`, if there is one, from the address `source`.

    `device` is the mark of a browser known to that account, or "".

    Raises:
        TooManyAttempts: they wait first.
    """
    name = username.strip().casefold()
    if device:
        return _poured({_key("known", name, device): limits.KNOWN}, at)
    place = network(source)
    everywhere = _key("siege", name)
    with transaction.atomic():
        Attempts.objects.filter(at__lt=at - _FORGOTTEN).delete()
        row = Attempts.objects.filter(pk=everywhere).first()
        sieged = row is not None and not limits.SIEGE.holds(limits.SIEGE.left(row.level, row.at, at))
        pair = limits.SIEGED if sieged else limits.PAIR
        return _poured({_key("pair", name, place): pair, _key("place", place): limits.PLACE}, at, everywhere)


def newly_refused(*, username: str, source: str, at: datetime) -> bool:
    """Whether this refusal is the first for a while: one line on the log tells of many."""
    try:
        _poured({_key("told", username.strip().casefold(), network(source)): limits.SIEGED}, at)
    except TooManyAttempts:
        return False
    return True


def network(source: str) -> str:
    """What counts as one place: an IPv4 address, or the /64 that one subscriber has of IPv6."""
    try:
        address = ip_address(source)
    except ValueError:
        return source
    return str(address if address.version == 4 else ip_network(f"{address}/64", strict=False).network_address)


def _poured(buckets: Mapping[str, Limit], at: datetime, everywhere: str = "") -> Attempt:
    """Put one attempt into all of `buckets`, or refuse and put it into none; `everywhere` never refuses."""
    counted = {**buckets, **({everywhere: limits.SIEGE} if everywhere else {})}
    with transaction.atomic():
        levels = {}
        for key, limit in sorted(counted.items()):  # one order of locking
            row, _ = Attempts.objects.select_for_update().get_or_create(pk=key, defaults={"level": 0, "at": at})
            levels[key] = limit.left(row.level, row.at, at)
        for key, limit in buckets.items():
            if not limit.holds(levels[key]):
                raise TooManyAttempts
        for key, limit in counted.items():
            Attempts.objects.filter(pk=key).update(level=min(levels[key] + 1, limit.most), at=at)
    return Attempt(counted, at)


def _key(*parts: str) -> str:
    return salted_hmac("comity.accounts.attempts", "\0".join(parts), algorithm="sha256").hexdigest()
