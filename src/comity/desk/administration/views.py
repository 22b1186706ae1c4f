"""Pages of the room Administration, and the page on which an invited person makes their account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts import actions, invitations, sessions
from comity.accounts.domain import ROLE_WORDS
from comity.accounts.models import Account
from comity.desk.administration import queries
from comity.desk.administration.forms import AllowedForm, GroupForm, InviteForm, JoinForm, MemberForm, PasswordForm
from comity.kernel.clock import now
from comity.kernel.errors import NotFound
from comity.kernel.text import Text
from comity.labels.subject import Role, Subject, require_role
from comity.shell.lists import Filter, Listing
from comity.shell.record_views import subject_of
from comity.shell.refusals import onto, shows_refusals


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, if anything was."""
    return request.POST if request.method == "POST" else None


def _keeper(request: HttpRequest, *roles: Role) -> Subject:
    """Who asks, if they may."""
    subject = subject_of(request)
    require_role(subject, *(roles or queries.KEEPERS))
    return subject


# ------------------------------------------------------------------------------------------------------------ accounts


@require_GET
@shows_refusals
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account of the keeper's party."""
    subject = _keeper(request)
    filters = (
        Filter("state", _("State"), tuple((key, str(words)) for key, words in queries.STATES)),
        Filter("role", _("Role"), tuple((role.value, _(ROLE_WORDS[role])) for role in Role)),
    )
    asked = Listing.of(request.GET, filters)
    found = queries.account_lines(
        subject.party,
        words=asked.words,
        state=asked.chosen.get("state", ""),
        role=asked.chosen.get("role", ""),
        after=asked.after,
        limit=asked.limit + 1,
    )
    more = len(found) > asked.limit
    context = {
        "title": _("Accounts"),
        "listing": asked,
        "rows": found[: asked.limit],
        "next": asked.following(found[asked.limit - 1].account.username if more else None),
        "administers": subject.has_role(Role.ADMINISTRATOR),
    }
    return render(request, "administration/accounts.html", context)


@require_http_methods(["GET", "POST"])
@shows_refusals
def account(request: HttpRequest, account: UUID) -> HttpResponse:
    """One account: what it is allowed, and what can be done with it."""
    subject = _keeper(request)
    of = queries.account_of(subject.party, account)
    form = AllowedForm(_sent(request), initial=AllowedForm.initial_of(of))
    if request.method == "POST" and form.is_valid():
        with onto(form):
            allowed = form.allowed(before=of.clearances)
            actions.set_roles(account=of.pk, **allowed, actor=subject, at=now())
            return redirect("administration:account", of.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "administration/account.html", _about(of, subject, form), status=status)


def _about(of: Account, subject: Subject, form: AllowedForm) -> dict[str, Any]:
    return {
        "of": of,
        "form": form,
        "roles": queries.role_words(of.roles),
        "clearances": queries.clearance_words(of.clearances),
        "second_factor": of.pk in queries.with_second_factor([of.pk]),
        "open_in": len(sessions.sessions_of(of, None, now())),
        "own": subject.account == str(of.pk),
        "administers": subject.has_role(Role.ADMINISTRATOR),
        "secures": subject.has_role(Role.SECURITY_OFFICER),
    }


_ACTS: dict[str, Callable[..., None]] = {
    "close": lambda **about: actions.set_active(active=False, **about),
    "open": lambda **about: actions.set_active(active=True, **about),
    "sign-out": actions.end_sessions,
    "clear-second-factor": actions.clear_second_factor,
}


@require_POST
@shows_refusals
def account_act(request: HttpRequest, account: UUID, act: str) -> HttpResponse:
    """Close an account, open it again, sign it out, or clear its second factor."""
    subject = _keeper(request)
    if act not in _ACTS:
        raise NotFound
    _ACTS[act](account=account, actor=subject, at=now())
    return redirect("administration:account", account)


@require_POST
@shows_refusals
def password_link(request: HttpRequest, account: UUID) -> HttpResponse:
    """A link with which somebody chooses a new password; shown this once."""
    subject = _keeper(request, Role.ADMINISTRATOR)
    of = queries.account_of(subject.party, account)
    secret = invitations.invite_back(account=of.pk, actor=subject, at=now())
    return _link(request, secret, of.display_name, back=reverse("administration:account", args=[of.pk]))


# --------------------------------------------------------------------------------------------------------- invitations


@require_GET
@shows_refusals
def invited(request: HttpRequest) -> HttpResponse:
    """The invitations of the keeper's party."""
    subject = _keeper(request, Role.ADMINISTRATOR)
    waiting, past = queries.invitations_of(subject.party, now())
    context = {"waiting": waiting, "past": past, "role_words": queries.role_words}
    return render(request, "administration/invitations.html", context)


