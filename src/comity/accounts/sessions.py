"""Where an account is signed in: how long that lasts, what is kept of the browser, and its end.

allauth keeps a row for each session. Of the browser it is cut down to what lets a person recognise it (its name, its
system and the network), and it goes when the session ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from ipaddress import ip_address, ip_network
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

BEGAN, ACTED, NOTED = "comity_began", "comity_acted", "comity_noted"
AGAIN = "Comity-Again"  # the header of a page that asks by itself again what it shows: nobody acted
_STEP = 60  # seconds between two notes of an act: a page costs no write

# In this order: a browser also names those it descends from.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("SamsungBrowser",
    "Samsung Internet"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Left:
    """How many seconds a session lasts if nothing happens, and whether doing something makes it longer."""

    seconds: int
    extends: bool


def left(session: SessionBase, at: datetime) -> Left:
    """What is left of a session; nought or less is its end, for want of acts or at last."""
    moment = at.timestamp()
    idle = settings.IDLE_SECONDS - (moment - float(session.get(ACTED, moment)))
    whole = settings.SESSION_COOKIE_AGE - (moment - float(session.get(BEGAN, moment)))
    return Left(int(min(idle, whole)), idle < whole)


def touch(session: SessionBase, at: datetime) -> None:
    """Note that somebody acted, at most once a minute."""
    moment = int(at.timestamp())
    session.setdefault(BEGAN, moment)
    if moment - int(session.get(ACTED, 0)) >= _STEP:
        session[ACTED] = moment


def cut_down(session: SessionBase) -> None:
    """Keep of the browser no more than lets a person recognise it; once for each key that the session has had."""
    if session.get(NOTED) == session.session_key:
        return
    for row in UserSession.objects.filter(session_key=session.session_key):
        UserSession.objects.filter(pk=row.pk).update(ip=_network(row.ip), user_agent=browser(row.user_agent))
    session[NOTED] = session.session_key


def browser(user_agent: str) -> str:
    """The browser and its system by their names, such as "Firefox, Windows"; what is not known is left out."""
    if "/" not in user_agent:
        return user_agent  # cut down already
    named = next((name for sign, name in _BROWSERS if re.search(rf"\b{sign}/", user_agent)), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(part for part in (named, system) if part)


def _network(address: str) -> str:
    known = ip_address(address)
    return str(ip_network(f"{known}/{24 if known.version == 4 else 48}", strict=False).network_address)


@dataclass(frozen=True, slots=True)
class Seen:
    """One session as its owner sees it."""

    pk: int
    browser: str
    network: str
    since: datetime
    acted: datetime
    here: bool


def sessions_of(account: Any, here: str | None, at: datetime) -> list[Seen]:
    """The sessions of an account that still last, the latest used first; `here` is the key of the one that asks."""
    found = []
    for row in UserSession.objects.purge_and_list(account):
        kept = import_module(settings.SESSION_ENGINE).SessionStore(row.session_key)
        if left(kept, at).seconds <= 0:
            row.end()
            continue
        acted = datetime.fromtimestamp(float(kept.get(ACTED, row.created_at.timestamp())), UTC)
        found.append(Seen(row.pk, row.user_agent, row.ip, row.created_at, acted, row.session_key == here))
    return sorted(found, key=lambda one: one.acted, reverse=True)


def end_all(account: Any, *, but: str | None = None) -> int:
    """End every session of an account except the one with the key `but`; how many there were."""
    rows = UserSession.objects.filter(user=account).exclude(session_key=but or "")
    ended = [row.end() for row in rows]
    return len(ended)
