"""Who may have a stream: somebody who is signed in, in a page of this node; and whether they still are."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from comity.accounts import sessions
from comity.accounts.models import Account


def account_of(session_key: str, at: datetime) -> str:
    """The opaque id of the account that is signed in under this key; "" when nobody is, or no longer.

    Asking is no act: nobody stays signed in longer for it.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    if not session_key or sessions.left(store, at).seconds <= 0:
        return ""
    request = HttpRequest()
    request.session = store
    account = get_user(request)
    return str(account.opaque) if isinstance(account, Account) else ""


def origins(port: int) -> frozenset[str]:
    """The origins of this node's pages: those it is told of, and the names it answers to on the port of its pages."""
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    named = {f"{scheme}://{host}:{port}" for host in settings.ALLOWED_HOSTS} if port else set()
    return frozenset(named | set(settings.CSRF_TRUSTED_ORIGINS))


def address_for(host: str, after: int) -> str:
    """Where a page that was asked for by `host` finds its stream; "" where it cannot.

    Beside the pages, on a port of its own, cookies reach it only under the very name that the page has.
    """
    if settings.LIVE_URL:
        return f"{settings.LIVE_URL}?after={after}"
    name = urlsplit(f"//{host}").hostname or ""
    return f"http://{name}:{settings.LIVE_PORT}/live?after={after}" if name in settings.LIVE_NAMES else ""
