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
    stopped = stop or _told()
    courier = Courier(dial)
    wait = 0.0
    while not stopped.wait(wait):
        try:
            wait = max(courier.step(), 0.001)
        except Exception:
            logger.exception("A pass of the courier failed.")
            wait = _AFTER_FAILURE
        if wait > LOOKS_EVERY:
            close_old_connections()


def _told() -> threading.Event:
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stopped
