"""How a partner is doing, in one word, and who may see and decide what. No Django.

Counts, times and states are for whoever keeps the exchange going, also for those who read no record; which record is
held, and what it is called, only for who may read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from comity.kernel.errors import DomainError
from comity.kernel.text import N_
from comity.labels.subject import Role

MAY_WATCH = (Role.RELEASE_OFFICER, Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.AUDITOR)
"""Who sees how the exchange goes."""
MAY_SETTLE = (Role.RELEASE_OFFICER, Role.SECURITY_OFFICER)
"""Who decides about a partner that contradicted itself."""
MAY_CALL = (Role.RELEASE_OFFICER, Role.SECURITY_OFFICER, Role.ADMINISTRATOR)
"""Who has a partner tried again at once."""

QUIET = timedelta(minutes=5)
"""Nodes compare every half minute: who was not heard for this long is silent, whatever else is known."""


class Condition(StrEnum):
    """How a partner is doing, the most pressing first."""

    STOPPED = "stopped"  # it contradicted itself: a person here must look
    NOT_JOINED = "not_joined"  # nobody here confirmed its fingerprint: what it says comes by others, or not at all
    PAUSED = "paused"  # its disk is full
    SILENT = "silent"
    FETCHING = "fetching"  # it has steps that this node has not
    BEHIND = "behind"  # it has not acknowledged all that was released to it
    IN_STEP = "in_step"


WORTH_A_CALL = frozenset({Condition.PAUSED, Condition.SILENT, Condition.FETCHING, Condition.BEHIND})
"""When it may help to try a partner again at once."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a condition follows from. `silent`: it does not answer, or was not heard for longer than `QUIET`."""

    stopped: bool = False
    joined: bool = True
    paused: bool = False
    silent: bool = False
    lacking: int = 0
    behind: int = 0


def condition_of(facts: Facts) -> Condition:
    """The most pressing of all that is so."""
    holds = {
        Condition.STOPPED: facts.stopped,
        Condition.NOT_JOINED: not facts.joined,
        Condition.PAUSED: facts.paused,
        Condition.SILENT: facts.silent,
        Condition.FETCHING: facts.lacking > 0,
        Condition.BEHIND: facts.behind > 0,
    }
    return next((condition for condition, is_so in holds.items() if is_so), Condition.IN_STEP)


class Branch(StrEnum):
    """Which of two histories of a feed its own party stands by, as far as its newest manifest shows."""

    OURS = "ours"  # the steps that were taken in
    OTHER = "other"  # those that the feed was stopped for
    NEITHER = "neither"  # it disowns both: what was before them is good
    UNSAID = "unsaid"


class NotSaid(DomainError):
    """Which of two histories is a party's own, only the party says: by revoking the key that signed the other."""

    message = N_(
        "The manifest of that party does not say which of the two is its own. It says so by revoking the key; "
        "until then the feed can only be given up."
    )


class NotStopped(DomainError):
    """Nothing is to be settled, or somebody has settled it."""

    message = N_("This is settled already. Look at the page again.")


class ReasonMissing(DomainError):
    """Whoever decides says why: others rely on it."""

    message = N_("Say why. It stays with the decision.")
