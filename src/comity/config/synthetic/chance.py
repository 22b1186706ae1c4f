"""Chance that is the same everywhere: every draw is a hash of the seed, the name of what is drawn for, and a count.

Not `random.Random`: its draws may change between versions of Python, and the example must not.
"""

import hashlib


class Chance:
    """Draws for one thing; another thing of the same seed draws independently of it."""

    def __init__(self, seed: int, name: str) -> None:
        self._name = f"{seed}/{name}"
        self._drawn = 0

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        self._drawn += 1
        drawn = hashlib.sha256(f"{self._name}/{self._drawn}".encode()).digest()
        return low + int.from_bytes(drawn[:8], "big") % (high - low + 1)

    def happens(self, percent: int) -> bool:
        """Whether something comes about that does so in `percent` of a hundred cases."""
        return self.between(1, 100) <= percent

    def path(self, start: int, end: int, steps: int, wobble: int) -> list[int]:
        """`steps` whole numbers on the way from `start` (left out) to `end` (the last of them, exactly).

        Each but the last lies within `wobble` of the straight line.
        """
        line = [start + (end - start) * step // steps for step in range(1, steps + 1)]
        return [point + self.between(-wobble, wobble) for point in line[:-1]] + [end]
