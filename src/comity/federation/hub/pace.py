"""How much a node may ask of a hub: so many bytes a second, and no burst above twice a greatest message. No clock."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from comity.federation.hub.wire import MOST_BYTES, HubRefused

BYTES_PER_SECOND = 16 * 1024 * 1024
QUESTION = 4_096
"""What a question counts for, however short it is."""


class Pace:
    """A bucket for each key, which fills as time goes by; `tick` counts seconds."""

    def __init__(self, rate: float = BYTES_PER_SECOND, *, tick: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.tick = rate, tick
        self.most = 2.0 * MOST_BYTES
        self._left: dict[str, tuple[float, float]] = {}

    def allow(self, key: str, size: int) -> None:
        """Take so much out. Raises HubRefused with the seconds to wait for it."""
        now = self.tick()
        left, at = self._left.get(key, (self.most, now))
        left = min(self.most, left + (now - at) * self.rate)
        cost = float(max(size, QUESTION))
        if cost > left:
            raise HubRefused("slow-down", math.ceil((cost - left) / self.rate))
        self._left[key] = (left - cost, now)
