"""Administration: who may enter, what each may do there, and that nobody there sees a record."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from comity.accounts.models import Account, Group, Invitation
from comity.accounts.queries import subject_of
from comity.audit.models import Entry
from comity.labels.scale import PARTNERSHIP, Classification
from comity.labels.subject import Role
from comity.responses.tests.world import World

PASSWORD = "four words not together"
ROOMS = ("accounts", "invitations", "invite", "groups")


@pytest.fixture
def administrator(client: Client, world: World) -> Any:
    return world.sign_in(client, "nmi", Role.ADMINISTRATOR)


@pytest.fixture
def officer(world: World) -> Client:
    """A security officer's browser."""
    client = Client()
    world.sign_in(client, "nmi", Role.SECURITY_OFFICER)
    return client


@pytest.fixture
def adviser(world: World) -> Account:
    """Somebody whose account is kept."""
    subject = world.sign_in(Client(), "nmi", Role.ADVISER)
    return Account.objects.get(pk=subject.account)


def where(name: str, *args: Any) -> str:
    return reverse(f"administration:{name}", args=args)


def last() -> str:
    entry = Entry.objects.system("test").order_by("-index").first()
    assert entry is not None
    return entry.event


# ------------------------------------------------------------------------------------------------------- who may enter


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.SECURITY_OFFICER}))
def test_nobody_else_enters(client: Client, world: World, adviser: Account, role: Role):
    world.sign_in(client, "nmi", role)
    for address in (*map(where, ROOMS), where("account", adviser.pk)):
        assert client.get(address).status_code == 403
    assert where("accounts") not in client.get("/log/").text


def test_the_room_stands_in_the_side_list_of_who_may_enter(client: Client, administrator: Any, officer: Client):
    for browser in (client, officer):
        assert f'<a href="{where("accounts")}"' in browser.get("/log/").text


def test_a_security_officer_invites_nobody(officer: Client, adviser: Account):
    assert {officer.get(where(name)).status_code for name in ("invitations", "invite")} == {403}
    assert officer.post(where("invite"), {"display_name": "x", "roles": ["chief"]}).status_code == 403
    assert officer.post(where("password-link", adviser.pk)).status_code == 403
    assert officer.post(where("account-act", adviser.pk, "close")).status_code == 403
    assert not Invitation.objects.exists()


def test_who_reads_no_record_is_shown_no_room_of_records(client: Client, world: World, officer: Client):
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        world.sign_in(client, "nmi", role)
        page = client.get("/log/").text
        assert '<a href="/log/"' in page
        assert not {f'<a href="{reverse(name)}"' for name in ("programme:objectives", "people:people")} & set(
            re.findall(r'<a href="[^"]+"', page)
        )
    assert f'<a href="{reverse("people:people")}"' in officer.get("/log/").text


def test_an_administrator_sees_no_record(client: Client, world: World, administrator: Any):
    risk = world.enter("programme.risk", statement={"original": "en", "text": {"en": "Canary in the mine"}})
    for address in ("/", "/log/", "/search/?q=canary", "/objectives/", "/people/", where("accounts")):
        assert "Canary" not in client.get(address).text
    for name in ("record", "amend", "purge"):
        assert client.get(reverse(f"shell:{name}", args=[risk.record.slug])).status_code in {403, 404}
    assert client.get("/enter/programme.risk/").status_code in {403, 404}


# ------------------------------------------------------------------------------------------------------------ accounts


def test_the_list_shows_the_accounts_of_ones_own_party(
    client: Client, administrator: Any, adviser: Account, world: World
):
    theirs = world.sign_in(Client(), "iraq", Role.ADVISER)
    page = client.get(where("accounts")).text
    assert adviser.username in page
    assert Account.objects.get(pk=theirs.account).username not in page


def test_the_list_is_narrowed_by_words_role_and_state(client: Client, administrator: Any, adviser: Account):
    Account.objects.filter(pk=adviser.pk).update(is_active=False, display_name="Adviser, logistics")
    for query in ("q=LOGIS", "state=closed", "role=adviser", f"q={adviser.username}"):
        assert adviser.username in client.get(f"{where('accounts')}?{query}").text, query
    for query in ("q=zzz", "state=open", "role=chief", "after=zzzz"):
        assert adviser.username not in client.get(f"{where('accounts')}?{query}").text, query


def test_a_long_list_has_a_next_page(client: Client, administrator: Any, adviser: Account):
    for number in range(55):
        Account.objects.create(username=f"many-{number:02}", party=adviser.party, display_name="x")
    page = client.get(where("accounts")).text
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    assert adviser.username in client.get(where("accounts") + following[1].replace("&amp;", "&")).text


def test_what_an_account_is_allowed_is_said_anew(client: Client, administrator: Any, adviser: Account):
    answer = client.post(
        where("account", adviser.pk), {"roles": ["analyst"], "level_PARTNERSHIP": "2", "level_SYNTHETIC": ""}
    )
    assert answer.status_code == 302
    kept = Account.objects.get(pk=adviser.pk)
    assert (kept.roles, kept.clearances, kept.caveats) == (["analyst"], {PARTNERSHIP: 2}, [])
    assert last() == "account-allowed"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"roles": ["oracle"]},
        {"roles": ["administrator", "adviser"]},
        {"roles": ["auditor", "chief"]},
        {"roles": ["adviser"], "level_PARTNERSHIP": "9"},
        {"roles": ["adviser"], "caveats": ["SOURCE"]},
    ],
)
def test_what_no_account_may_be_allowed_is_refused(
    client: Client, administrator: Any, adviser: Account, fields: dict[str, Any]
):
    answer = client.post(where("account", adviser.pk), fields)
    assert answer.status_code == 422
    assert 'id="refused"' in answer.text
    assert Account.objects.get(pk=adviser.pk).roles == ["adviser"]


