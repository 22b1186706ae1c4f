"""Every write to accounts. Each is on the log: what changed and for whom, by opaque id, never a name or a password."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password

from comity.accounts import sessions
from comity.accounts.domain import UsernameTaken, check_administers, check_roles
from comity.accounts.models import Account, Group, Membership
from comity.kernel.errors import NotFound, require
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.labels.scale import Classification
from comity.labels.subject import Role, Subject, require_role
from comity.records.work import act


def create_account(
    *,
    party: PartyId,
    username: str,
    password: str,
    display_name: str,
    language: str,
    roles: Collection[Role],
    clearances: Mapping[str, Classification],
    caveats: Collection[str] = (),
    email: str = "",
    actor: Subject,
    at: datetime,
) -> Account:
    """Open an account that acts for `party`. `display_name` says an office, such as "Adviser, logistics".

    Raises:
        RoleMissing: `actor` is no administrator.
        NotYourParty: `actor` administers another party.
        UsernameTaken, CheckerKeepsNothing: as they say.
    """
    require_role(actor, Role.ADMINISTRATOR)
    opaque = uuid4()
    check_administers(actor, party, str(opaque))
    check_roles(roles)
    require_free(username)
    given = allowed(roles, clearances, caveats)
    with act(actor, at) as work:
        account = Account.objects.create(
            opaque=opaque,
            party_id=party,
            username=username,
            password=make_password(password),
            display_name=display_name,
            language=language,
            email=email,
            **given,
        )
        work.note("account-opened", account=str(opaque), **given)
    return account


def set_roles(
    *,
    account: UUID,
    roles: Collection[Role],
    clearances: Mapping[str, Classification],
    caveats: Collection[str],
    actor: Subject,
    at: datetime,
) -> None:
    """Say anew what an account is allowed; it holds from that person's next request.

    Raises:
        RoleMissing: `actor` is no administrator.
        NotFound: there is no such account.
        NotYourParty, OwnRoles, CheckerKeepsNothing: as they say.
    """
    require_role(actor, Role.ADMINISTRATOR)
    check_roles(roles)
    with act(actor, at) as work:
        _administered(account, actor)
        given = allowed(roles, clearances, caveats)
        Account.objects.filter(pk=account).update(**given)
        work.note("account-allowed", account=str(account), **given)


def set_preferences(*, language: str, hijri: bool, actor: Subject, at: datetime) -> None:
    """Say how pages look to the actor: the language they open in, and Hijri dates beside Gregorian."""
    with act(actor, at) as work:
        Account.objects.filter(pk=actor.account).update(language=language, hijri=hijri)
        work.note("preferences-set")


def set_active(*, account: UUID, active: bool, actor: Subject, at: datetime) -> None:
    """Close an account, or open it again. A closed one is signed out by its next request.

    Raises:
        RoleMissing, NotFound, NotYourParty, OwnRoles: as for `set_roles`.
    """
    require_role(actor, Role.ADMINISTRATOR)
    with act(actor, at) as work:
        _administered(account, actor)
        Account.objects.filter(pk=account).update(is_active=active)
        if not active:
            sessions.end_all(account)
        work.note("account-opened-again" if active else "account-closed", account=str(account))


def end_session(*, session: int, actor: Subject, at: datetime) -> None:
    """Sign the actor out where they no longer are.

    Raises:
        NotFound: it is no session of theirs, or has ended.
    """
    with act(actor, at) as work:
        found = UserSession.objects.filter(pk=session, user_id=actor.account).first()
        if found is None:
            raise NotFound
        found.end()
        work.note("sessions-ended", count=1)


def end_sessions(*, account: UUID, actor: Subject, at: datetime) -> None:
    """Sign somebody out everywhere: a device was lost, or the person has left.

    Raises:
        RoleMissing: `actor` is neither administrator nor security officer.
        NotFound, NotYourParty, OwnRoles: as for `set_roles`.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SECURITY_OFFICER)
    with act(actor, at) as work:
        _administered(account, actor)
        work.note("sessions-ended", account=str(account), count=sessions.end_all(account))


def clear_second_factor(*, account: UUID, actor: Subject, at: datetime) -> None:
    """Take away every passkey, app and recovery code of somebody who has lost theirs, and sign them out everywhere.

    A security officer does it, and an administrator gives new passwords: no one person can take over an account.

    Raises:
        RoleMissing: `actor` is no security officer.
        NotFound, NotYourParty, OwnRoles: as for `set_roles`.
    """
    require_role(actor, Role.SECURITY_OFFICER)
    with act(actor, at) as work:
        _administered(account, actor)
        Authenticator.objects.filter(user_id=account).delete()
        sessions.end_all(account)
        work.note("second-factor-cleared", account=str(account))


def create_group(*, name: Text, key: UUID | None = None, actor: Subject, at: datetime) -> Group:
    """Begin a need to know in the actor's party; `key` joins it to a group that another party keeps.

    Raises:
        RoleMissing: `actor` is neither administrator nor security officer.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SECURITY_OFFICER)
    with act(actor, at) as work:
        group = Group.objects.create(key=key or uuid4(), party_id=actor.party, name=name.json())
        work.note("group-begun", group=str(group.key))
    return group


def set_member(*, group: int, account: UUID, member: bool, actor: Subject, at: datetime) -> None:
    """Say that somebody of the actor's party needs to know, or no longer does.

    Raises:
        RoleMissing: `actor` is no security officer: who keeps the accounts does not decide who needs to know.
        NotFound: no such group or account.
        NotYourParty, OwnRoles: as they say.
    """
    require_role(actor, Role.SECURITY_OFFICER)
    with act(actor, at) as work:
        _administered(account, actor)
        found = Group.objects.filter(pk=group, party_id=actor.party).first()
        if found is None:
            raise NotFound
        if member:
            Membership.objects.get_or_create(group=found, account_id=account, defaults={"since": at})
        else:
            Membership.objects.filter(group=found, account_id=account).delete()
        work.note("group-joined" if member else "group-left", group=str(found.key), account=str(account))


def _administered(account: UUID, actor: Subject) -> Account:
    found = Account.objects.select_for_update(of=("self",)).filter(pk=account).first()
    if found is None:
        raise NotFound
    check_administers(actor, PartyId(found.party_id), str(found.opaque))
    return found


def require_free(username: str) -> None:
    """Refuse with `UsernameTaken` if an account has this name, in whatever case."""
    taken = Account.objects.filter(username__iexact=username).exists()
    require(not taken, UsernameTaken(field="username", username=username))


def allowed(
    roles: Collection[Role], clearances: Mapping[str, Classification], caveats: Collection[str]
) -> dict[str, Any]:
    """What an account may do, as its table and the log keep it."""
    return {
        "roles": sorted(role.value for role in roles),
        "clearances": {policy: int(level) for policy, level in sorted(clearances.items())},
        "caveats": sorted(caveats),
    }
