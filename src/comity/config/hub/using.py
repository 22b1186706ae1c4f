"""What the commands do on a node: the statement for a hub, and which hubs it uses."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib.util import find_spec
from ipaddress import ip_address

from django.conf import settings

from comity.config.beginning import hosted_party
from comity.federation.hub import keeping, membership, nkeys
from comity.federation.hub.address import BadHubAddress, place_of
from comity.federation.hub.membership import Membership
from comity.federation.joining.documents import Introduction
from comity.federation.models import Hub
from comity.federation.protocol.dsse import Key
from comity.federation.transport.addresses import resolve
from comity.kernel import disk
from comity.kernel.errors import DomainError, require
from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.parties import fingerprint
from comity.parties.keeping import FileExists
from comity.parties.queries import history_of
from comity.parties.signing import public_key, sign_for

LASTS = timedelta(days=14)
"""How long a hub takes a statement up."""


class NotSuchAHub(DomainError):
    """No hub can be at this address, or none is used there."""

    message = N_("%(url)s: %(reason)s.")


def carry_out(asked: Namespace, *, at: datetime) -> Iterator[str]:
    """Do what was asked; says what was done, a line each. Raises DomainErrors."""
    yield from _ACTS[asked.hub](asked, at)


def _ask(asked: Namespace, at: datetime) -> Iterator[str]:
    party = hosted_party(asked.party)
    owner = PartyId(party.pk)
    require(not asked.file.exists(), FileExists(file=asked.file))
    seed = keeping.made_in(settings.COMITY_HOME)
    introduction = Introduction(owner, party.handle, tuple(history_of(owner)))
    said = Membership(introduction, nkeys.public_of(seed), (at + LASTS).replace(microsecond=0))
    key = Key(public_key(owner, "release"), lambda message: sign_for(party, "release", message))
    try:
        disk.write_new(asked.file, membership.sign(said, key))
    except FileExistsError as error:
        raise FileExists(file=asked.file) from error
    yield f"Wrote {asked.file}, which holds until {said.expires.date().isoformat()}: hand it to whoever keeps the hub."
    yield "Read these words to them by another way:"
    for language in fingerprint.LANGUAGES:
        yield " ".join(fingerprint.words_of(owner, language))


def _use(asked: Namespace, at: datetime) -> Iterator[str]:
    require(find_spec("nats"), NotSuchAHub(url=asked.url, reason=_NO_LIBRARY))
    authority = asked.authority.read_text() if asked.authority else ""
    try:
        place = place_of(asked.url, authority)
    except BadHubAddress as error:
        raise NotSuchAHub(url=asked.url, reason=error) from error
    require(place.tls or _is_near(place.host, place.port), NotSuchAHub(url=asked.url, reason=_WITHOUT_TLS))
    keeping.made_in(settings.COMITY_HOME)
    Hub.objects.update_or_create(url=place.url, defaults={"authority": authority}, create_defaults={
        "authority": authority, "since": at,
    })  # fmt: skip
    yield f"The courier uses {place.url} from now on, for the channels in which another member uses it too."


_NO_LIBRARY = "the client library is missing; pip install 'comity[hub]'"
_WITHOUT_TLS = "without TLS (nats://) only on this machine, or in a network that COMITY_PRIVATE_PEERS names"


def _is_near(host: str, port: int) -> bool:
    try:
        found = [ip_address(text.partition("%")[0]) for text in resolve(host, port)]
    except (OSError, ValueError):
        return False
    near = settings.COMITY_PRIVATE_PEERS
    return bool(found) and all(one.is_loopback or any(one in network for network in near) for one in found)


def _leave(asked: Namespace, _at: datetime) -> Iterator[str]:
    deleted, _ = Hub.objects.filter(url=asked.url).delete()
    require(deleted, NotSuchAHub(url=asked.url, reason="this node does not use it"))
    yield f"The courier speaks to {asked.url} no more. What it has, it keeps for as long as its keeper says."


def _list(_asked: Namespace, _at: datetime) -> Iterator[str]:
    for hub in Hub.objects.order_by("url"):
        heard = hub.last_contact_at.isoformat(timespec="seconds") if hub.last_contact_at else "never"
        yield f"{hub.url}: {len(hub.carries)} channels, last heard {heard}. {hub.last_error}".rstrip()


_ACTS: dict[str, Callable[[Namespace, datetime], Iterator[str]]] = {
    "ask": _ask,
    "use": _use,
    "leave": _leave,
    "list": _list,
}
