"""The switches of the frame, the answer to a probe, and the pages of errors.

Django passes an error handler its `exception` or `reason` by name; none of them is shown, for it may tell too much.
"""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template import loader
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from comity.shell.context import THEMES, frame_of, theme_cookie
from comity.shell.format import number
from comity.shell.refusals import status_of, words_of
from comity.shell.storage import refusal_of

A_YEAR = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the switch was on; never to another host, whatever the form says."""
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if safe else "/")


def _keep(response: HttpResponse, name: str, value: str) -> None:
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", secure=secure, httponly=True)


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Read on in another language, in this browser."""
    response = _back(request)
    if (chosen := request.POST.get("language", "")) in dict(settings.LANGUAGES):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device has it."""
    response = _back(request)
    if (chosen := request.POST.get("theme", "")) in THEMES:
        _keep(response, theme_cookie(), chosen)
    return response


@login_not_required
@require_GET
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """That the web process answers; says nothing about the node."""
    return HttpResponse("ok\n", content_type="text/plain")


def error_page(request: HttpRequest, status: int, title: str, explained: str, detail: str = "") -> HttpResponse:
    """A page that says what happened, what was kept and what to do; works for a stranger too."""
    context = {"title": title, "explained": explained, "detail": detail, "status": status}
    return render(request, "shell/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Django's handler400."""
    return error_page(
        request,
        400,
        _("This request could not be read"),
        _("The address or the form is damaged. Nothing was changed. Go back, reload the page and try again."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Django's handler403."""
    return error_page(
        request,
        403,
        _("Your account may not do this"),
        _("Nothing was changed. If your post needs it, ask your party's administrator."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Django's CSRF_FAILURE_VIEW: mostly a page left open past the end of its session."""
    return error_page(
        request,
        403,
        _("This page was open for too long"),
        _(
            "To protect you, the form was not accepted and nothing was changed. Go back and reload the page: "
            "what you typed is kept in this browser and is put back."
        ),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Django's handler404; a record that exists and one that does not look the same."""
    return error_page(
        request,
        404,
        _("There is nothing here that you may see"),
        _("The address may be wrong, or what it names is not shared with you: the two are never told apart."),
    )


def too_large(request: HttpRequest, megabytes: int) -> HttpResponse:
    """The answer to more than one request may carry, which nobody has read."""
    return error_page(
        request,
        413,
        _("This is too large to be sent"),
        _("At most %(megabytes)s MB can be sent at once. Nothing was changed. Go back and choose a smaller file.")
        % {"megabytes": number(megabytes)},
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: needs no database, no session and no person. 507 and 503 where nothing can be stored."""
    with translation.override(getattr(request, "LANGUAGE_CODE", None) or settings.LANGUAGE_CODE):
        status, title = 500, _("Something went wrong on this node")
        explained = _(
            "It is our fault and not yours. What was saved is safe; what you had just sent was not saved. "
            "Try again in a moment, and tell your administrator when it happens again."
        )
        if unstored := refusal_of(sys.exception()):
            status, title, explained = status_of(unstored), _("Nothing can be saved just now"), words_of(unstored)
        context = {"frame": frame_of(None), "title": title, "explained": explained, "status": status}
        return HttpResponse(loader.render_to_string("shell/error_bare.html", context), status=status)
