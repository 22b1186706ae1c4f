"""A person says once how pages look to them."""

import pytest
from django.test import Client
from django.urls import reverse

from comity.accounts.models import Account
from comity.accounts.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(client: Client) -> Account:
    account = factories.account()
    client.force_login(account)
    return account


def test_what_is_chosen_is_kept_and_holds_at_once(client: Client, account: Account):
    client.cookies["comity_language"] = "en"
    answer = client.post(reverse("account_preferences"), {"language": "ar", "hijri": "on"})
    assert answer["Location"] == reverse("mfa_index")
    kept = Account.objects.get(pk=account.pk)
    assert (kept.language, kept.hijri) == ("ar", True)
    assert '<html lang="ar"' in client.get(answer["Location"]).text


def test_the_form_shows_what_holds_now(client: Client, account: Account):
    Account.objects.filter(pk=account.pk).update(language="ar", hijri=True)
    page = client.get(reverse("account_preferences")).text
    assert '<option value="ar" selected>' in page
    assert "checked" in page


def test_a_language_that_is_not_there_is_refused(client: Client, account: Account):
    answer = client.post(reverse("account_preferences"), {"language": "tlh"})
    assert answer.status_code == 422
    assert Account.objects.get(pk=account.pk).language == "en"


def test_only_ones_own_account_changes(client: Client, account: Account):
    other = factories.account("other")
    client.post(reverse("account_preferences"), {"language": "ar"})
    assert Account.objects.get(pk=other.pk).language == "en"
