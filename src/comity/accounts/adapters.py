"""What allauth asks of this node: nobody signs up, every sign-in is on the log, and second factors stay secret."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from comity.accounts.models import Account
from comity.accounts.queries import subject_of
from comity.kernel.clock import now
from comity.records.work import act


class SignIn(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's account adapter."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  (its signature)
        """Accounts are opened by an administrator."""
        return False

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Put the sign-in on the log, once the second factor has been given too."""
        _note(user, "signed-in")
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        return answer

    def logout(self, request: HttpRequest) -> None:
        """Put the sign-out on the log."""
        if isinstance(request.user, Account):
            _note(request.user, "signed-out")
        super().logout(request)

    def set_password(self, user: Account, password: str) -> None:
        """Put on the log that the password is another one."""
        super().set_password(user, password)
        _note(user, "password-changed")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page one arrives at shows who is signed in, in the language of the interface."""


class Codes(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's adapter for the second factor."""

    def get_totp_label(self, user: Account) -> str:
        """What the authenticator app calls the account."""
        return user.username

    def get_totp_issuer(self) -> str:
        """What the authenticator app calls the node."""
        return "Comity"

    def encrypt(self, text: str) -> str:
        """A database that is read by others gives no second factor away: the key is the node's secret, in a file."""
        return _locked().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` wrote."""
        return _locked().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """The QR code as an element of the page: no declaration before it, no style, white behind it also at night."""
        drawn: str = super().build_totp_svg(url)
        inner = drawn[drawn.index("<path") :]
        size = drawn.partition('viewBox="0 0 ')[2].partition(" ")[0]
        head = format_html(
            '<svg role="img" aria-label="{}" width="{}mm" height="{}mm" viewBox="0 0 {} {}">',
            _("QR code for the authenticator app"), size, size, size, size,
        )  # fmt: skip
        return f'{head}<rect width="{size}" height="{size}" fill="#ffffff"/>{inner}'


def _note(account: Account, event: str) -> None:
    with act(subject_of(account), now()) as work:
        work.note(event)


def _locked() -> Fernet:
    digest = hashlib.sha256(b"comity second factor\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
