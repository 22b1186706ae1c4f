"""What the room shows: the accounts, invitations and groups of one party."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext, gettext_lazy

from comity.accounts.domain import ROLE_WORDS
from comity.accounts.invitations import open_invitations
from comity.accounts.models import Account, Group, Invitation
from comity.kernel.errors import NotFound
from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, Classification
from comity.labels.subject import Role, Subject
from comity.labels.words import CLASSIFICATION_WORDS

POLICY_WORDS = {PARTNERSHIP: N_("Records of the partnership"), SYNTHETIC: N_("Synthetic records")}
STATES = (("open", gettext_lazy("open")), ("closed", gettext_lazy("closed")))

KEEPERS = (Role.ADMINISTRATOR, Role.SECURITY_OFFICER)
"""Who may enter the room: those who keep the accounts, and those who say who needs to know."""


def is_keeper(subject: Subject) -> bool:
    """Whether the side list shows the room."""
    return subject.has_role(*KEEPERS)


@dataclass(frozen=True, slots=True)
class Line:
    """One account of the list. `second_factor` says whether a password alone does not let in."""

    account: Account
    roles: str
    second_factor: bool


def account_lines(party: PartyId, *, words: str, state: str, role: str, after: str, limit: int) -> list[Line]:
    """The accounts of a party, by user name."""
    rows = Account.objects.filter(party_id=party, username__gt=after).order_by("username")
    if words:
        rows = rows.filter(Q(username__icontains=words) | Q(display_name__icontains=words))
    if state:
        rows = rows.filter(is_active=state == "open")
    if role:
        rows = rows.annotate(held=Cast("roles", TextField())).filter(held__contains=f'"{role}"')
    found = list(rows[:limit])
    secured = with_second_factor(account.pk for account in found)
    return [Line(account, role_words(account.roles), account.pk in secured) for account in found]


def with_second_factor(accounts: Iterable[UUID]) -> set[UUID]:
    """Those of the accounts that have a passkey or an authenticator app."""
    rows = Authenticator.objects.filter(user_id__in=list(accounts)).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return set(rows.values_list("user_id", flat=True))


def account_of(party: PartyId, account: UUID) -> Account:
    """One account of a party.

    Raises:
        NotFound: the party has no such account.
    """
    found = Account.objects.filter(party_id=party, pk=account).first()
    if found is None:
        raise NotFound
    return found


def role_words(roles: Iterable[str]) -> str:
    """Roles in the reader's language, in one line."""
    held = set(roles)
    return gettext(", ").join(gettext(ROLE_WORDS[role]) for role in Role if role.value in held)


def clearance_words(clearances: dict[str, int]) -> list[tuple[str, str]]:
    """For each policy up to what somebody is cleared, in the reader's language."""
    levels = {level.value: level for level in Classification}
    return [
        (gettext(words), gettext(CLASSIFICATION_WORDS[levels[clearances[policy]]]))
        for policy, words in POLICY_WORDS.items()
        if clearances.get(policy) in levels
    ]


def invitations_of(party: PartyId, at: datetime) -> tuple[list[Invitation], list[Invitation]]:
    """The invitations that can still be used, and the latest of those that cannot."""
    waiting = open_invitations(at).filter(party_id=party).order_by("expires_at")
    past = Invitation.objects.filter(party_id=party).exclude(pk__in=waiting.values("pk")).order_by("-pk")[:20]
    return list(waiting), list(past.select_related("account"))


def groups_of(party: PartyId) -> QuerySet[Group]:
    """The need-to-know groups of a party, each with how many belong as `size`."""
    return Group.objects.filter(party_id=party).annotate(size=Count("memberships")).order_by("pk")


def group_of(party: PartyId, group: int) -> Group:
    """One group of a party.

    Raises:
        NotFound: the party has no such group.
    """
    found = Group.objects.filter(party_id=party, pk=group).first()
    if found is None:
        raise NotFound
    return found


def members_of(group: Group) -> list[Account]:
    """Who belongs, by office."""
    return list(Account.objects.filter(memberships__group=group).order_by("display_name", "username"))


def others_than(group: Group) -> list[Account]:
    """Whose account is open and does not belong, by office."""
    rows = Account.objects.filter(party_id=group.party_id, is_active=True).exclude(memberships__group=group)
    return list(rows.order_by("display_name", "username"))
