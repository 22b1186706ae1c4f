"""Reads of accounts: above all, who is asking."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import get_language, gettext

from comity.accounts.domain import ROLE_WORDS
from comity.accounts.models import Account, Group
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.labels.scale import Classification
from comity.labels.subject import Clearance, Role, Subject

_ROLES = {role.value: role for role in Role}
_LEVELS = {level.value: level for level in Classification}


def subject_of(account: Account) -> Subject:
    """Who is asking, as the policy sees them. One query, for the groups.

    A role or level that this version does not know gives nothing: it may have been written by a newer one.
    """
    return _as_subject(account, account.memberships.values_list("group__key", flat=True))


def _as_subject(account: Account, groups: Iterable[UUID]) -> Subject:
    return Subject(
        party=PartyId(account.party_id),
        account=str(account.opaque),
        roles=frozenset(_ROLES[role] for role in account.roles if role in _ROLES),
        clearances=frozenset(
            Clearance(policy, _LEVELS[level]) for policy, level in account.clearances.items() if level in _LEVELS
        ),
        caveats=frozenset(account.caveats),
        groups=frozenset(str(key) for key in groups),
    )


def must_have_second_factor(subject: Subject) -> bool:
    """Whether a password alone is not enough for what this person may do on this node."""
    return not subject.roles.isdisjoint(settings.SECOND_FACTOR_ROLES)


def second_factor_words() -> list[str]:
    """The roles that need a second factor on this node, in the reader's language."""
    return [gettext(ROLE_WORDS[role]) for role in Role if role in settings.SECOND_FACTOR_ROLES]


def has_second_factor(account: str) -> bool:
    """Whether an account has a passkey or an authenticator app; recovery codes alone are none."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user_id=account, type__in=kinds).exists())


def offices(opaque: set[str]) -> dict[str, str]:
    """The offices behind opaque account ids, for those that are of this node; for pages of the party's own log."""
    known = {key for key in opaque if _is_uuid(key)}
    rows = Account.objects.filter(pk__in=known).values_list("pk", "display_name")
    return {str(pk): display_name for pk, display_name in rows}


def group_names(party: PartyId) -> dict[str, str]:
    """What the need-to-know groups of `party` are called in the reader's language, by the key that stands on labels."""
    rows = Group.objects.filter(party_id=party).values_list("key", "name")
    return {str(key): Text.of(name).in_(get_language() or "en")[0] for key, name in rows}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def colleagues(party: PartyId) -> list[Subject]:
    """Everybody who can sign in for `party` on this node, as the policy sees them. Two queries."""
    rows = Account.objects.filter(party_id=party, is_active=True).prefetch_related("memberships__group")
    return [_as_subject(account, [one.group.key for one in account.memberships.all()]) for account in rows]
