"""Addresses of joining, and of what one's own party is known by."""

from django.urls import path

from comity.federation.joining import views

urlpatterns = [
    path("sharing/keys/", views.keys, name="keys"),
    path("sharing/partners/", views.partners, name="partners"),
    path("sharing/partners/invite/", views.invite, name="partner-invite"),
    path("sharing/partners/<int:joining>/", views.partner, name="partner"),
    path("sharing/partners/<int:joining>/file/", views.file, name="partner-file"),
    path("sharing/partners/<int:joining>/<slug:ending>/", views.end, name="partner-end"),
]
