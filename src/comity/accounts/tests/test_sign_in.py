"""Signing in and out, with and without a code, and that a stranger gets nowhere else."""

import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, get_resolver, reverse

from comity.accounts.domain import STRANGER
from comity.accounts.middleware import SubjectMiddleware
from comity.accounts.models import Account
from comity.accounts.tests import factories
from comity.accounts.tests.factories import PASSWORD
from comity.audit.models import Entry
from comity.labels.subject import Role

pytestmark = pytest.mark.django_db
OWN = [name for name in get_resolver("comity.accounts.urls").reverse_dict if isinstance(name, str)]


def address(name: str) -> str:
    """Where a page is; one that is about a passkey or a session, about the first."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse(name, args=[1])


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def account() -> Account:
    return factories.account()


@pytest.fixture
def signed_in(client: Client, account: Account) -> Client:
    sign_in(client)
    return client


def sign_in(client: Client, username: str = "adviser", password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": username, "password": password, **more})


def confirm(client: Client) -> None:
    """Give the password once more, which every change to the second step asks for."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def events(account: Account) -> list[str]:
    rows = Entry.objects.system("test").filter(actor=str(account.opaque)).order_by("index")
    return list(rows.values_list("event", flat=True))


# ------------------------------------------------------------------------------------------------------------ password


def test_the_right_password_lets_in_and_is_on_the_log(client: Client, account: Account):
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(account.opaque)
    assert events(account) == ["signed-in"]
    (entry,) = Entry.objects.system("test").filter(event="signed-in")
    assert json.loads(bytes(entry.data))["facts"] == {"by": ["password"]}


def test_one_goes_on_to_where_one_was_going(client: Client, account: Account):
    assert sign_in(client, next="/account/security/")["Location"] == "/account/security/"


def test_one_does_not_go_on_to_another_host(client: Client, account: Account):
    assert sign_in(client, next="https://elsewhere.example/")["Location"] == "/"


@pytest.mark.parametrize(("username", "password"), [("adviser", "wrong"), ("nobody", PASSWORD)])
def test_wrong_or_unknown_reads_the_same_and_lets_nobody_in(
    client: Client, account: Account, username: str, password: str
):
    answer = sign_in(client, username, password)
    assert answer.status_code == 200
    assert "not correct" in answer.text
    assert "_auth_user_id" not in client.session
    assert password not in answer.text
    assert events(account) == []
    (failure,) = Entry.objects.system("test").filter(event="sign-in-failed")
    said = json.loads(bytes(failure.data))
    assert said["facts"] == ({"account": str(account.pk)} if username == "adviser" else {})
    assert (said["actor"], said["party"]) == (STRANGER, account.party_id if username == "adviser" else "")
    assert not {username, password} & set(re.findall(r"[\w ]+", bytes(failure.data).decode()))


def test_it_is_said_in_arabic_too(client: Client, account: Account):
    client.cookies["comity_language"] = "ar"
    answer = sign_in(client, password="wrong")
    assert 'lang="ar" dir="rtl"' in answer.text
    assert "غير صحيحة" in answer.text


def test_a_closed_account_stays_out(client: Client, account: Account):
    Account.objects.filter(pk=account.pk).update(is_active=False)
    sign_in(client)
    assert "_auth_user_id" not in client.session


def test_an_account_closed_meanwhile_is_out_with_the_next_request(signed_in: Client, account: Account):
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert signed_in.get(reverse("mfa_index")).status_code == 302


def test_signing_out(signed_in: Client, account: Account):
    assert signed_in.post(reverse("account_logout"))["Location"] == reverse("account_login")
    assert "_auth_user_id" not in signed_in.session
    assert events(account) == ["signed-in", "signed-out"]


def test_a_link_signs_nobody_out(signed_in: Client):
    signed_in.get(reverse("account_logout"))
    assert "_auth_user_id" in signed_in.session


def test_the_password_is_changed(signed_in: Client, account: Account):
    new = "other words than before"
    answer = signed_in.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert Account.objects.get(pk=account.pk).check_password(new)
    assert events(account) == ["signed-in", "password-changed"]


def test_a_weak_password_is_refused(signed_in: Client, account: Account):
    signed_in.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "1234", "password2": "1234"}
    )
    assert Account.objects.get(pk=account.pk).check_password(PASSWORD)


def test_a_failed_page_keeps_no_secret_in_the_browser(client: Client):
    assert "data-keep" not in client.get(reverse("account_login")).text


# --------------------------------------------------------------------------------------------------------- second step


def code_of(account: Account) -> str:
    secret = Authenticator.objects.get(user=account, type="totp").wrap()
    return str(totp.format_hotp_value(totp.hotp_value(_secret(secret), next(totp.yield_hotp_counters_from_time()))))


def _secret(authenticator: Any) -> str:
    from allauth.mfa.utils import decrypt

    return str(decrypt(authenticator.instance.data["secret"]))


@pytest.fixture
def with_app(account: Account) -> Account:
    totp.TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    return account


