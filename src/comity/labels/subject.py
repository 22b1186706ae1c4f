"""The person asking: for which party, cleared for what, with which need to know, in which roles. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from comity.kernel.errors import RoleMissing, require
from comity.kernel.ids import PartyId
from comity.labels.scale import Classification


class Role(StrEnum):
    """What a person does for a party. A person may hold several."""

    CHIEF = "chief"
    PROGRAMME_MANAGER = "programme_manager"
    ADVISER = "adviser"
    COUNTERPART = "counterpart"
    REGISTRY_CLERK = "registry_clerk"
    INTERPRETER = "interpreter"
    LEGAL_ADVISER = "legal_adviser"
    SECURITY_OFFICER = "security_officer"
    RELEASE_OFFICER = "release_officer"
    NATIONAL_REPRESENTATIVE = "national_representative"
    PUBLIC_AFFAIRS = "public_affairs"
    ANALYST = "analyst"
    TRAINING_MANAGER = "training_manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


READING_ROLES = frozenset(Role) - {Role.AUDITOR, Role.ADMINISTRATOR}
"""Roles whose work is done with records. Keeping a node, or checking its log, needs the content of none."""


@dataclass(frozen=True, slots=True, order=True)
class Clearance:
    """The highest classification, under one policy, that a person may be shown."""

    policy: str
    classification: Classification


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks. `account` is opaque: it says nothing about the person, and travels in the log."""

    party: PartyId
    account: str
    roles: frozenset[Role]
    clearances: frozenset[Clearance]
    caveats: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    def has_role(self, *roles: Role) -> bool:
        """Whether the person holds at least one of `roles`."""
        return not self.roles.isdisjoint(roles)


def require_role(subject: Subject, *roles: Role) -> None:
    """Refuse with `RoleMissing` unless `subject` holds at least one of `roles`."""
    require(subject.has_role(*roles), RoleMissing)
