"""The offices of a party: which roles there are in a person's words, and who may hand them out. No Django."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from comity.kernel.errors import DomainError, require
from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.labels.subject import Role, Subject

ROLE_WORDS = MappingProxyType(
    {
        Role.CHIEF: N_("chief"),
        Role.PROGRAMME_MANAGER: N_("programme manager"),
        Role.ADVISER: N_("adviser"),
        Role.COUNTERPART: N_("counterpart"),
        Role.REGISTRY_CLERK: N_("registry clerk"),
        Role.INTERPRETER: N_("interpreter"),
        Role.LEGAL_ADVISER: N_("legal adviser"),
        Role.SECURITY_OFFICER: N_("security officer"),
        Role.RELEASE_OFFICER: N_("release officer"),
        Role.NATIONAL_REPRESENTATIVE: N_("national representative"),
        Role.PUBLIC_AFFAIRS: N_("public affairs"),
        Role.ANALYST: N_("analyst"),
        Role.TRAINING_MANAGER: N_("training manager"),
        Role.AUDITOR: N_("auditor"),
        Role.ADMINISTRATOR: N_("administrator"),
    }
)

OPERATOR = "operator"
"""The account id of whoever runs commands on the node itself: it stands in the log where no account acted."""


STRANGER = "stranger"
"""The account id that stands in the log where somebody tried to sign in and it was not seen who."""


class UsernameTaken(DomainError):
    """Two people of one node cannot sign in under the same name."""

    message = N_("There is already an account called “%(username)s”.")


class NotYourParty(DomainError):
    """An administrator looks after the accounts of one party only."""

    message = N_("That account belongs to another party of this node.")


class OwnRoles(DomainError):
    """Whoever hands out roles takes none for themselves: it needs a second administrator, or the node's operator."""

    message = N_("You cannot change your own roles, clearances or groups. Ask another administrator.")


class CheckerKeepsNothing(DomainError):
    """Who checks the log has no hand in what is on it."""

    message = N_("An auditor holds no other role.")


class KeeperReadsNothing(DomainError):
    """Who keeps the accounts has no hand in the records, and cannot give it to themselves with a second role."""

    message = N_("An administrator holds no other role. Whoever also works with records has an account of their own.")


class InvitationGone(DomainError):
    """A link works once, for some days, and as long as whoever made it administers."""

    message = N_("This link does not work, or no longer. Ask your party’s administrator for a new one.")


def operator(party: PartyId) -> Subject:
    """Whoever sits at the node itself, acting on the accounts of `party`; reads no record."""
    return Subject(party, OPERATOR, frozenset({Role.ADMINISTRATOR}), frozenset())


def check_roles(roles: Iterable[Role]) -> None:
    """Refuse a set of roles that no one person may hold together."""
    held = set(roles)
    require(Role.AUDITOR not in held or len(held) == 1, CheckerKeepsNothing(field="roles"))
    require(Role.ADMINISTRATOR not in held or len(held) == 1, KeeperReadsNothing(field="roles"))


def check_administers(actor: Subject, party: PartyId, account: str) -> None:
    """Refuse unless `actor` may change what the account `account` of `party` is allowed.

    Raises:
        NotYourParty: it is another party's.
        OwnRoles: it is the actor's own.
    """
    require(actor.party == party, NotYourParty)
    require(actor.account != account, OwnRoles)
