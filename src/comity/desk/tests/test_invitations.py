"""A link that works once: an invited person makes an account, or somebody chooses a new password."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.accounts import invitations
from comity.accounts.domain import InvitationGone
from comity.accounts.models import Account, Invitation
from comity.audit.models import Entry
from comity.labels.subject import Role
from comity.responses.tests.world import World

PASSWORD = "four words not together"


@pytest.fixture
def administrator(client: Client, world: World) -> Any:
    return world.sign_in(client, "nmi", Role.ADMINISTRATOR)


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


def offer(client: Client, **changes: Any) -> Any:
    fields = {
        "display_name": "Adviser, training",
        "language": "en",
        "roles": ["adviser"],
        "level_PARTNERSHIP": "1",
        "level_SYNTHETIC": "0",
        "caveats": ["USE-ADVISORY-ONLY"],
        "days": "3",
    }
    return client.post(where("invite"), {**fields, **changes})


def link_in(page: str) -> str:
    found = re.search(r"http://testserver(/join/[\w-]+/)", page)
    assert found
    return found[1]


def joins(client: Client, link: str, **changes: Any) -> Any:
    fields = {"username": "trainer", "password1": PASSWORD, "password2": PASSWORD}
    return client.post(link, {**fields, **changes})


def test_an_invited_person_makes_an_account_with_what_was_proposed(client: Client, administrator: Any, world: World):
    link = link_in(offer(client).text)
    stranger = Client()
    page = stranger.get(link).text
    assert "Adviser, training" in page
    assert "adviser" in page
    answer = joins(stranger, link)
    assert answer["Location"] == reverse("account_second_factor")
    account = Account.objects.get(username="trainer")
    assert (account.roles, account.clearances) == (["adviser"], {"PARTNERSHIP": 1, "SYNTHETIC": 0})
    assert account.caveats == ["USE-ADVISORY-ONLY"]
    assert account.party_id == world.nmi.pk
    assert stranger.get("/").status_code == 200
    events = list(Entry.objects.system("test").order_by("-index").values_list("event", flat=True)[:3])
    assert events == ["signed-in", "invitation-accepted", "invitation-made"]


def test_who_has_just_joined_adds_a_passkey_without_giving_the_password_again(client: Client, administrator: Any):
    stranger = Client()
    joins(stranger, link_in(offer(client).text))
    assert stranger.get(reverse("mfa_add_webauthn")).status_code == 200


def test_a_link_works_once(client: Client, administrator: Any):
    link = link_in(offer(client).text)
    joins(Client(), link)
    assert joins(Client(), link, username="second").status_code == 422
    assert not Account.objects.filter(username="second").exists()
    assert "does not work" in Client().get(link).text


def test_only_the_digest_of_a_link_is_kept_and_it_is_told_once(client: Client, administrator: Any):
    secret = link_in(offer(client).text).split("/")[2]
    kept = Invitation.objects.values().get()
    assert secret not in str(kept)
    assert secret not in client.get(where("invitations")).text
    assert not any(secret.encode() in bytes(entry.data) for entry in Entry.objects.system("test"))


def test_a_link_runs_out(client: Client, administrator: Any):
    link = link_in(offer(client, days="1").text)
    Invitation.objects.update(expires_at=Invitation.objects.get().made_at)
    assert joins(Client(), link).status_code == 422
    assert "ran out" in client.get(where("invitations")).text


def test_a_withdrawn_link_does_not_work(client: Client, administrator: Any):
    link = link_in(offer(client).text)
    number = Invitation.objects.get().pk
    assert client.post(where("withdraw", number)).status_code == 302
    assert joins(Client(), link).status_code == 422
    assert client.post(where("withdraw", number)).status_code == 404
    assert last() == "invitation-withdrawn"


def test_a_link_of_who_no_longer_administers_does_not_work(client: Client, administrator: Any):
    link = link_in(offer(client).text)
    Account.objects.filter(pk=administrator.account).update(is_active=False)
    assert joins(Client(), link).status_code == 422
    Account.objects.filter(pk=administrator.account).update(is_active=True, roles=["adviser"])
    assert joins(Client(), link).status_code == 422


def test_another_partys_invitation_is_not_withdrawn(client: Client, administrator: Any, world: World):
    other = Client()
    world.sign_in(other, "iraq", Role.ADMINISTRATOR)
    offer(other)
    assert client.post(where("withdraw", Invitation.objects.get().pk)).status_code == 404
    assert "training" not in client.get(where("invitations")).text


@pytest.mark.parametrize(
    "fields",
    [
        {"username": ""},
        {"username": "two words"},
        {"username": "x" * 61},
        {"username": "\u202eevil"},
        {"password2": "another one than that"},
        {"password1": "1234", "password2": "1234"},
        {"password1": "trainer-x", "password2": "trainer-x", "username": "trainer-x"},
    ],
)
def test_what_is_no_name_or_password_is_refused_and_the_link_stays(
    client: Client, administrator: Any, fields: dict[str, str]
):
    link = link_in(offer(client).text)
    answer = joins(Client(), link, **fields)
    assert answer.status_code == 422
    assert 'id="refused"' in answer.text
    assert PASSWORD not in answer.text
    assert joins(Client(), link).status_code == 302


def test_a_name_that_is_taken_is_refused_in_whatever_case(client: Client, administrator: Any, adviser: Account):
    answer = joins(Client(), link_in(offer(client).text), username=adviser.username.upper())
    assert answer.status_code == 422
    assert "already an account" in answer.text


@pytest.mark.parametrize("fields", [{"roles": []}, {"days": "0"}, {"days": "15"}, {"display_name": ""}])
def test_half_an_invitation_is_refused(client: Client, administrator: Any, fields: dict[str, Any]):
    assert offer(client, **fields).status_code == 422
    assert not Invitation.objects.exists()


def test_who_is_signed_in_makes_no_second_account_by_mistake(client: Client, administrator: Any):
    link = link_in(offer(client).text)
    assert "sign out first" in client.get(link).text
    joins(client, link)
    assert not Account.objects.filter(username="trainer").exists()


@pytest.mark.parametrize("secret", ["x", "x" * 5000, "%00", "ü"])
def test_a_link_that_never_was_reads_like_one_that_is_gone(client: Client, db: None, secret: str):
    answer = client.get(f"/join/{secret}/")
    assert answer.status_code == 422
    assert "does not work" in answer.text


# -------------------------------------------------------------------------------------------------- forgotten password


def test_a_new_password_is_chosen_by_link(client: Client, administrator: Any, adviser: Account):
    link = link_in(client.post(where("password-link", adviser.pk)).text)
    stranger = Client()
    assert "new password" in stranger.get(link).text
    assert joins(stranger, link)["Location"] == reverse("account_login")
    assert Account.objects.get(pk=adviser.pk).check_password(PASSWORD)
    assert "_auth_user_id" not in stranger.session, "the ordinary way in, second step included"
    assert last() == "password-chosen"
    assert joins(Client(), link).status_code == 422


def test_a_link_for_a_closed_account_does_not_work(client: Client, administrator: Any, adviser: Account):
    link = link_in(client.post(where("password-link", adviser.pk)).text)
    Account.objects.filter(pk=adviser.pk).update(is_active=False)
    assert joins(Client(), link).status_code == 422


def test_nobody_makes_a_link_for_their_own_password(client: Client, administrator: Any):
    assert client.post(where("password-link", administrator.account)).status_code == 422
    assert not Invitation.objects.exists()


def test_of_two_who_use_one_link_at_once_one_is_refused(client: Client, administrator: Any, monkeypatch: Any):
    secret = link_in(offer(client).text).split("/")[2]
    offered = Invitation.objects.get()
    at = offered.made_at + timedelta(minutes=1)
    monkeypatch.setattr(invitations, "invitation_of", lambda _secret, _at: offered)  # both looked before either used it
    invitations.accept(secret=secret, username="first", password=PASSWORD, language="en", at=at)
    with pytest.raises(InvitationGone):
        invitations.accept(secret=secret, username="second", password=PASSWORD, language="en", at=at)
    assert not Account.objects.filter(username="second").exists()
