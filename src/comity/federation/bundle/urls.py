"""Addresses of exchange by files."""

from django.urls import path

from comity.federation.bundle import views

urlpatterns = [
    path("sharing/partners/<int:joining>/files/", views.bundles, name="partner-bundles"),
    path("sharing/partners/<int:joining>/files/write/", views.write, name="partner-bundle-write"),
    path("sharing/partners/<int:joining>/files/slip/", views.slip, name="partner-slip"),
]
