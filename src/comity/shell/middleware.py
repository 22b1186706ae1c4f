"""Each request in its reader's language, and none larger than a form with a letter can be.

The language is the one chosen in this browser, else the account's, else the browser's own.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from comity.shell.views import too_large

MOST_BYTES = 12_000_000  # a letter's scan of 10 MB, what is typed beside it, and how a browser packs both


def language_of(request: HttpRequest) -> str:
    """The language to answer in; always one of the interface's."""
    known = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in known:
        return chosen
    own = str(getattr(getattr(request, "user", None), "language", ""))
    return own if own in known else translation.get_language_from_request(request)


class LanguageMiddleware:
    """Activates the language for the time of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", language)
        return response


class SizeMiddleware:
    """Answers what is too large before a byte of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = str(request.META.get("CONTENT_LENGTH") or "").strip()
        if said.isdecimal() and int(said[:20]) > MOST_BYTES:
            return too_large(request, MOST_BYTES // 1_000_000)
        return self.get_response(request)
