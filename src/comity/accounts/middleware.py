"""Every request is somebody's: behind this middleware a view either has a subject or said that it needs none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import get_language, gettext

from comity.accounts import sessions
from comity.accounts.domain import ROLE_WORDS
from comity.accounts.models import Account
from comity.accounts.queries import has_second_factor, must_have_second_factor, subject_of
from comity.kernel.clock import now
from comity.kernel.text import Text
from comity.labels.subject import Role, Subject
from comity.records.work import act

# Addresses, by their beginning, of the frame of every page, and of what is about one's own account alone.
_FRAME = ("shell/language", "shell/theme", "account/sign-out/", "account/session/")
_SETTING_UP = (*_FRAME, "account/security/", "account/confirm/")
_OWN = (*_FRAME, "account/")
_SAFE = ("GET", "HEAD", "OPTIONS")
_View = TypeVar("_View", bound=Callable[..., Any])


def only_reads(view: _View) -> _View:
    """Mark a view that changes nothing though it is sent to: an auditor may use it."""
    view.only_reads = True  # type: ignore[attr-defined]
    return view


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


class SessionEndMiddleware(MiddlewareMixin):
    """Ends a session in which nobody acted for long, or that has lasted long enough; notes that somebody acts."""

    def process_request(self, request: HttpRequest) -> None:
        """Before anybody looks at who asks."""
        if not isinstance(request.user, Account):
            return
        at = now()
        if sessions.left(request.session, at).seconds <= 0:
            with act(subject_of(request.user), at) as work:
                work.note("session-ran-out")
            logout(request)
            return
        asks_by_itself = request.path == reverse("account_session") or sessions.AGAIN in request.headers
        if not (request.method == "GET" and asks_by_itself):
            sessions.touch(request.session, at)
        request.session_ends = sessions.left(request.session, at).seconds  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """A session that began with this request, or has another key since."""
        if isinstance(getattr(request, "user", None), Account) and request.session.session_key:
            if sessions.BEGAN not in request.session:
                sessions.touch(request.session, now())
            sessions.cut_down(request.session)
        return response


class SubjectMiddleware(LoginRequiredMiddleware):
    """Sets `request.subject` and `request.place`, and sends whoever has none to sign in.

    Who must have a second factor and has none sets one up before anything else. An auditor changes nothing but what is
    about their own account. A view is open to strangers only when it is marked with
    `django.contrib.auth.decorators.login_not_required`.
    """

    get_response: Callable[[HttpRequest], HttpResponse]

    def process_request(self, request: HttpRequest) -> None:
        """Find out who asks; None for a stranger."""
        user = request.user if isinstance(request.user, Account) else None
        request.subject = subject_of(user) if user else None  # type: ignore[attr-defined]
        request.place = Place(user) if user else None  # type: ignore[attr-defined]

    def process_view(self, request: HttpRequest, view_func: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Whether this person may come to this view at all."""
        refused = super().process_view(request, view_func, args, kwargs)
        subject: Subject | None = getattr(request, "subject", None)
        if refused is not None or subject is None:
            return refused
        route = request.resolver_match.route if request.resolver_match else ""
        if (
            must_have_second_factor(subject)
            and not route.startswith(_SETTING_UP)
            and not has_second_factor(subject.account)
        ):
            return _whole_page(request, reverse("account_second_factor"))
        changes = request.method not in _SAFE and not getattr(view_func, "only_reads", False)
        if subject.has_role(Role.AUDITOR) and changes and not route.startswith(_OWN):
            raise PermissionDenied
        return None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """What somebody was shown stays in no cache, neither on the way nor in the browser after they signed out."""
        if getattr(request, "subject", None) is not None:
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        """To the sign-in page; a fragment asked for by htmx makes the whole page go there."""
        if request.headers.get("HX-Request"):
            return _whole_page(request, reverse("account_login"), status=401)
        return super().handle_no_permission(request, view_func)


def _whole_page(request: HttpRequest, address: str, *, status: int = 403) -> HttpResponse:
    """Go there; a fragment asked for by htmx makes the whole page go."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=status, headers={"HX-Redirect": address})
    return redirect(address)
