"""Every request is somebody's: behind this middleware a view either has a subject or said that it needs none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, gettext

from comity.accounts.domain import ROLE_WORDS
from comity.accounts.models import Account
from comity.accounts.queries import subject_of
from comity.kernel.text import Text
from comity.labels.subject import Role


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody sits, in words of the language that the page will have; read when the page is rendered."""

    of: Account

    @property
    def account(self) -> str:
        """The office."""
        return self.of.display_name

    @property
    def post(self) -> str:
        """The roles, in words."""
        return gettext(", ").join(gettext(ROLE_WORDS[role]) for role in Role if role.value in self.of.roles)

    @property
    def party(self) -> str:
        """The party that the account acts for."""
        return Text.of(self.of.party.name).in_(get_language() or "en")[0]


class SubjectMiddleware(LoginRequiredMiddleware):
    """Sets `request.subject` and `request.place`, and sends whoever has none to sign in.

    A view is open to strangers only when it is marked with `django.contrib.auth.decorators.login_not_required`.
    """

    get_response: Callable[[HttpRequest], HttpResponse]

    def process_request(self, request: HttpRequest) -> None:
        """Find out who asks; None for a stranger."""
        user = request.user if isinstance(request.user, Account) else None
        request.subject = subject_of(user) if user else None  # type: ignore[attr-defined]
        request.place = Place(user) if user else None  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """What somebody was shown stays in no cache, neither on the way nor in the browser after they signed out."""
        if getattr(request, "subject", None) is not None:
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        """To the sign-in page; a fragment asked for by htmx makes the whole page go there."""
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": reverse("account_login")})
        return super().handle_no_permission(request, view_func)
