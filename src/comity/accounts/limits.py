"""How often somebody may guess a password: rules of waiting that nobody can turn against somebody else. No Django.

Wrong attempts fill buckets that run dry with time; a right one gives back what it took.

- A browser that has signed in to the account before has a bucket of its own, which no stranger can fill.
- Everybody else has one for what they try on one account from one place, and one for all they try from there.
- Wrong attempts from everywhere on one account together refuse nobody: past a number they make guessing dear, for
  each place then has one attempt at a time instead of several. A person on a new device still has theirs.

So an account is never closed by strangers: who is at another place, or in a browser that is known, comes in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from comity.kernel.errors import DomainError
from comity.kernel.text import N_


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` wrong attempts; a full bucket is dry again after `within`."""

    most: int
    within: timedelta

    def left(self, level: float, since: datetime, at: datetime) -> float:
        """What of `level`, as it stood at `since`, has not run out by `at`."""
        gone = max(at - since, timedelta()) / self.within * self.most
        return max(0.0, level - gone)

    def holds(self, level: float) -> bool:
        """Whether one more goes in."""
        return level + 1 <= self.most


KNOWN = Limit(10, timedelta(minutes=5))
"""On one account, from one browser that has signed in to it."""

PAIR = Limit(5, timedelta(minutes=5))
"""On one account, from one place."""

SIEGED = Limit(1, timedelta(minutes=5))
"""The same while wrong attempts on that account come from everywhere."""

PLACE = Limit(40, timedelta(minutes=10))
"""On all accounts, from one place: an office behind one address has room for its own slips."""

SIEGE = Limit(20, timedelta(hours=1))
"""On one account, from everywhere: full, it refuses nobody, and `SIEGED` holds instead of `PAIR`."""


class TooManyAttempts(DomainError):
    """Somebody guesses; they wait."""

    message = N_(
        "Too many wrong attempts from here. Wait five minutes and try again. In a browser in which you have signed in "
        "before, your password still works at once."
    )
