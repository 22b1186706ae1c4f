"""Who may let whom do what; and that it is all on the log."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from comity.accounts import actions, domain, invitations
from comity.accounts.models import Account, Group
from comity.accounts.queries import group_names, offices, subject_of
from comity.accounts.tests import factories
from comity.accounts.tests.factories import AT
from comity.audit.models import Entry
from comity.kernel.errors import NotFound, RoleMissing
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.labels.scale import PARTNERSHIP, Classification
from comity.labels.subject import Clearance, Role, Subject

pytestmark = pytest.mark.django_db
NOTHING: dict[str, Any] = {"roles": (), "clearances": {}, "caveats": ()}


def administrator(party: str = "mission") -> Subject:
    return domain.operator(PartyId(factories.party(party).pk))


def security(party: str = "mission") -> Subject:
    return replace(administrator(party), roles=frozenset({Role.SECURITY_OFFICER}))


def last_entry() -> dict[str, Any]:
    entry = Entry.objects.system("test").order_by("-index").first()
    assert entry is not None
    leaf: dict[str, Any] = json.loads(bytes(entry.data))
    return leaf


def test_an_account_makes_the_subject():
    account = factories.account(caveats={"SOURCE"})
    group = actions.create_group(name=Text.single("en", "Logistics"), actor=administrator(), at=AT)
    actions.set_member(group=group.pk, account=account.pk, member=True, actor=security(), at=AT)
    subject = subject_of(Account.objects.get(pk=account.pk))
    assert subject == Subject(
        party=PartyId(account.party_id),
        account=str(account.opaque),
        roles=frozenset({Role.ADVISER}),
        clearances=frozenset(Clearance(policy, Classification.UNCLASSIFIED) for policy in ("PARTNERSHIP", "SYNTHETIC")),
        caveats=frozenset({"SOURCE"}),
        groups=frozenset({str(group.key)}),
    )


def test_what_a_newer_version_allowed_gives_nothing_here():
    account = factories.account()
    Account.objects.filter(pk=account.pk).update(roles=["oracle", "analyst"], clearances={PARTNERSHIP: 9})
    subject = subject_of(Account.objects.get(pk=account.pk))
    assert subject.roles == {Role.ANALYST}
    assert subject.clearances == frozenset()


def test_the_log_says_what_was_allowed_and_no_name_or_password():
    account = factories.account("secret-name", password="a password of its own")
    entry = last_entry()
    assert entry["event"] == "account-opened"
    assert entry["actor"] == domain.OPERATOR
    assert entry["facts"]["account"] == str(account.opaque)
    assert entry["facts"]["roles"] == ["adviser"]
    assert "secret-name" not in json.dumps(entry)
    assert "password of its own" not in json.dumps(entry)


def test_the_password_is_kept_as_argon2():
    account = factories.account()
    assert account.password.startswith("argon2")
    assert account.check_password(factories.PASSWORD)


def test_a_username_is_given_once_whatever_its_case():
    factories.account("clerk")
    with pytest.raises(domain.UsernameTaken):
        factories.account("Clerk", factories.party("host"))


def test_only_an_administrator_opens_accounts():
    with pytest.raises(RoleMissing):
        actions.create_account(
            party=PartyId(factories.party().pk),
            username="x",
            password="x",
            display_name="x",
            language="en",
            roles=(),
            clearances={},
            actor=replace(administrator(), roles=frozenset(Role) - {Role.ADMINISTRATOR}),
            at=AT,
        )


def test_an_administrator_opens_no_account_for_another_party():
    with pytest.raises(domain.NotYourParty):
        actions.create_account(
            party=PartyId(factories.party("host").pk),
            username="x",
            password="x",
            display_name="x",
            language="en",
            roles=(),
            clearances={},
            actor=administrator("mission"),
            at=AT,
        )


def test_an_auditor_holds_no_other_role():
    with pytest.raises(domain.CheckerKeepsNothing):
        factories.account(roles={Role.AUDITOR, Role.ADMINISTRATOR})
    assert not Account.objects.exists()
    assert factories.account(roles={Role.AUDITOR}).roles == ["auditor"]


def test_an_administrator_holds_no_role_that_reads():
    with pytest.raises(domain.KeeperReadsNothing):
        factories.account(roles={Role.ADMINISTRATOR, Role.ADVISER})
    account = factories.account(roles={Role.ADMINISTRATOR})
    with pytest.raises(domain.KeeperReadsNothing):
        actions.set_roles(
            account=account.pk, actor=administrator(), at=AT, **{**NOTHING, "roles": [Role.CHIEF, Role.ADMINISTRATOR]}
        )
    assert Account.objects.get(pk=account.pk).roles == ["administrator"]


def test_roles_are_said_anew():
    account = factories.account()
    actions.set_roles(
        account=account.pk,
        roles={Role.ANALYST},
        clearances={PARTNERSHIP: Classification.RESTRICTED},
        caveats={"SOURCE"},
        actor=administrator(),
        at=AT,
    )
    subject = subject_of(Account.objects.get(pk=account.pk))
    assert subject.roles == {Role.ANALYST}
    assert subject.clearances == {Clearance(PARTNERSHIP, Classification.RESTRICTED)}
    assert subject.caveats == {"SOURCE"}
    assert last_entry()["event"] == "account-allowed"


def changes(account: UUID, actor: Subject) -> list[Any]:
    """The same attempt through every action that changes an account."""
    group = Group.objects.create(party_id=actor.party, name=Text.single("en", "Cyber").json())
    return [
        lambda: actions.set_roles(account=account, actor=actor, at=AT, **NOTHING),
        lambda: actions.set_active(account=account, active=False, actor=actor, at=AT),
        lambda: actions.set_member(group=group.pk, account=account, member=True, actor=actor, at=AT),
        lambda: actions.end_sessions(account=account, actor=actor, at=AT),
        lambda: actions.clear_second_factor(account=account, actor=actor, at=AT),
        lambda: invitations.invite_back(account=account, actor=actor, at=AT),
    ]


ALL = frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER})


@pytest.mark.parametrize("which", range(6))
def test_another_partys_account_is_not_changed(which: int):
    theirs = factories.account("theirs", factories.party("host"))
    with pytest.raises(domain.NotYourParty):
        changes(theirs.pk, replace(administrator(), roles=ALL))[which]()


@pytest.mark.parametrize("which", range(6))
def test_nobody_changes_what_they_may_do_themselves(which: int):
    own = factories.account(roles={Role.SECURITY_OFFICER if which in {2, 4} else Role.ADMINISTRATOR})
    with pytest.raises(domain.OwnRoles):
        changes(own.pk, subject_of(own))[which]()


@pytest.mark.parametrize("which", range(6))
def test_an_account_that_is_not_there_is_not_found(which: int):
    with pytest.raises(NotFound):
        changes(uuid4(), replace(administrator(), roles=ALL))[which]()


@pytest.mark.parametrize("which", range(6))
def test_without_the_role_nothing_is_changed(which: int):
    account = factories.account()
    with pytest.raises(RoleMissing):
        changes(account.pk, replace(administrator(), roles=frozenset(Role) - ALL))[which]()


def test_who_keeps_accounts_does_not_decide_who_needs_to_know():
    account = factories.account()
    with pytest.raises(RoleMissing):
        changes(account.pk, administrator())[2]()


def test_another_partys_group_is_not_joined():
    account = factories.account()
    theirs = Group.objects.create(party=factories.party("host"), name=Text.single("en", "Cyber").json())
    with pytest.raises(NotFound):
        actions.set_member(group=theirs.pk, account=account.pk, member=True, actor=security(), at=AT)


def test_who_leaves_a_group_no_longer_needs_to_know():
    account = factories.account()
    group = actions.create_group(name=Text.single("en", "Cyber"), actor=administrator(), at=AT)
    for member in (True, True, False):
        actions.set_member(group=group.pk, account=account.pk, member=member, actor=security(), at=AT)
    assert subject_of(account).groups == frozenset()
    assert last_entry()["event"] == "group-left"


def test_two_parties_keep_one_group_each_for_its_own():
    ours = actions.create_group(name=Text.single("en", "Cyber"), actor=administrator(), at=AT)
    theirs = actions.create_group(name=Text.single("en", "Cyber"), key=ours.key, actor=administrator("host"), at=AT)
    assert ours.pk != theirs.pk
    assert group_names(PartyId(ours.party_id)) == {str(ours.key): "Cyber"}


def test_offices_behind_the_opaque_ids_of_the_log():
    account = factories.account()
    known = offices({str(account.opaque), "operator", "import", str(uuid4())})
    assert known == {str(account.opaque): "Adviser, logistics"}
