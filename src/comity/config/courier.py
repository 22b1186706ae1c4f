"""`comity courier`: the loop that lets what was released leave, until it is told to stop."""

import logging
import signal
import threading
from collections.abc import Callable, Mapping
from functools import partial
from types import FrameType

from django.conf import settings
from django.db import close_old_connections

from comity.federation.hub.address import place_of
from comity.federation.hub.keeping import made_in
from comity.federation.hub.link import HubLink, hubs_in_use, note
from comity.federation.models import Hub, Peer
from comity.federation.sync.courier import LOOKS_EVERY, Courier
from comity.federation.sync.lines import Conversation
from comity.federation.transport.client import Client
from comity.federation.transport.link import Link
from comity.kernel import clock
from comity.parties.models import Party

logger = logging.getLogger(__name__)
_AFTER_FAILURE = 2.0


def dial(party: Party, peer: Peer) -> Link:
    """A link to a partner over HTTP."""
    return Link(party, peer, Client(peer.url, allowed=settings.COMITY_PRIVATE_PEERS))


def hubs(courier: Courier) -> Callable[[], Mapping[str, Callable[[], Conversation | None]]]:
    """What dials the hubs that this node uses; one that says that there is news is asked at once."""

    def wanted() -> Mapping[str, Callable[[], Conversation | None]]:
        return {name: partial(_dial_hub, hub, partial(_ask_soon, courier, name)) for name, hub in hubs_in_use().items()}

    return wanted


def _dial_hub(hub: Hub, news: Callable[[], None]) -> Conversation | None:
    """A link to a hub. The client library is an extra, which only nodes with a hub have."""
    try:
        from comity.federation.hub.line import Line
    except ModuleNotFoundError as missing:
        note(hub, error=f"{missing.name} is not installed: pip install 'comity[hub]'")
        return None
    link = HubLink(hub, Line(place_of(hub.url, hub.authority), made_in(settings.COMITY_HOME)))
    link.line.listen(lambda: link.hear(news))
    return link


def _ask_soon(courier: Courier, name: str) -> None:
    if (line := courier.lines.get(name)) is not None:
        line.ask(clock.now())
        courier.woken.set()


def keep_going(stop: threading.Event | None = None) -> None:
    """Pass after pass. What goes wrong in one is said, and the next one begins a little later."""
    courier = Courier(dial)
    courier.others = hubs(courier)
    stopped = stop or _told(courier.woken)
    wait = 0.0
    while not stopped.is_set():
        courier.woken.clear()
        try:
            wait = courier.step()
        except Exception:
            logger.exception("A pass of the courier failed.")
            wait = _AFTER_FAILURE
        if wait > LOOKS_EVERY:
            close_old_connections()
        if wait and not stopped.is_set():
            courier.woken.wait(wait)
    courier.stop()


def _told(woken: threading.Event) -> threading.Event:
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()
        woken.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stopped
