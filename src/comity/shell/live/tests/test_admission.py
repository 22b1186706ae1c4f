"""Who has a stream: a signed-in account, as long as it is signed in; asking makes no session last longer."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from comity.accounts import sessions
from comity.accounts.models import Account
from comity.accounts.tests import factories
from comity.kernel.clock import now
from comity.shell.live.admission import account_of, address_for, origins

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return factories.account()


@pytest.fixture
def signed_in(client: Client, account: Account) -> str:
    client.force_login(account)
    client.get("/")
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def test_a_session_is_its_account_until_it_is_signed_out(client: Client, account: Account, signed_in: str):
    assert account_of(signed_in, now()) == str(account.opaque)
    assert account_of("", now()) == account_of("no such session", now()) == ""
    client.post("/account/sign-out/")
    assert account_of(signed_in, now()) == ""


def test_a_session_in_which_nobody_acts_ends_though_it_has_a_stream(client: Client, signed_in: str):
    later = now() + timedelta(seconds=settings.IDLE_SECONDS - 5)
    assert account_of(signed_in, later)
    assert account_of(signed_in, later + timedelta(seconds=10)) == ""


def test_a_page_that_asks_again_by_itself_is_no_act(client: Client, signed_in: str):
    session = client.session
    session[sessions.ACTED] = acted = int(now().timestamp()) - 600
    session.save()
    client.get("/", headers={sessions.AGAIN: "1"})
    assert client.session[sessions.ACTED] == acted
    client.get("/")
    assert client.session[sessions.ACTED] > acted


def test_a_closed_account_has_no_stream(account: Account, signed_in: str):
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert account_of(signed_in, now()) == ""


def test_pages_find_their_stream_under_their_own_name_or_not_at_all(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "LIVE_PORT", 9001)
    monkeypatch.setattr(settings, "LIVE_NAMES", frozenset({"localhost"}))
    assert address_for("localhost:8001", 7) == "http://localhost:9001/live?after=7"
    assert address_for("[::1]:8001", 7) == address_for("evil.example", 7) == ""
    monkeypatch.setattr(settings, "LIVE_URL", "/live")
    assert address_for("[::1]:8001", 7) == "/live?after=7"


def test_the_origins_of_the_pages_are_theirs_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["localhost"])
    monkeypatch.setattr(settings, "CSRF_TRUSTED_ORIGINS", ["https://comity.example.org"])
    assert origins(8001) == {"http://localhost:8001", "https://comity.example.org"}
    assert origins(0) == {"https://comity.example.org"}


def test_a_page_says_how_far_the_log_went_before_it_was_made(
    client: Client, signed_in: str, monkeypatch: pytest.MonkeyPatch
):
    assert b"data-live" not in client.get("/").content  # where no live updates are served
    monkeypatch.setattr(settings, "LIVE_URL", "/live")
    page = client.get("/").content
    assert b'data-live="/live?after=' in page
    assert b'id="live-note"' in page
    assert b"data-live" not in Client().get("/account/sign-in/").content
