"""How far the log went when a page began to be made: whatever comes after it, the page may not show yet."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from comity.audit import log
from comity.shell.live.admission import address_for


class LogSeenMiddleware:
    """Sets `request.live`, where a page finds its stream: read before anything that the page shows is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host() if request.method == "GET" and getattr(request, "subject", None) else ""
        if host and address_for(host, 0):
            request.live = address_for(host, log.size())  # type: ignore[attr-defined]
        return self.get_response(request)
