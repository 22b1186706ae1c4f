"""Joining, as it goes on one side: what can follow what, and what is refused. No Django.

    we invite:        invited → answered → compared → joined
    we are invited:              opened  → compared → joined

*Compared* is where a node asks for two people and one has confirmed; where one is enough it is passed over. From
anywhere before *joined* it can be refused; after it, we or they leave, or we remove them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from comity.kernel.errors import DomainError
from comity.kernel.text import N_
from comity.labels.subject import Role

MAY_JOIN = (Role.ADMINISTRATOR, Role.RELEASE_OFFICER)
"""Who brings another party in; what is then released to it is for release officers alone."""


class State(StrEnum):
    """How far two parties are with each other."""

    INVITED = "invited"
    ANSWERED = "answered"
    OPENED = "opened"
    COMPARED = "compared"
    JOINED = "joined"
    REFUSED = "refused"
    LEFT = "left"
    REMOVED = "removed"


GRAPH: Mapping[State, frozenset[State]] = {
    State.INVITED: frozenset({State.ANSWERED, State.REFUSED}),
    State.ANSWERED: frozenset({State.COMPARED, State.JOINED, State.REFUSED}),
    State.OPENED: frozenset({State.COMPARED, State.JOINED, State.REFUSED}),
    State.COMPARED: frozenset({State.JOINED, State.REFUSED}),
    State.JOINED: frozenset({State.LEFT, State.REMOVED}),
    State.REFUSED: frozenset(),
    State.LEFT: frozenset(),
    State.REMOVED: frozenset(),
}
WAITING = frozenset({State.ANSWERED, State.OPENED, State.COMPARED})
"""A person here has something to confirm."""
ENDED = frozenset({State.REFUSED, State.LEFT, State.REMOVED})
"""Nothing follows any more."""


def confirmed(state: State, *, persons: int) -> State:
    """What follows when somebody confirms: joined, or compared where a second person is asked for."""
    return State.COMPARED if persons > 1 and state is not State.COMPARED else State.JOINED


def same_words(said: str, lists: Iterable[Iterable[str]]) -> bool:
    """Whether `said` is a fingerprint in one of its languages, however it is spaced and in capitals or small."""
    return said.casefold().split() in [[word.casefold() for word in words] for words in lists]


class NotNow(DomainError):
    """It does not follow from where the two parties are."""

    message = N_("This cannot be done any more, or not yet. Look at the page again.")


class NotSuchADocument(DomainError):
    """The file was changed, is something else, or is not signed by whom it speaks for."""

    message = N_("This file is no invitation, answer or leaving that can be trusted: %(reason)s.")


class Expired(DomainError):
    """An invitation holds for the days that it says."""

    message = N_("This invitation has run out. Ask for a new one.")


class ManifestExpired(DomainError):
    """A party whose manifest has run out speaks for itself no longer."""

    message = N_("The manifest of that party has run out. It has to renew it first.")


class OnThisNode(DomainError):
    """Two parties of one node see each other's records by their markings; there is nothing to join."""

    message = N_("That party is on this node already.")


class JoinedAlready(DomainError):
    """Two parties join once."""

    message = N_("The two parties have joined already.")


class NotAnswering(DomainError):
    """An answer is to an invitation of ours that still waits, and carries what only that invitation held."""

    message = N_("This answers no invitation of ours that still waits.")


class SecondPersonNeeded(DomainError):
    """Where a node asks for two people, they are two."""

    message = N_("Somebody else has to confirm this: the node asks for two people.")


class NotCompared(DomainError):
    """Joining rests on a person's comparing; the words say that it was done."""

    message = N_("These are not the sixteen words of that party. Compare them again, by a way that you trust.")


class ForAnotherParty(DomainError):
    """The document names another party than the one that one acts for."""

    message = N_("This is for another party than yours.")
