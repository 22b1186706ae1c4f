"""A session ends when nobody acts, and at last in any case; its owner sees it and can end it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from comity.accounts import middleware, sessions, views
from comity.accounts.models import Account
from comity.accounts.sessions import browser
from comity.accounts.tests import factories
from comity.accounts.tests.factories import PASSWORD
from comity.audit.models import Entry
from comity.kernel.clock import now

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 7a) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"  # noqa: E501


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.at = now().replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (middleware, views):
        monkeypatch.setattr(module, "now", clock)
    return clock


@pytest.fixture
def account() -> Account:
    return factories.account()


def signed_in(user_agent: str = FIREFOX, source: str = "198.51.100.77") -> Client:
    client = Client(REMOTE_ADDR=source, headers={"User-Agent": user_agent})
    client.post(reverse("account_login"), {"login": "adviser", "password": PASSWORD})
    return client


def within(client: Client) -> bool:
    return client.get("/").status_code == 200


def events(account: Account) -> list[str]:
    rows = Entry.objects.system("test").filter(actor=str(account.opaque)).order_by("index")
    return list(rows.values_list("event", flat=True))


# ----------------------------------------------------------------------------------------------------------------- end


def test_who_does_nothing_is_signed_out(clock: Clock, account: Account, settings: Any):
    client = signed_in()
    clock.pass_(seconds=settings.IDLE_SECONDS - 60)
    assert within(client)
    clock.pass_(seconds=settings.IDLE_SECONDS - 60)
    assert within(client), "each act begins the time anew"
    clock.pass_(seconds=settings.IDLE_SECONDS)
    assert client.get("/log/")["Location"] == "/account/sign-in/?next=/log/"
    assert events(account) == ["signed-in", "session-ran-out"]


def test_a_session_ends_at_last_whatever_is_done(clock: Clock, account: Account, settings: Any):
    client = signed_in()
    for _ in range(settings.SESSION_COOKIE_AGE // settings.IDLE_SECONDS + 1):
        clock.pass_(seconds=settings.IDLE_SECONDS - 60)
        client.get("/account/preferences/")
    assert not within(client)


def test_asking_how_long_it_lasts_makes_it_no_longer_and_sending_does(clock: Clock, account: Account, settings: Any):
    client, address = signed_in(), reverse("account_session")
    clock.pass_(seconds=600)
    assert client.get(address).json() == {"seconds": settings.IDLE_SECONDS - 600, "extends": True}
    assert client.get(address).json()["seconds"] == settings.IDLE_SECONDS - 600
    assert client.post(address).json()["seconds"] == settings.IDLE_SECONDS


def test_the_end_at_last_cannot_be_put_off(clock: Clock, account: Account, settings: Any):
    client = signed_in()
    settings.SESSION_COOKIE_AGE = 1200
    clock.pass_(seconds=1100)
    assert client.post(reverse("account_session")).json() == {"seconds": 100, "extends": False}


def test_a_page_knows_when_the_session_ends_and_a_strangers_does_not(clock: Clock, account: Account, settings: Any):
    client = signed_in()
    assert f'data-ends="{settings.IDLE_SECONDS}"' in client.get("/").text
    assert "data-ends" not in Client().get(reverse("account_login")).text


def test_acts_within_a_minute_cost_one_note(clock: Clock, account: Account):
    client = signed_in()
    client.get("/")
    noted = client.session[sessions.ACTED]
    clock.pass_(seconds=59)
    client.get("/")
    assert client.session[sessions.ACTED] == noted


# --------------------------------------------------------------------------------------------------- what is kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (FIREFOX, "Firefox, Windows"),
        (PHONE, "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0 Safari/537.36 Edg/131.0", "Edge, Linux"),
        ("curl/8.5.0", ""),
        ("", ""),
        ("Firefox, Windows", "Firefox, Windows"),
        ("<script>/1", ""),
    ],
)  # fmt: skip
def test_of_a_browser_its_name_and_system_are_kept(sent: str, kept: str):
    assert browser(sent) == kept


@pytest.mark.parametrize(
    ("source", "kept"), [("198.51.100.77", "198.51.100.0"), ("2001:db8:aaaa:bbbb:cccc::1", "2001:db8:aaaa::")]
)
def test_of_an_address_the_network_is_kept(account: Account, source: str, kept: str):
    signed_in(source=source)
    (row,) = UserSession.objects.all()
    assert (row.ip, row.user_agent) == (kept, "Firefox, Windows")


def test_another_password_leaves_no_more_behind(account: Account):
    client = signed_in()
    new = "other words than before"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), fields)
    assert within(client)
    assert set(UserSession.objects.values_list("ip", "user_agent")) == {("198.51.100.0", "Firefox, Windows")}


# ------------------------------------------------------------------------------------------------------------- the list


def test_the_list_shows_each_browser_and_which_this_is(account: Account):
    here = signed_in()
    signed_in(PHONE, "203.0.113.9")
    page = here.get(reverse("account_sessions")).text
    assert page.index("Firefox, Windows") != page.index("Chrome, Android")
    assert page.count("<span>this browser</span>") == 1
    assert "203.0.113.0" in page
    assert "203.0.113.9" not in page
    assert not any(session.session_key in page for session in UserSession.objects.all())


def test_one_is_signed_out_elsewhere(account: Account):
    here, there = signed_in(), signed_in(PHONE)
    (row,) = UserSession.objects.filter(user_agent="Chrome, Android")
    answer = here.post(reverse("account_session_end", args=[row.pk]))
    assert answer["Location"] == reverse("account_sessions")
    assert within(here)
    assert not within(there)
    assert events(account) == ["signed-in", "signed-in", "sessions-ended"]


def test_one_is_signed_out_everywhere_else(account: Account):
    here, *there = signed_in(), signed_in(PHONE), signed_in()
    here.post(reverse("usersessions_list"))
    assert within(here)
    assert not any(within(client) for client in there)
    assert events(account)[-1] == "sessions-ended"


def test_nobody_ends_the_session_of_another(account: Account):
    theirs = signed_in()
    (row,) = UserSession.objects.all()
    client = Client()
    client.force_login(factories.account("other"))
    for number in (row.pk, 0, 10**30):
        assert client.post(reverse("account_session_end", args=[number])).status_code == 404
    assert within(theirs)


def test_a_session_that_ran_out_is_listed_no_more(clock: Clock, account: Account, settings: Any):
    signed_in(PHONE)
    clock.pass_(seconds=settings.IDLE_SECONDS)
    here = signed_in()
    assert "Chrome, Android" not in here.get(reverse("account_sessions")).text
    assert UserSession.objects.count() == 1
