"""Addresses of the room *Sharing*; each part adds its own. Those of the exchange are for other nodes."""

from django.urls import path
from django.views.generic import RedirectView

from comity.federation.channels.urls import urlpatterns as channels
from comity.federation.joining.urls import urlpatterns as joining
from comity.federation.release.urls import urlpatterns as release
from comity.federation.transport.urls import urlpatterns as exchange

app_name = "federation"
urlpatterns = [
    path("sharing/", RedirectView.as_view(pattern_name="federation:channels"), name="room"),
    *channels,
    *release,
    *exchange,
    *joining,
]
