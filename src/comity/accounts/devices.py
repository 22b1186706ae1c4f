"""Browsers that have signed in to an account: each keeps a mark that strangers cannot make, and the node keeps nothing.

A mark says of no account that it exists, and no longer holds when the account's password changes.
"""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from comity.accounts.models import Account

_LASTS = timedelta(days=180)
_AT_MOST = 5  # accounts that share one browser


def cookie() -> str:
    """The cookie's name, apart from other nodes on this machine."""
    return f"{settings.COOKIE_PREFIX}_known"


def known(request: HttpRequest, username: str) -> str:
    """The mark by which this browser is known to the account called `username`; "" when it is not."""
    account = Account.objects.filter(username__iexact=username.strip()).first()
    if account is None:
        return ""
    return next((mark for mark in _marks(request) if constant_time_compare(mark, _mark(account, mark[:32]))), "")


def remember(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    """Let this browser be known to `account` from now on."""
    others = [mark for mark in _marks(request) if mark != _mark(account, mark[:32])]
    marks = [_mark(account, token_hex(16)), *others][:_AT_MOST]
    response.set_cookie(
        cookie(), ".".join(marks), max_age=_LASTS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def _marks(request: HttpRequest) -> list[str]:
    return request.COOKIES.get(cookie(), "").split(".")[:_AT_MOST]


def _mark(account: Account, nonce: str) -> str:
    digest = salted_hmac("comity.accounts.devices", f"{nonce}{account.pk}{account.password}", algorithm="sha256")
    return nonce + digest.hexdigest()
