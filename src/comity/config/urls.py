"""Every address of the node. Each domain names its own; a path that is not here does not exist."""

from django.urls import include, path, register_converter

from comity.records.addresses import SlugConverter

register_converter(SlugConverter, "record")

urlpatterns = [
    path("", include("comity.desk.urls")),
    path("", include("comity.desk.administration.urls")),
    path("", include("comity.desk.operating.urls")),
    path("", include("comity.programme.urls")),
    path("", include("comity.people.urls")),
    path("", include("comity.reports.urls")),
    path("", include("comity.responses.urls")),
    path("", include("comity.federation.urls")),
    path("", include("comity.shell.urls")),
    path("", include("comity.accounts.urls")),
]
handler400 = "comity.shell.views.bad_request"
handler403 = "comity.shell.views.forbidden"
handler404 = "comity.shell.views.not_found"
handler500 = "comity.shell.views.server_error"
