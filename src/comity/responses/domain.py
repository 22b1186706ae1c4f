"""What one party says about a record of another: concurrence and verification.

A concurrence is a ministry's word, not a click: who gives it, on what authority, by which letter. A working view and an
official position are two things, silence is never consent, and a refusal stays visible.
"""

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