@require_http_methods(["GET", "POST"])
@shows_refusals
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the link is shown this once."""
    subject = _keeper(request, Role.ADMINISTRATOR)
    if request.method == "GET":
        language = request.user.language if isinstance(request.user, Account) else "en"
        caveats = list(AllowedForm.base_fields["caveats"].choices)  # type: ignore[attr-defined]
        form = InviteForm(initial={"language": language, "caveats": [key for key, _words in caveats]})
        return render(request, "administration/invite.html", {"form": form})
    form = InviteForm(request.POST)
    if form.is_valid():
        with onto(form):
            secret = invitations.invite(**form.invitation(), actor=subject, at=now())
            return _link(request, secret, form.cleaned_data["display_name"], back=reverse("administration:invitations"))
    return render(request, "administration/invite.html", {"form": form}, status=422)


def _link(request: HttpRequest, secret: str, office: str, back: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("administration:join", args=[secret]))
    context = {"address": address, "office": office, "back": back, "days": invitations.LASTS.days}
    return render(request, "administration/link.html", context)


@require_POST
@shows_refusals
def withdraw(request: HttpRequest, invitation: int) -> HttpResponse:
    """Let a link no longer work."""
    subject = _keeper(request, Role.ADMINISTRATOR)
    invitations.withdraw(invitation=invitation, actor=subject, at=now())
    return redirect("administration:invitations")


@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
@shows_refusals
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """What the link opens: an invited person chooses a name and a password, or somebody a new password."""
    if request.user.is_authenticated:
        return render(request, "administration/join_signed_in.html", {"here": request.path})
    offered = invitations.invitation_of(secret, now())
    kind = JoinForm if offered.account is None else PasswordForm
    form = kind(_sent(request))
    if request.method == "POST" and form.is_valid():
        with onto(form):
            return _join(request, secret, form, again=offered.account is not None)
    context = {
        "form": form,
        "offered": offered,
        "roles": queries.role_words(offered.roles),
        "clearances": queries.clearance_words(offered.clearances),
    }
    return render(request, "administration/join.html", context, status=422 if request.method == "POST" else 200)


def _join(request: HttpRequest, secret: str, form: PasswordForm, *, again: bool) -> HttpResponse:
    """Use the link. A new account is signed in; for a new password the ordinary way in, second factor included."""
    password, at = form.cleaned_data["password1"], now()
    if again:
        invitations.choose_password(secret=secret, password=password, at=at)
        return redirect("account_login")
    language = request.LANGUAGE_CODE
    username = form.cleaned_data["username"]
    account = invitations.accept(secret=secret, username=username, password=password, language=language, at=at)
    record_authentication(request, account, method="password")
    answer: HttpResponse = perform_login(request, account, redirect_url=reverse("account_second_factor"))
    request.session.set_expiry(0)  # a closed browser is signed out
    reauthenticate_by_password(request)
    return answer


# -------------------------------------------------------------------------------------------------------------- groups


@require_http_methods(["GET", "POST"])
@shows_refusals
def groups(request: HttpRequest) -> HttpResponse:
    """The need-to-know groups of the keeper's party, and a form to begin one."""
    subject = _keeper(request)
    form = GroupForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        with onto(form):
            group = actions.create_group(name=Text.of(form.cleaned_data["name"]), actor=subject, at=now())
            return redirect("administration:group", group.pk)
    administers = subject.has_role(Role.ADMINISTRATOR)
    context = {"form": form, "groups": queries.groups_of(subject.party), "administers": administers}
    return render(request, "administration/groups.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@shows_refusals
def group(request: HttpRequest, group: int) -> HttpResponse:
    """Who needs to know; a security officer takes somebody in."""
    subject = _keeper(request)
    of = queries.group_of(subject.party, group)
    form = MemberForm(_sent(request), accounts=queries.others_than(of))
    if request.method == "POST" and form.is_valid():
        with onto(form):
            chosen = UUID(form.cleaned_data["account"])
            actions.set_member(group=of.pk, account=chosen, member=True, actor=subject, at=now())
            return redirect("administration:group", of.pk)
    context = {
        "of": of,
        "form": form,
        "members": queries.members_of(of),
        "secures": subject.has_role(Role.SECURITY_OFFICER),
        "own": subject.account,
    }
    return render(request, "administration/group.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@shows_refusals
def leave(request: HttpRequest, group: int, account: UUID) -> HttpResponse:
    """A security officer says that somebody no longer needs to know."""
    subject = _keeper(request)
    actions.set_member(group=group, account=account, member=False, actor=subject, at=now())
    return redirect("administration:group", group)