def test_nobody_allows_themselves_more(client: Client, administrator: Any):
    answer = client.post(where("account", administrator.account), {"roles": ["chief"]})
    assert answer.status_code == 422
    assert Account.objects.get(pk=administrator.account).roles == ["administrator"]
    page = client.get(where("account", administrator.account)).text
    assert "another administrator says" in page
    assert 'name="roles"' not in page


def test_another_partys_account_is_not_there(client: Client, administrator: Any, world: World):
    theirs = world.sign_in(Client(), "iraq", Role.ADVISER).account
    assert client.get(where("account", theirs)).status_code == 404
    assert client.post(where("password-link", theirs)).status_code == 404
    for act in ("close", "open", "sign-out"):
        assert client.post(where("account-act", theirs, act)).status_code in {403, 404, 422}
    assert Account.objects.get(pk=theirs).is_active


def test_a_closed_account_is_out_at_once_and_comes_back(client: Client, world: World, administrator: Any):
    other = Client()
    account = world.sign_in(other, "nmi", Role.ADVISER).account
    client.post(where("account-act", account, "close"))
    assert other.get("/").status_code == 302
    assert "closed" in client.get(where("account", account)).text
    client.post(where("account-act", account, "open"))
    assert Account.objects.get(pk=account).is_active
    assert last() == "account-opened-again"


def test_signing_somebody_out_everywhere(client: Client, adviser: Account, administrator: Any):
    Account.objects.filter(pk=adviser.pk).update(password=make_password(PASSWORD))
    other = Client()
    other.post(reverse("account_login"), {"login": adviser.username, "password": PASSWORD})
    assert other.get("/").status_code == 200
    client.post(where("account-act", adviser.pk, "sign-out"))
    assert other.get("/").status_code == 302
    assert last() == "sessions-ended"


def test_a_security_officer_clears_a_second_step_and_an_administrator_does_not(
    client: Client, administrator: Any, officer: Client, adviser: Account
):
    TOTP.activate(adviser, "JBSWY3DPEHPK3PXP")
    address = where("account-act", adviser.pk, "clear-second-factor")
    assert client.post(address).status_code == 403
    assert address not in client.get(where("account", adviser.pk)).text
    assert Authenticator.objects.filter(user=adviser).exists()
    assert address in officer.get(where("account", adviser.pk)).text
    assert officer.post(address).status_code == 302
    assert not Authenticator.objects.filter(user=adviser).exists()
    assert last() == "second-factor-cleared"


def test_what_cannot_be_done_with_an_account_is_not_there(client: Client, administrator: Any, adviser: Account):
    assert client.post(where("account-act", adviser.pk, "delete")).status_code == 404
    assert client.get(where("account-act", adviser.pk, "close")).status_code == 405


# -------------------------------------------------------------------------------------------------------------- groups


def test_a_group_is_begun_and_a_security_officer_says_who_belongs(
    client: Client, administrator: Any, officer: Client, adviser: Account
):
    client.post(where("groups"), {"name_en": "Logistics", "name_ar": "الإمداد", "name_original": "en"})
    group = Group.objects.get()
    assert client.post(where("group", group.pk), {"account": str(adviser.pk)}).status_code == 422
    assert officer.post(where("group", group.pk), {"account": str(adviser.pk)}).status_code == 302
    assert subject_of(adviser).groups == {str(group.key)}
    assert adviser.username in client.get(where("group", group.pk)).text
    assert client.post(where("leave", group.pk, adviser.pk)).status_code == 403
    assert officer.post(where("leave", group.pk, adviser.pk)).status_code == 302
    assert subject_of(adviser).groups == frozenset()
    assert last() == "group-left"


def test_an_officer_takes_neither_themselves_nor_another_partys_account_in(officer: Client, world: World):
    theirs = world.sign_in(Client(), "iraq", Role.ADVISER).account
    officer.post(where("groups"), {"name_en": "Logistics", "name_original": "en"})
    group = Group.objects.get()
    own = str(officer.session["_auth_user_id"])
    for account in (own, theirs, "nobody", ""):
        assert officer.post(where("group", group.pk), {"account": account}).status_code == 422
    assert not group.members.exists()


def test_another_partys_group_is_not_there(client: Client, administrator: Any, world: World):
    group = Group.objects.create(party=world.iraq, name={"original": "en", "text": {"en": "Theirs"}})
    assert client.get(where("group", group.pk)).status_code == 404
    assert "Theirs" not in client.get(where("groups")).text


def test_a_group_without_a_name_is_refused(client: Client, administrator: Any):
    assert client.post(where("groups"), {"name_original": "en"}).status_code == 422
    assert not Group.objects.exists()


def test_levels_of_another_policy_stay_as_they_were(client: Client, administrator: Any, adviser: Account):
    Account.objects.filter(pk=adviser.pk).update(clearances={"OTHER": int(Classification.RESTRICTED)})
    client.post(where("account", adviser.pk), {"roles": ["adviser"], "level_PARTNERSHIP": "0"})
    assert Account.objects.get(pk=adviser.pk).clearances == {"OTHER": 1, PARTNERSHIP: 0}
