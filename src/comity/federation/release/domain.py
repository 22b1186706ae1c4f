"""Release: what may leave, and what binds the decision to what was seen. No Django.

A release officer decides; what names a person waits for a legal adviser of the same party, and what is CONFIDENTIAL or
higher for a second release officer. Each of them decides on the same hash: over the commitments of the revisions and
the manifest of the channel. Whoever saw something else has decided on nothing, and is shown it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from comity.kernel import canonical
from comity.kernel.errors import DomainError
from comity.kernel.ids import PartyId, RecordId
from comity.kernel.text import N_
from comity.labels.domain import Audience, Label, Refusal, refusals
from comity.labels.scale import Classification
from comity.labels.subject import Subject

MOST = 500
"""Revisions in one decision: more than a person can look at is decided by a standing rule, or in parts."""

MENDED_BY_OTHERS = frozenset({Refusal.PERSON_NOT_REVIEWED, Refusal.NO_SECOND_PERSON})
"""What another person of the party can still mend: until then a release waits."""


class NothingChosen(DomainError):
    """A decision about nothing."""

    message = N_("Choose at least one record that has not been released there.")


class TooMany(DomainError):
    """More than a person can look at."""

    message = N_("At most %(most)s records can be released in one decision: choose fewer.")


class NotReleasable(DomainError):
    """A rule refuses it; the page says which."""

    message = N_("This may not be released there: %(reasons)s.")


class NotASender(DomainError):
    """A channel that does not carry the records of this party."""

    message = N_("This channel does not carry records of your party.")


class ChannelClosed(DomainError):
    """Nothing more is said in it."""

    message = N_("This channel is closed: nothing more is released there.")


class SeenOtherwise(DomainError):
    """What would leave, or who would receive it, is not what was shown."""

    message = N_("Something changed since you looked: a record, or who is in the channel. Look again, then decide.")


class NotWaiting(DomainError):
    """It was decided already, or there is nothing left to confirm for this person."""

    message = N_("This release does not wait for you.")


class NotReleased(DomainError):
    """Nothing to take back."""

    message = N_("This record was not released in that channel, or is withdrawn already.")


class BadPeriod(DomainError):
    """A standing rule is for a period that a person can answer for."""

    message = N_("A standing rule begins before it ends, and lasts at most %(days)s days.")


@dataclass(frozen=True, slots=True)
class Item:
    """One revision that is to leave. `names`: what names of people can be told from it, as the page shows them."""

    record: RecordId
    revision: int
    commitment: bytes
    kind: str
    label: Label
    names_person: bool
    origins_agreed: bool

    def refusals(
        self, releaser: Subject, audience: Audience, *, reviewed: bool, second: Subject | None
    ) -> list[Refusal]:
        """What keeps it from leaving; see `labels.domain.refusals`."""
        return refusals(
            releaser,
            self.label,
            owner=self.record.party,
            kind=self.kind,
            audience=audience,
            names_person=self.names_person,
            legally_reviewed=reviewed,
            origins_agreed=self.origins_agreed,
            second_person=second,
        )


def seen_hash(items: Iterable[Item], audience: str) -> str:
    """What a decision is bound to: the revisions by their commitments, and the manifest of the channel by its hash."""
    revisions = sorted((str(item.record), item.revision, item.commitment.hex()) for item in items)
    return hashlib.sha256(canonical.encode({"audience": audience, "revisions": revisions})).hexdigest()


def waits(found: Iterable[Refusal]) -> bool:
    """Whether nothing but another person's word is missing."""
    return set(found) <= MENDED_BY_OTHERS


def within(label: Label, ceiling: Mapping[str, Classification]) -> bool:
    """Whether a standing rule with this ceiling covers what is marked so."""
    return label.policy in ceiling and label.classification <= ceiling[label.policy]


def who_lacks(members: Iterable[PartyId], holders: frozenset[PartyId]) -> tuple[PartyId, ...]:
    """The members that, as far as is known, do not have a record."""
    return tuple(sorted(set(members) - holders))


def in_one(several: Sequence[Sequence[Refusal]]) -> list[Refusal]:
    """Every refusal of several revisions, each once, in the order of the rules."""
    found = {refusal for one in several for refusal in one}
    return [refusal for refusal in Refusal if refusal in found]
