"""Invitations: an administrator says what somebody will be allowed, and hands over a link that works once.

Whoever has the link chooses a user name and a password. Nobody but them ever knows the password, no letter is sent,
and the node keeps only the link's digest.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.db.models import Q, QuerySet

from comity.accounts import sessions
from comity.accounts.actions import allowed, require_free
from comity.accounts.domain import InvitationGone, check_administers, check_roles
from comity.accounts.models import Account, Invitation
from comity.accounts.queries import subject_of
from comity.kernel.errors import NotFound, require
from comity.kernel.ids import PartyId
from comity.labels.scale import Classification
from comity.labels.subject import Role, Subject, require_role
from comity.records.work import act

LASTS = timedelta(days=3)
LONGEST = 14  # days


def invite(
    *,
    display_name: str,
    language: str,
    roles: Collection[Role],
    clearances: Mapping[str, Classification],
    caveats: Collection[str],
    lasts: timedelta = LASTS,
    actor: Subject,
    at: datetime,
) -> str:
    """Invite somebody to an account of the actor's party; the secret of the link, which is told this once.

    Raises:
        RoleMissing: `actor` is no administrator.
        CheckerKeepsNothing, KeeperReadsNothing: as they say.
    """
    require_role(actor, Role.ADMINISTRATOR)
    check_roles(roles)
    given = allowed(roles, clearances, caveats)
    secret = secrets.token_urlsafe(32)
    with act(actor, at) as work:
        made = Invitation.objects.create(
            party_id=actor.party,
            digest=_digest(secret),
            made_by=_account_of(actor),
            display_name=display_name,
            language=language,
            made_at=at,
            expires_at=at + lasts,
            **given,
        )
        work.note("invitation-made", invitation=made.pk, **given)
    return secret


def invite_back(*, account: UUID, actor: Subject, at: datetime) -> str:
    """Let somebody who forgot their password choose another; the secret of the link. The old one holds until then.

    Whoever keeps the accounts cannot take one over with it: the second factor stays, and is not theirs to take away.

    Raises:
        RoleMissing, NotFound, NotYourParty, OwnRoles: as for `actions.set_roles`.
    """
    require_role(actor, Role.ADMINISTRATOR)
    with act(actor, at) as work:
        of = Account.objects.filter(pk=account).first()
        if of is None:
            raise NotFound
        check_administers(actor, PartyId(of.party_id), str(account))
        secret = secrets.token_urlsafe(32)
        Invitation.objects.create(
            party_id=actor.party,
            digest=_digest(secret),
            made_by=_account_of(actor),
            account=of,
            display_name=of.display_name,
            language=of.language,
            made_at=at,
            expires_at=at + LASTS,
        )
        work.note("password-link-made", account=str(account))
    return secret


def withdraw(*, invitation: int, actor: Subject, at: datetime) -> None:
    """Let a link no longer work.

    Raises:
        RoleMissing: `actor` is no administrator.
        NotFound: their party made no such invitation, or it is used.
    """
    require_role(actor, Role.ADMINISTRATOR)
    with act(actor, at) as work:
        rows = Invitation.objects.filter(pk=invitation, party_id=actor.party, used_at=None, withdrawn_at=None)
        if not rows.update(withdrawn_at=at):
            raise NotFound
        work.note("invitation-withdrawn", invitation=invitation)


def invitation_of(secret: str, at: datetime) -> Invitation:
    """The invitation behind a link that still works.

    Raises:
        InvitationGone: it was used, withdrawn or has run out, whoever made it no longer administers, or there never
            was such a link: the answers are not told apart.
    """
    found = open_invitations(at).filter(digest=_digest(secret)).select_related("made_by", "account", "party").first()
    if found is None or (found.account is not None and not found.account.is_active):
        raise InvitationGone
    by = found.made_by
    require(by is None or (by.is_active and Role.ADMINISTRATOR.value in by.roles), InvitationGone)
    return found


def open_invitations(at: datetime) -> QuerySet[Invitation]:
    """Every invitation that can still be used at `at`."""
    return Invitation.objects.filter(Q(used_at=None) & Q(withdrawn_at=None) & Q(expires_at__gt=at))


def accept(*, secret: str, username: str, password: str, language: str, at: datetime) -> Account:
    """Make the account that was offered, under a name and with a password of the invited person's own.

    Raises:
        InvitationGone: as for `invitation_of`; also when somebody else used the link a moment before.
        UsernameTaken: as it says.
    """
    offered = invitation_of(secret, at)
    require(offered.account_id is None, InvitationGone)
    require_free(username)
    account = Account(
        opaque=uuid4(),
        party_id=offered.party_id,
        username=username,
        password=make_password(password),
        display_name=offered.display_name,
        language=language,
        roles=offered.roles,
        clearances=offered.clearances,
        caveats=offered.caveats,
    )
    with act(_own(account), at) as work:
        account.save(force_insert=True)
        _use(offered, account, at)
        given = {"roles": account.roles, "clearances": account.clearances, "caveats": account.caveats}
        work.note("invitation-accepted", invitation=offered.pk, account=str(account.pk), **given)
    return account


def choose_password(*, secret: str, password: str, at: datetime) -> Account:
    """Set the new password of the account that a link is for; it is signed out everywhere.

    Raises:
        InvitationGone: as for `accept`.
    """
    offered = invitation_of(secret, at)
    account = offered.account
    if account is None:
        raise InvitationGone
    with act(subject_of(account), at) as work:
        _use(offered, account, at)
        Account.objects.filter(pk=account.pk).update(password=make_password(password))
        sessions.end_all(account)
        work.note("password-chosen")
    return Account.objects.get(pk=account.pk)


def _use(offered: Invitation, account: Account, at: datetime) -> None:
    """A conditional change: of two who use one link at once, one is refused."""
    used = open_invitations(at).filter(pk=offered.pk).update(used_at=at, account=account)
    require(used, InvitationGone)


def _own(account: Account) -> Subject:
    return Subject(PartyId(account.party_id), str(account.pk), frozenset(), frozenset())


def _account_of(actor: Subject) -> Account | None:
    """Who invites; none for the node's operator."""
    try:
        return Account.objects.filter(pk=UUID(actor.account)).first()
    except ValueError:
        return None


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
