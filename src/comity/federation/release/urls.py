"""Addresses of release."""

from django.urls import path

from comity.federation.release import record_views, standing_views, views

urlpatterns = [
    path("sharing/release/", views.release, name="release"),
    path("sharing/releases/", views.decisions, name="releases"),
    path("sharing/releases/<int:release>/", views.decision, name="release-decision"),
    path("sharing/channels/<slug:channel>/standing/", standing_views.rules, name="standing"),
    path("sharing/channels/<slug:channel>/standing/<int:rule>/end/", standing_views.end, name="standing-end"),
    path("records/<record:slug>/sharing/", record_views.sharing, name="sharing"),
    path("records/<record:slug>/withdraw/<slug:channel>/", record_views.withdraw, name="withdraw"),
]
