"""What allauth asks of this node: nobody signs up, every sign-in is on the log, and second factors stay secret."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comity.accounts import devices
from comity.accounts.attempts import Attempt, newly_refused, take
from comity.accounts.domain import STRANGER
from comity.accounts.limits import TooManyAttempts
from comity.accounts.models import Account
from comity.accounts.queries import subject_of
from comity.kernel.clock import now
from comity.kernel.ids import PartyId
from comity.labels.subject import Subject
from comity.records.work import act

# What allauth would write a letter about goes on the log, by the name of the letter.
_CHANGES = {
    "mfa/email/totp_activated": "app-added",
    "mfa/email/totp_deactivated": "app-removed",
    "mfa/email/webauthn_added": "passkey-added",
    "mfa/email/webauthn_removed": "passkey-removed",
    "mfa/email/recovery_codes_generated": "recovery-codes-made",
}


class SignIn(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's account adapter."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": gettext_lazy(TooManyAttempts.message),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  (its signature)
        """Accounts are opened by an administrator."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Let one more attempt through, by the rules of `limits`; the first that is refused is on the log."""
        self._username = str(credentials.get("username", ""))
        source, at = self.get_client_ip(request), now()
        self._attempt: Attempt | None = None
        try:
            self._attempt = take(
                username=self._username, source=source, device=devices.known(request, self._username), at=at
            )
        except TooManyAttempts as refusal:
            if newly_refused(username=self._username, source=source, at=at):
                note_failure(self._tried(), "sign-in-slowed")
            raise self.validation_error("too_many_login_attempts") from refusal

    def _rollback_login_failed_rl_usage(self) -> None:
        """Allauth calls this when the password was right."""
        if self._attempt is not None:
            self._attempt.give_back()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002
        """Put it on the log, without what was typed. It costs the same whether there is such an account or not."""
        note_failure(self._tried(), "sign-in-failed")

    def _tried(self) -> Account | None:
        return Account.objects.filter(username__iexact=self._username.strip()).first()

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Put the sign-in on the log, once the second factor has been given too, and know this browser again."""
        used = [record.get("type") or record.get("method") for record in get_authentication_records(request, user)]
        _note(user, "signed-in", by=sorted({str(way) for way in used}))
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        devices.remember(request, answer, user)
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

    def send_notification_mail(self, template_prefix: str, user: Account, *_args: Any, **_kwargs: Any) -> None:
        """Write no letter: put on the log what it would have told."""
        if event := _CHANGES.get(template_prefix):
            _note(user, event)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page one arrives at shows who is signed in, in the language of the interface."""


class Sessions(DefaultUserSessionsAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's adapter for sessions."""

    def end_sessions(self, sessions: Sequence[Any]) -> None:
        """End them, on the log."""
        super().end_sessions(sessions)
        for account in {session.user for session in sessions}:
            _note(account, "sessions-ended", count=sum(session.user == account for session in sessions))


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


def note_failure(account: Account | None, event: str) -> None:
    """Put on the log that somebody, it is not known who, failed to get in as `account`, or as nobody there is."""
    party = PartyId(account.party_id if account else "")
    facts: dict[str, Any] = {"account": str(account.pk)} if account else {}
    with act(Subject(party, STRANGER, frozenset(), frozenset()), now()) as work:
        work.note(event, **facts)


def _note(account: Account, event: str, **facts: Any) -> None:
    with act(subject_of(account), now()) as work:
        work.note(event, **facts)


def _locked() -> Fernet:
    digest = hashlib.sha256(b"comity second factor\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
