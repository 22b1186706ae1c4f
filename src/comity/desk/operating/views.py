"""Addresses for monitoring, which carry no subject: they say how the node is, and nothing of what it holds."""

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from comity.audit.log import head
from comity.desk.operating.metrics import exposition


@login_not_required
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 while the database answers, else 503: what a load balancer asks. `/healthz` only says that a process runs."""
    try:
        head()
    except DatabaseError:
        return JsonResponse({"status": "unavailable"}, status=503, headers={"Cache-Control": "no-store"})
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, to whoever shows COMITY_METRICS_TOKEN; to everybody else there is no such page."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.COMITY_METRICS_TOKEN
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise Http404
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
