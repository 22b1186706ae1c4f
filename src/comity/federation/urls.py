"""Addresses of the room *Sharing*; each part adds its own. Those of the exchange are for other nodes."""

from comity.federation.bundle.urls import urlpatterns as bundle
from comity.federation.channels.urls import urlpatterns as channels
from comity.federation.joining.urls import urlpatterns as joining
from comity.federation.release.urls import urlpatterns as release
from comity.federation.sharing.urls import urlpatterns as sharing
from comity.federation.transport.urls import urlpatterns as exchange

app_name = "federation"
urlpatterns = [
    *sharing,
    *channels,
    *release,
    *exchange,
    *bundle,  # before what takes any word for an ending
    *joining,
]
