"""Pausing: a node whose disk is nearly full takes nothing more in, says so, loses nothing, and goes on by itself.

The share of the disk is COMITY_FULL_AT, 0.85: the rest is for what people here write, for backups and for the database
itself. Partners keep what waits and ask again; what a person releases here still leaves, and what others have of our
own feeds is still fetched, for without it nothing could be said after a restore.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from comity.federation.models import Peer

PAUSED = "paused"
"""The code that a partner is told, and what its row says here (`Peer.last_error`) while it told us."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """What stands still. `here`: this node takes nothing in; `partners`: those that said that they take nothing."""

    here: bool
    used: float
    partners: Sequence[Peer]


def used() -> float:
    """How much of the disk of the node's directory is used, from 0 to 1, as its user sees it."""
    usage = shutil.disk_usage(settings.COMITY_HOME)
    return usage.used / (usage.used + usage.free or 1)


def is_full() -> bool:
    """Whether the disk is so full that nothing more is taken in. Other databases look after their own disks."""
    return used() > settings.COMITY_FULL_AT


def pauses() -> Pauses:
    """What people should know about who takes nothing in."""
    return Pauses(is_full(), used(), list(Peer.objects.filter(last_error=PAUSED).select_related("party")))
