"""What one party says about a record of another: concurrence, verification, proposal, question.

A concurrence is a ministry's word, not a click: who gives it, on what authority, by which letter. A working view and an
official position are two things, silence is never consent, and a refusal stays visible.

A proposal changes nothing: the owner of the record accepts it by an edit of its own, or declines it. It is *overtaken*
when the record changed meanwhile; it can be accepted all the same. A question is open until whoever asked it says that
it is answered.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from comity.kernel.errors import DomainError
from comity.kernel.text import N_


class Position(StrEnum):
    """What a party says to another's proposal."""

    CONCURS = "concurs"
    WITH_CONDITIONS = "with_conditions"
    REFUSES = "refuses"
    WITHDRAWN = "withdrawn"
    IN_DISCUSSION = "in_discussion"


class View(StrEnum):
    """A working view and an official position are two things."""

    WORKING = "working"
    OFFICIAL = "official"


class Finding(StrEnum):
    """What a verifier found."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    IN_PART = "in_part"


class Mode(StrEnum):
    """How a verification was made."""

    JOINT = "joint"
    INDEPENDENT = "independent"


class Asked(StrEnum):
    """What whoever asked says of a question."""

    OPEN = "open"
    ANSWERED = "answered"


class Put(StrEnum):
    """What whoever proposed says of a proposal."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    """What the owner of a record says to a proposal for it."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class ProposalState(StrEnum):
    """How a proposal stands: derived from what its author and the owner of the record say, stored by nobody."""

    OPEN = "open"
    OVERTAKEN = "overtaken"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether the owner can still accept or decline it."""
        return self in (ProposalState.OPEN, ProposalState.OVERTAKEN)


POSITION_WORDS: dict[str, str] = {
    Position.CONCURS: N_("concurs"),
    Position.WITH_CONDITIONS: N_("concurs with conditions"),
    Position.REFUSES: N_("does not concur"),
    Position.WITHDRAWN: N_("concurrence withdrawn"),
    Position.IN_DISCUSSION: N_("in discussion"),
}
VIEW_WORDS = {View.WORKING: N_("working view"), View.OFFICIAL: N_("official position")}
FINDING_WORDS: dict[str, str] = {
    Finding.CONFIRMED: N_("confirmed"),
    Finding.NOT_CONFIRMED: N_("not confirmed"),
    Finding.IN_PART: N_("confirmed in part"),
}
MODE_WORDS = {Mode.JOINT: N_("jointly with the author"), Mode.INDEPENDENT: N_("independently of the author")}


ASKED_WORDS = {Asked.OPEN: N_("open"), Asked.ANSWERED: N_("answered")}
PUT_WORDS = {Put.OPEN: N_("open"), Put.WITHDRAWN: N_("withdrawn")}
DECISION_WORDS: dict[str, str] = {Decision.ACCEPTED: N_("accepted"), Decision.DECLINED: N_("declined")}


class OfficialNeedsLetter(DomainError):
    """An official position without the letter that gives it."""

    message = N_("An official position rests on a letter: give its number.")


class OfficialNeedsDate(DomainError):
    """A letter without its date."""

    message = N_("An official position rests on a letter: give its date.")


class OfficialNeedsAuthority(DomainError):
    """An official position that does not say on whose authority it is given."""

    message = N_("Say on whose authority the official position is given.")


class ConditionsMissing(DomainError):
    """A concurrence with conditions that names none."""

    message = N_("Say what the conditions are.")


class LetterFromTheFuture(DomainError):
    """A letter dated after today."""

    message = N_("The letter is dated %(date)s, which is after today.")


class OwnRecord(DomainError):
    """A party that would concur with its own proposal."""

    message = N_("This is a record of your own party; another party says whether it concurs.")


class OwnMeasurement(DomainError):
    """A party that would verify what it reported itself."""

    message = N_("Your party reported this measurement; another party verifies it.")


class OwnToEdit(DomainError):
    """A party that would propose to itself."""

    message = N_("This is a record of your own party: edit it.")


class NoProposals(DomainError):
    """A kind of record that nobody edits, that holds a name, or that is another party's word."""

    message = N_("To a record of this kind nobody proposes a change. Ask about it instead.")


class NothingProposed(DomainError):
    """A proposal that would leave the record as it is."""

    message = N_("Nothing differs from what the record says now. Change what you propose to change.")


class NoSuchField(DomainError):
    """A proposal to change what the record has not, or to what it cannot hold."""

    message = N_("The record has no field “%(name)s” that could say this.")


class ProposalStands(DomainError):
    """A proposal that would become another one."""

    message = N_("What is proposed stays as it was read. Withdraw it and propose anew.")


class AnswerOfTheOwner(DomainError):
    """An answer to a proposal by somebody whose record it is not about."""

    message = N_("Only the owner of the record accepts or declines a proposal for it.")


class AnsweredAlready(DomainError):
    """A second answer to a proposal, or one to what was withdrawn."""

    message = N_("This proposal is %(state)s; nothing is left to answer.")


class AcceptedByAnEdit(DomainError):
    """An acceptance that changed nothing."""

    message = N_("A proposal is accepted by saving the change; name the revision that was made.")


class MarkedOtherwise(DomainError):
    """An answer that would be marked wider than the record that it speaks of."""

    message = N_("The record is marked otherwise than when this was asked. Ask anew under the record.")


class VerifiedInTheFuture(DomainError):
    """A verification dated after today."""

    message = N_("The verification is dated %(date)s, which is after today.")


def concurrence_refusals(
    *,
    position: str,
    view: str,
    letter_number: str,
    letter_date: date | None,
    has_authority: bool,
    has_conditions: bool,
    today: date,
) -> list[DomainError]:
    """Why a concurrence cannot be entered as it is; empty when it can."""
    found: list[DomainError] = []
    if view == View.OFFICIAL and position != Position.IN_DISCUSSION:
        if not letter_number.strip():
            found.append(OfficialNeedsLetter(field="letter_number"))
        if letter_date is None:
            found.append(OfficialNeedsDate(field="letter_date"))
        if not has_authority:
            found.append(OfficialNeedsAuthority(field="authority"))
    if letter_date is not None and letter_date > today:
        found.append(LetterFromTheFuture(field="letter_date", date=letter_date))
    if position == Position.WITH_CONDITIONS and not has_conditions:
        found.append(ConditionsMissing(field="conditions"))
    return found


def proposal_state(put: str, replies: Sequence[str], *, overtaken: bool) -> ProposalState:
    """How a proposal stands: `replies` are the owner's decisions in the order of the log, `put` its author's word.

    What the owner accepted is made, whoever withdrew it meanwhile.
    """
    if Decision.ACCEPTED in replies:
        return ProposalState.ACCEPTED
    if Decision.DECLINED in replies:
        return ProposalState.DECLINED
    if put == Put.WITHDRAWN:
        return ProposalState.WITHDRAWN
    return ProposalState.OVERTAKEN if overtaken else ProposalState.OPEN
