"""Guessing is slowed down, and cannot be used to keep anybody out."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.accounts import adapters, limits
from comity.accounts.attempts import network, take
from comity.accounts.devices import cookie
from comity.accounts.limits import TooManyAttempts
from comity.accounts.models import Account, Attempts
from comity.accounts.tests import factories
from comity.accounts.tests.factories import AT, PASSWORD
from comity.audit.models import Entry

pytestmark = pytest.mark.django_db
THERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def _still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "now", lambda: AT)


@pytest.fixture
def account() -> Account:
    return factories.account()


def sign_in(client: Client, password: str = PASSWORD, source: str = THERE, username: str = "adviser") -> bool:
    client.post(reverse("account_login"), {"login": username, "password": password}, REMOTE_ADDR=source)
    return "_auth_user_id" in client.session


def guess(times: int, source: str = THERE, username: str = "adviser") -> None:
    for _ in range(times):
        assert not sign_in(Client(), "a wrong one", source, username)


def entries(event: str) -> list[dict[str, Any]]:
    return [json.loads(bytes(row.data)) for row in Entry.objects.system("test").filter(event=event)]


def test_who_guesses_waits(client: Client, account: Account):
    guess(limits.PAIR.most)
    answer = client.post(reverse("account_login"), {"login": "adviser", "password": PASSWORD}, REMOTE_ADDR=THERE)
    assert "Too many wrong attempts" in answer.text
    assert "_auth_user_id" not in client.session


def test_and_after_a_while_no_longer(client: Client, account: Account, monkeypatch: pytest.MonkeyPatch):
    guess(limits.PAIR.most)
    monkeypatch.setattr(adapters, "now", lambda: AT + limits.PAIR.within)
    assert sign_in(client)


def test_who_is_elsewhere_comes_in_meanwhile(client: Client, account: Account):
    guess(limits.PAIR.most + 3)
    assert sign_in(client, source=ELSEWHERE)


def test_who_signed_in_here_before_comes_in_although_a_stranger_guesses_from_the_same_place(account: Account):
    known = Client()
    assert sign_in(known)
    known.post(reverse("account_logout"))
    guess(limits.PAIR.most + 3)
    assert not sign_in(Client()), "what a stranger with the right password meets"
    assert sign_in(known)


def test_a_known_browser_guesses_no_more_than_its_share(account: Account):
    known = Client()
    sign_in(known)
    known.post(reverse("account_logout"))
    for _ in range(limits.KNOWN.most):
        assert not sign_in(known, "wrong")
    assert not sign_in(known)


def test_a_browser_is_known_to_the_account_that_signed_in_and_to_no_other(account: Account):
    factories.account("other")
    known = Client()
    sign_in(known)
    known.post(reverse("account_logout"))
    guess(limits.PAIR.most, username="other")
    assert not sign_in(known, username="other")


def test_what_a_browser_keeps_can_neither_be_made_up_nor_read(account: Account):
    known = Client()
    sign_in(known)
    kept = known.cookies[cookie()]
    assert kept["httponly"]
    assert "adviser" not in kept.value
    assert str(account.pk) not in kept.value
    forger = Client()
    forger.cookies[cookie()] = kept.value[:-1] + ("0" if kept.value[-1] != "0" else "1")
    guess(limits.PAIR.most)
    assert not sign_in(forger)


@pytest.mark.parametrize("nonsense", ["", ".", "....", "a" * 4000, "é.ü", "0" * 96])
def test_a_damaged_cookie_is_no_mark(account: Account, nonsense: str):
    client = Client()
    client.cookies[cookie()] = nonsense
    assert sign_in(client)


def test_another_password_makes_every_browser_unknown(account: Account):
    known = Client()
    sign_in(known)
    known.post(reverse("account_logout"))
    account = Account.objects.get(pk=account.pk)
    account.set_password("other words than before")
    Account.objects.filter(pk=account.pk).update(password=account.password)
    guess(limits.PAIR.most)
    assert not sign_in(known, "other words than before")


def test_one_place_cannot_try_one_password_on_every_account(account: Account):
    for number in range(limits.PLACE.most):
        guess(1, username=f"somebody-{number}")
    assert not sign_in(Client())
    assert sign_in(Client(), source=ELSEWHERE)


def test_guesses_from_everywhere_make_guessing_dear_and_close_nothing(account: Account):
    for number in range(limits.SIEGE.most):
        guess(1, source=f"192.0.2.{number}")
    assert not sign_in(Client(), "wrong", ELSEWHERE)
    assert not sign_in(Client(), PASSWORD, ELSEWHERE), "each place has one attempt at a time now"
    assert sign_in(Client(), PASSWORD, THERE), "and whoever is at a place of their own still has it"


def test_what_is_right_counts_as_no_attempt(account: Account):
    for _ in range(limits.PAIR.most + 2):
        assert sign_in(Client())
    assert all(row.level == 0 for row in Attempts.objects.all())


def test_an_account_that_is_not_there_is_slowed_down_in_the_same_way(client: Client, account: Account):
    guess(limits.PAIR.most, username="nobody")
    answer = client.post(reverse("account_login"), {"login": "NOBODY ", "password": "x"}, REMOTE_ADDR=THERE)
    assert "Too many wrong attempts" in answer.text


def test_the_log_tells_of_failures_and_once_that_they_were_slowed_down(account: Account):
    guess(limits.PAIR.most + 4)
    assert [one["facts"] for one in entries("sign-in-failed")] == [{"account": str(account.pk)}] * limits.PAIR.most
    assert [one["facts"] for one in entries("sign-in-slowed")] == [{"account": str(account.pk)}]
    assert THERE not in str(entries("sign-in-failed") + entries("sign-in-slowed"))


def test_the_table_says_neither_who_nor_where(account: Account):
    guess(2)
    told = str(list(Attempts.objects.values_list("key", flat=True)))
    assert "adviser" not in told
    assert THERE not in told
    assert all(len(row.key) == 64 for row in Attempts.objects.all())


def test_what_is_long_past_is_forgotten(account: Account):
    guess(1)
    guess_later(AT + timedelta(days=2))
    assert {row.at for row in Attempts.objects.all()} == {AT + timedelta(days=2)}


def guess_later(at: datetime) -> None:
    take(username="adviser", source=THERE, device="", at=at)


def test_a_network_of_ipv6_is_one_place():
    assert network("2001:db8:1:2:3:4:5:6") == network("2001:db8:1:2::9") != network("2001:db8:1:3::9")
    assert network("198.51.100.7") == "198.51.100.7"
    assert network("no address") == "no address"


def test_a_refused_attempt_fills_no_other_bucket():
    for _ in range(limits.PAIR.most):
        guess_later(AT)
    before = sorted(Attempts.objects.values_list("level", flat=True))
    with pytest.raises(TooManyAttempts):
        guess_later(AT)
    assert sorted(Attempts.objects.values_list("level", flat=True)) == before