def test_setting_up_asks_for_the_password_once_more(signed_in: Client):
    asked = signed_in.get(reverse("mfa_activate_totp"))
    assert asked["Location"].partition("?")[0] == reverse("account_reauthenticate")
    signed_in.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert signed_in.get(reverse("mfa_activate_totp")).status_code == 302
    answer = signed_in.post(asked["Location"], {"password": PASSWORD, "next": reverse("mfa_activate_totp")})
    assert answer["Location"] == reverse("mfa_activate_totp")
    assert signed_in.get(reverse("mfa_activate_totp")).status_code == 200


def test_the_page_to_set_up_draws_its_code_without_style(signed_in: Client):
    confirm(signed_in)
    page = signed_in.get(reverse("mfa_activate_totp")).text
    assert '<svg role="img"' in page
    assert "style=" not in page
    assert "data:" not in page


def test_setting_up_takes_a_code_from_the_app(signed_in: Client, account: Account):
    confirm(signed_in)
    page = signed_in.get(reverse("mfa_activate_totp")).text
    found = re.search(r"<code[^>]*>([A-Z2-7]+)</code>", page)
    assert found
    refused = signed_in.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert refused.status_code == 200
    counter = next(totp.yield_hotp_counters_from_time())
    code = totp.format_hotp_value(totp.hotp_value(found[1], counter))
    accepted = signed_in.post(reverse("mfa_activate_totp"), {"code": code})
    assert accepted["Location"] == reverse("mfa_view_recovery_codes")
    assert Authenticator.objects.filter(user=account, type="totp").exists()
    assert len(re.findall(r"<code>", signed_in.get(accepted["Location"]).text)) == 10


def test_the_secret_of_the_app_is_not_in_the_database(with_app: Account):
    kept = Authenticator.objects.get(user=with_app, type="totp")
    assert "JBSWY3DPEHPK3PXP" not in str(kept.data)
    assert _secret(kept.wrap()) == "JBSWY3DPEHPK3PXP"


def test_a_password_alone_no_longer_lets_in(client: Client, with_app: Account):
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("mfa_index")).status_code == 302
    assert events(with_app) == []
    assert client.get(reverse("mfa_authenticate")).status_code == 200


def test_password_and_code_let_in(client: Client, with_app: Account):
    sign_in(client)
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(with_app)})["Location"] == "/"
    assert events(with_app) == ["signed-in"]


def test_a_wrong_code_does_not(client: Client, with_app: Account):
    sign_in(client)
    answer = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_who_has_no_code_can_begin_again_as_somebody_else(client: Client, with_app: Account):
    sign_in(client)
    client.post(reverse("account_logout"))
    assert client.get(reverse("account_login")).status_code == 200


def test_removing_the_app(client: Client, with_app: Account):
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(with_app)})
    confirm(client)
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=with_app).exists()


# ----------------------------------------------------------------------------------------------------------- strangers


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def through(account: Account | None, target: Any = view, **headers: str) -> tuple[Any, Any]:
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/programme/", headers=headers)
    request.user = account or AnonymousUser()
    middleware = SubjectMiddleware(target)
    middleware.process_request(request)
    return request, middleware.process_view(request, target, (), {})


def test_a_signed_in_person_is_a_subject(account: Account):
    request, answer = through(account)
    assert answer is None
    assert request.subject.account == str(account.opaque)
    assert request.subject.roles == {Role.ADVISER}


def test_where_one_sits_is_said_in_words(account: Account):
    request, _ = through(account)
    assert (request.place.account, request.place.post, request.place.party) == (
        "Adviser, logistics", "adviser", "Mission",
    )  # fmt: skip


def test_a_stranger_is_sent_to_sign_in():
    request, answer = through(None)
    assert request.subject is None
    assert answer["Location"] == "/account/sign-in/?next=/programme/"


def test_a_fragment_sends_the_whole_page_there():
    _, answer = through(None, **{"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/account/sign-in/"


def test_a_view_may_say_that_it_needs_nobody():
    assert through(None, login_not_required(view))[1] is None


@pytest.mark.parametrize("name", OWN)
def test_of_these_pages_a_stranger_sees_only_the_way_in(client: Client, name: str):
    answer = client.get(address(name))
    if name in {"account_login", "account_inactive"}:
        assert answer.status_code == 200
    elif name != "mfa_login_webauthn":  # which leads to the way in
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_can_be_drawn_for_who_is_signed_in(signed_in: Client, account: Account, name: str, language: str):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    if name == "mfa_deactivate_totp":
        totp.TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    elif "recovery" in name or name == "mfa_index":
        RecoveryCodes.activate(account)
    signed_in.cookies["comity_language"] = language
    confirm(signed_in)
    answer = signed_in.get(address(name))
    away = {"account_login", "mfa_authenticate", "mfa_reauthenticate", "mfa_login_webauthn"} | {
        "mfa_reauthenticate_webauthn"
    }
    posts = {"account_session_end", "usersessions_list"}
    assert answer.status_code == (302 if name in away else 405 if name in posts else 200) or "/1/" in address(name)
    if answer["Content-Type"].startswith("text/html") and answer.status_code == 200:
        assert f'<html lang="{language}"' in answer.text


@pytest.mark.parametrize(
    "path", ["/account/signup/", "/account/email/", "/account/password/reset/", "/accounts/login/"]
)
def test_what_this_node_does_not_use_is_not_there(signed_in: Client, path: str):
    assert signed_in.get(path).status_code == 404
