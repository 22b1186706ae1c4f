"""`comity courier`: the loop that lets what was released leave, until it is told to stop."""

import logging
import signal
import threading
from types import FrameType

from django.conf import settings
from django.db import close_old_connections

from comity.federation.models import Peer
from comity.federation.sync.courier import LOOKS_EVERY, Courier
from comity.federation.transport.client import Client
from comity.federation.transport.link import Link
from comity.parties.models import Party

logger = logging.getLogger(__name__)
_AFTER_FAILURE = 2.0


def dial(party: Party, peer: Peer) -> Link:
    """A link to a partner over HTTP."""
    return Link(party, peer, Client(peer.url, allowed=settings.COMITY_PRIVATE_PEERS))


def keep_going(stop: threading.Event | None = None) -> None:
    """Pass after pass. What goes wrong in one is said, and the next one begins a little later."""
    courier = Courier(dial)
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
