"""Addresses of the pages of the exchange."""

from django.urls import path

from comity.federation.sharing import views

urlpatterns = [
    path("sharing/", views.room, name="room"),
    path("sharing/with/<slug:party>/", views.partner, name="exchange-partner"),
    path("sharing/with/<slug:party>/again/", views.again, name="exchange-again"),
    path("sharing/feeds/<int:feed>/", views.feed, name="exchange-feed"),
    path("sharing/feeds/<int:feed>/evidence/", views.evidence, name="exchange-evidence"),
    path("sharing/logs/<int:checkpoint>/", views.contradiction, name="exchange-log"),
]
