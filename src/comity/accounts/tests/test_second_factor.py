"""Who must have a second factor has one before anything else; and nothing that a browser sends upsets the node."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from comity.accounts.models import Account
from comity.accounts.second_factor import PasskeySignInForm
from comity.accounts.tests import factories
from comity.accounts.tests.factories import PASSWORD
from comity.audit.models import Entry
from comity.labels.subject import Role

pytestmark = pytest.mark.django_db
NO_SIGNATURE = {"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}
NO_KEY = {"clientDataJSON": "e30", "attestationObject": "oA"}
HOSTILE = [
    "", "null", "[]", "{}", "0", '"x"', "{", '{"response": []}', '{"response": {}}', '{"id": 1, "response": {}}',
    '{"response": {"userHandle": null}}', '{"response": {"userHandle": 7}}', '{"response": {"userHandle": "%%"}}',
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": NO_SIGNATURE}),
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": NO_KEY}),
    "[" * 900, json.dumps({"response": {"userHandle": "A" * 30_000}}),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def account(settings: Any, client: Client) -> Account:
    """A security officer, whose role needs it."""
    settings.SECOND_FACTOR_ROLES = {Role.SECURITY_OFFICER}
    account = factories.account("officer", roles={Role.SECURITY_OFFICER})
    client.force_login(account)
    return account


def events(account: Account) -> list[str]:
    rows = Entry.objects.system("test").filter(actor=str(account.opaque)).order_by("index")
    return list(rows.values_list("event", flat=True))


@pytest.mark.parametrize("address", ["/", "/log/", "/account/preferences/", "/account/sessions/", "/search/?q=x"])
def test_who_has_none_is_led_to_set_one_up(client: Client, account: Account, address: str):
    for answer in (client.get(address), client.post(address)):
        assert (answer.status_code, answer["Location"]) == (302, reverse("account_second_factor"))


def test_a_fragment_leads_the_whole_page_there(client: Client, account: Account):
    assert client.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == reverse("account_second_factor")


@pytest.mark.parametrize(
    "name", ["account_second_factor", "mfa_index", "account_reauthenticate", "account_logout", "mfa_list_webauthn"]
)
def test_what_is_needed_for_it_stays_open(client: Client, account: Account, name: str):
    assert client.get(reverse(name)).status_code == 200


def test_the_language_can_be_switched_meanwhile(client: Client, account: Account):
    answer = client.post(reverse("shell:language"), {"language": "ar", "next": reverse("account_second_factor")})
    assert answer["Location"] == reverse("account_second_factor")
    assert "خطوة" in client.get(answer["Location"]).text


def test_with_an_app_everything_opens(client: Client, account: Account):
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    assert client.get("/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(client: Client, account: Account):
    RecoveryCodes.activate(account)
    assert client.get("/").status_code == 302


def test_who_takes_theirs_away_sets_up_another(client: Client, account: Account):
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert client.get("/")["Location"] == reverse("account_second_factor")
    assert events(account) == ["app-removed"]


def test_other_roles_may_do_without(client: Client, settings: Any):
    settings.SECOND_FACTOR_ROLES = {Role.SECURITY_OFFICER}
    client.force_login(factories.account())
    assert client.get("/").status_code == 200
    assert "password alone lets nobody in" in client.get(reverse("account_second_factor")).text


def test_a_wrong_code_is_on_the_log_without_the_code(client: Client):
    account = factories.account()
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    client.post(reverse("account_login"), {"login": "adviser", "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": "424242"})
    (entry,) = Entry.objects.system("test").filter(event="second-step-failed")
    assert json.loads(bytes(entry.data))["facts"] == {"account": str(account.pk)}


# ------------------------------------------------------------------------------------------------------------ passkeys


@pytest.mark.parametrize("credential", HOSTILE)
def test_nonsense_signs_nobody_in(client: Client, credential: str):
    address = reverse("mfa_login_webauthn")
    client.get(address, headers={"Accept": "application/json"})
    answer = client.post(address, {"credential": credential})
    assert answer.status_code == 422
    assert "not known here" in answer.text
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("credential", HOSTILE)
def test_nonsense_is_no_new_passkey(client: Client, credential: str):
    account = factories.account()
    client.force_login(account)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_add_webauthn"))
    answer = client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": credential})
    assert answer.status_code == 200
    assert 'id="refused"' in answer.text
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", HOSTILE)
def test_nonsense_is_no_second_step(client: Client, credential: str):
    TOTP.activate(factories.account(), "JBSWY3DPEHPK3PXP")
    client.post(reverse("account_login"), {"login": "adviser", "password": PASSWORD})
    answer = client.post(reverse("mfa_authenticate"), {"credential": credential})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_challenge_is_asked_for_by_a_script_alone_and_soon_forgotten(client: Client):
    address = reverse("mfa_login_webauthn")
    assert client.get(address)["Location"] == reverse("account_login")
    asked = client.get(address, headers={"Accept": "application/json"}).json()["request_options"]["publicKey"]
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials"), "whoever asks learns of no account"
    assert client.session.get_expiry_age() <= 300


def test_a_passkey_is_made_only_by_who_just_said_who_they_are(client: Client):
    client.force_login(factories.account())
    assert client.get(reverse("mfa_add_webauthn"))["Location"].startswith(reverse("account_reauthenticate"))


def test_nobody_renames_or_removes_the_passkey_of_another(client: Client):
    other = factories.account("other")
    theirs = Authenticator.objects.create(user=other, type="webauthn", data={"name": "x", "credential": {}})
    client.force_login(factories.account())
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(name, args=[theirs.pk])).status_code == 404
        assert client.post(reverse(name, args=[theirs.pk]), {"name": "mine"}).status_code == 404
    assert Authenticator.objects.get().data["name"] == "x"


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Account:
    """An adviser whose passkey has answered rightly; the answer itself is looked at in a browser."""
    account = factories.account()
    passkey = Authenticator.objects.create(user=account, type="webauthn", data={"name": "x", "credential": {}})
    answer = lambda _form: Authenticator.objects.get(pk=passkey.pk)  # noqa: E731
    monkeypatch.setattr(PasskeySignInForm, "clean_credential", answer)
    return account


def test_a_passkey_alone_signs_in_and_is_on_the_log(client: Client, answered: Account):
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": '{"response": {}}', "next": "/log/"})
    assert answer["Location"] == "/log/"
    (entry,) = Entry.objects.system("test").filter(event="signed-in")
    assert json.loads(bytes(entry.data))["facts"] == {"by": ["webauthn"]}
    assert client.session.get_expire_at_browser_close()


def test_a_passkey_goes_on_to_no_other_host(client: Client, answered: Account):
    sent = {"credential": '{"response": {}}', "next": "https://elsewhere.example/"}
    assert client.post(reverse("mfa_login_webauthn"), sent)["Location"] == "/"


def test_a_passkey_of_a_closed_account_lets_nobody_in(client: Client, answered: Account):
    Account.objects.filter(pk=answered.pk).update(is_active=False)
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": '{"response": {}}'})
    assert answer["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session
