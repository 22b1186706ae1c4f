"""A URL configuration of the shell's own views and no more, for tests of the frame."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from comity.shell import views


def nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


shell = (
    [
        path("shell/language", views.language, name="language"),
        path("shell/theme", views.theme, name="theme"),
        path("healthz", views.healthz, name="healthz"),
    ],
    "shell",
)
urlpatterns = [
    path("", include(shell)),
    path("", nothing, name="first"),
    path("objectives/", nothing, name="second"),
]
