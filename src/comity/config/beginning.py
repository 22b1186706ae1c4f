"""How a node begins: its first party, and the invitation of who administers it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from comity.accounts.domain import operator
from comity.accounts.invitations import invite
from comity.config import node
from comity.kernel.errors import DomainError, require
from comity.kernel.ids import PartyId
from comity.kernel.text import N_, Text
from comity.labels.domain import Label
from comity.labels.queries import intern
from comity.labels.scale import PARTNERSHIP, POLICIES, USE_CAVEATS, Classification
from comity.labels.subject import READING_ROLES, Role
from comity.parties.actions import found_party
from comity.parties.models import Party


class NoSuchParty(DomainError):
    """An invitation is to one party, and this node hosts it."""

    message = N_("Name the party with --party; this node hosts: %(hosted)s.")


class NoParty(DomainError):
    """Nobody can be invited before there is a party to act for."""

    message = N_("This node hosts no party yet. Found one with: comity found")


class NoSuchRole(DomainError):
    """A role is one that this version knows."""

    message = N_("There is no role “%(role)s”. The roles are: %(roles)s.")


class Nameless(DomainError):
    """A party has a name in at least one language."""

    message = N_("A party needs a name: --en or --ar.")


def found(*, handle: str, nature: str, names: dict[str, str], at: datetime, endpoints: Sequence[str] = ()) -> Party:
    """Found a party on this node; `names` by language, the first that is given is the original.

    Its people find one marking in their forms from the start, that of what stays within the party.

    Raises:
        Nameless: there is no name.
        BadHandle, HandleTaken, BadEndpoint: as `found_party`.
    """
    given = {language: name.strip() for language, name in names.items() if name.strip()}
    require(given, Nameless)
    name = Text(next(iter(given)), given).json()
    party = found_party(handle=handle, name=name, nature=nature, home=node.home(), at=at, endpoints=endpoints)
    intern(Label(PARTNERSHIP, Classification.UNCLASSIFIED, frozenset({PartyId(party.pk)})))
    return party


def hosted_party(handle: str) -> Party:
    """The party that a command is about: the one of that name, or the only one. Raises NoParty, NoSuchParty."""
    hosted = {party.handle: party for party in Party.objects.filter(hosted=True).order_by("handle")}
    require(hosted, NoParty)
    chosen = handle or (next(iter(hosted)) if len(hosted) == 1 else "")
    require(chosen in hosted, NoSuchParty(hosted=", ".join(hosted)))
    return hosted[chosen]


def first_invitation(
    *, handle: str, roles: Iterable[str], office: str, language: str, at: datetime
) -> tuple[str, Party]:
    """Invite somebody as the node's operator: the secret of the link, and the party the account will act for.

    Raises:
        NoParty, NoSuchParty, NoSuchRole: as they say.
    """
    party = hosted_party(handle)
    held = {_role(role) for role in roles}
    reads = bool(held & READING_ROLES)
    secret = invite(
        display_name=office,
        language=language,
        roles=held,
        clearances=dict.fromkeys(POLICIES, Classification.UNCLASSIFIED) if reads else {},
        caveats=USE_CAVEATS if reads else (),
        actor=operator(PartyId(party.pk)),
        at=at,
    )
    return secret, party


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        raise NoSuchRole(role=name, roles=", ".join(Role)) from None
