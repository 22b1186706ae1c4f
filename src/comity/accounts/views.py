"""Pages of one's own account that allauth does not have."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts import sessions
from comity.accounts.actions import end_session, set_preferences
from comity.accounts.forms import PreferencesForm
from comity.accounts.models import Account
from comity.accounts.queries import has_second_factor, must_have_second_factor, subject_of
from comity.kernel.clock import now
from comity.kernel.errors import NotFound


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How pages look to whoever is signed in."""
    account = _own(request)
    if request.method == "GET":
        form = PreferencesForm(initial={"language": account.language, "hijri": account.hijri})
        return render(request, "account/preferences.html", {"form": form})
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return render(request, "account/preferences.html", {"form": form}, status=422)
    set_preferences(**form.cleaned_data, actor=subject_of(account), at=now())
    response = redirect("mfa_index")
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)  # what was just chosen holds in this browser too
    return response


@require_GET
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where whoever must have a second factor and has none is led, until they have one."""
    account = _own(request)
    subject = subject_of(account)
    context = {"needed": must_have_second_factor(subject) and not has_second_factor(subject.account)}
    return render(request, "account/second_factor.html", context)


@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    account = _own(request)
    context = {
        "sessions": sessions.sessions_of(account, request.session.session_key, now()),
        "idle_minutes": settings.IDLE_SECONDS // 60,
        "hours": settings.SESSION_COOKIE_AGE // 3600,
    }
    return render(request, "account/sessions.html", context)


@require_POST
def session_end(request: HttpRequest, session: int) -> HttpResponse:
    """Sign out elsewhere."""
    account = _own(request)
    try:
        end_session(session=session, actor=subject_of(account), at=now())
    except NotFound as missing:
        raise Http404 from missing
    return redirect("account_sessions")


@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """How long the asker's session lasts. Asking is no act; sending it is, and is how somebody says "here I am"."""
    _own(request)
    left = sessions.left(request.session, now())
    return JsonResponse({"seconds": left.seconds, "extends": left.extends})


def _own(request: HttpRequest) -> Account:
    if not isinstance(request.user, Account):  # a stranger does not come this far, unless somebody opens the door
        raise PermissionDenied
    return request.user
