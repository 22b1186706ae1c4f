"""What nobody stores: whether an objective is proposed, endorsed, active, achieved or retired, and whether an
initiative may be active.

What the host has not agreed to is *proposed*, however certain the other side is; silence is never consent. Only an
official position of the host counts, and the latest one by the log; a working view is shown beside it. It holds for the
wording it was given to: when the owner changes that, the host is asked again. A position that this version does not
know is no agreement. A refusal stays visible, with its reason, whatever follows. When the signatory's appointment has
ended, the concurrence still stands and asks to be confirmed again.

An initiative needs no word of its own under a mandate in force, for that is the host's word, with two exceptions: what
was once agreed in principle only awaits the host, and what the host speaks against is not active.
"""

from dataclasses import dataclass
from datetime import date

from comity.kernel.text import N_
from comity.programme.domain.derivation import Note
from comity.programme.domain.facts import ConcurrenceFact, InitiativeFacts, MandateFacts, ObjectiveFacts
from comity.programme.domain.vocabulary import InitiativeStatus, ObjectiveState, Stage
from comity.responses.domain import Position, View

AGREES = (Position.CONCURS, Position.WITH_CONDITIONS)


@dataclass(frozen=True, slots=True)
class MandateStanding:
    """Whether a mandate is in force on a day, and why."""

    in_force: bool
    because: Note
    review_due: bool = False


@dataclass(frozen=True, slots=True)
class ObjectiveStanding:
    """A state and the sentences that explain it.

    `concurrence` is the host's official word that counts now (`None`: silence), `working_view` its latest working view,
    `refusals` every official refusal there ever was, in the order of the log. `confirm_again` asks the host to confirm;
    `changed_since` says that the wording is no longer the one that the host agreed to.
    """

    state: ObjectiveState
    because: tuple[Note, ...]
    concurrence: ConcurrenceFact | None = None
    working_view: ConcurrenceFact | None = None
    refusals: tuple[ConcurrenceFact, ...] = ()
    confirm_again: bool = False
    changed_since: bool = False

    @property
    def has_conditions(self) -> bool:
        """Whether the host agreed with conditions."""
        return not self.changed_since and _is(self.concurrence, Position.WITH_CONDITIONS)


def _is(word: ConcurrenceFact | None, position: Position) -> bool:
    return word is not None and word.position is position


@dataclass(frozen=True, slots=True)
class InitiativeStanding:
    """The clause that an initiative stands on, whether it may be active on that day, and what speaks against it.

    `awaits` says that it cannot be active before the host (again) concurs; `concurrence` is the host's official word
    that counts now. `is_outside`: active by its own word, and outside a mandate in force.
    """

    clause: str | None
    may_be_active: bool
    because: tuple[Note, ...]
    is_outside: bool
    concurrence: ConcurrenceFact | None = None
    awaits: bool = False
    changed_since: bool = False

    @property
    def has_conditions(self) -> bool:
        """Whether the host agreed with conditions."""
        return not self.changed_since and _is(self.concurrence, Position.WITH_CONDITIONS)


def mandate_standing(mandate: MandateFacts | None, on: date) -> MandateStanding:
    """Whether `mandate` is in force on `on`. A date known to the month or year counts from its first to its last day.

    A mandate whose beginning is not stated counts as begun, and the page says that it is not stated.
    """
    if mandate is None:
        return MandateStanding(False, Note.of(N_("No mandate is shown to you.")))
    if not mandate.of_host:
        return MandateStanding(False, Note.of(N_("The mandate is no record of a host, so nothing stands on it.")))
    if mandate.begins is not None and mandate.begins.first > on:
        return MandateStanding(False, Note.of(N_("The mandate begins on %(day)s."), day=mandate.begins.first))
    if mandate.ends is not None and mandate.ends.last < on:
        return MandateStanding(False, Note.of(N_("The mandate ended on %(day)s."), day=mandate.ends.last))
    review_due = mandate.review is not None and mandate.review.last < on
    if mandate.begins is None:
        because = Note.of(N_("The mandate is in force; when it began is not stated."))
    else:
        because = Note.of(N_("The mandate is in force since %(day)s."), day=mandate.begins)
    return MandateStanding(True, because, review_due)


def objective_standing(objective: ObjectiveFacts, on: date, *, achieved: bool = False) -> ObjectiveStanding:
    """The state of `objective` on `on`; `achieved` says whether its picture is (see `ObjectivePicture.is_achieved`)."""
    official = _spoken(objective, View.OFFICIAL)
    working = _spoken(objective, View.WORKING)
    word = official[-1] if official else None
    state, because = _state(objective, word, on, achieved=achieved)
    changed = word is not None and _changed_since(objective, word)
    again = bool(word and word.position in AGREES and word.signatory_until and word.signatory_until < on)
    if again and not changed and word is not None:
        asks = N_("The signatory's appointment ended on %(day)s: the host is asked to confirm again.")
        because = (*because, Note.of(asks, day=word.signatory_until))
    return ObjectiveStanding(
        state,
        because,
        word,
        working[-1] if working else None,
        tuple(c for c in official if c.position is Position.REFUSES),
        again and not changed,
        changed,
    )


def initiative_standing(initiative: InitiativeFacts, mandate: MandateFacts | None, on: date) -> InitiativeStanding:
    """On which clause `initiative` stands, and whether it may be active on `on`.

    One that calls itself active and may not be is shown as that, never hidden.
    """
    in_force = mandate_standing(mandate, on)
    clauses = mandate.clauses if mandate is not None else ()
    against = [] if in_force.in_force else [in_force.because]
    known = initiative.clause in clauses
    if not known:
        against.append(Note.of(N_("It names no clause of the mandate to stand on.")))
    because = tuple(against) or (in_force.because,)
    outside = bool(against) and initiative.status is InitiativeStatus.ACTIVE
    official = _spoken(initiative, View.OFFICIAL)
    word = official[-1] if official else None
    awaits = False
    said: tuple[Note, ...] = ()
    if initiative.owner != initiative.host and (initiative.in_principle or word is not None):
        agreed, why = _agreed(initiative, word)
        awaits, said = not agreed, (why,)
    return InitiativeStanding(
        initiative.clause if known else None,
        not against and not awaits,
        (*said, *because),
        outside,
        word,
        awaits,
        word is not None and _changed_since(initiative, word),
    )


def _spoken(about: ObjectiveFacts | InitiativeFacts, view: View) -> list[ConcurrenceFact]:
    """What the host has said, in the order of the log."""
    of_host = (c for c in about.concurrences if c.author == about.host and c.view is view)
    return sorted(of_host, key=lambda c: (c.log_index, c.id))


def _state(
    objective: ObjectiveFacts, word: ConcurrenceFact | None, on: date, *, achieved: bool
) -> tuple[ObjectiveState, tuple[Note, ...]]:
    if objective.stage is Stage.DRAFT:
        return ObjectiveState.DRAFT, (Note.of(N_("Its owner has not submitted it yet.")),)
    if objective.stage is Stage.SUPERSEDED:
        return ObjectiveState.SUPERSEDED, (Note.of(N_("Its owner has replaced it by another.")),)
    if objective.stage is not Stage.SUBMITTED:
        unread = N_("This version does not know its stage “%(code)s”, so nothing counts as agreed.")
        return ObjectiveState.PROPOSED, (Note.of(unread, code=objective.stage),)
    agreed, why = _agreed(objective, word)
    if not agreed:
        return ObjectiveState.PROPOSED, (why,)
    return _in_time(objective, why, on, achieved=achieved)


def _agreed(about: ObjectiveFacts | InitiativeFacts, word: ConcurrenceFact | None) -> tuple[bool, Note]:
    """Whether the host stands behind it. Its own it stands behind, unless it says otherwise."""
    if word is None:
        if about.owner == about.host:
            return True, Note.of(N_("It is the host's own objective."))
        return False, Note.of(N_("Awaiting the host's official position; silence is not consent."))
    letter = {"letter": word.letter_number or "–", "day": word.letter_date or "–"}
    if _changed_since(about, word):
        asks = N_("Changed since the host's letter %(letter)s of %(day)s: the host is asked again.")
        return False, Note.of(asks, **letter)
    says = {
        Position.CONCURS: N_("The host concurs, by letter %(letter)s of %(day)s."),
        Position.WITH_CONDITIONS: N_("The host concurs with conditions, by letter %(letter)s of %(day)s."),
        Position.REFUSES: N_("The host does not concur, by letter %(letter)s of %(day)s."),
        Position.WITHDRAWN: N_("The host has withdrawn its concurrence, by letter %(letter)s of %(day)s."),
        Position.IN_DISCUSSION: N_("The host has it in discussion."),
    }
    if not isinstance(word.position, Position):
        unread = N_("This version does not know the host's position “%(code)s”; it counts as no agreement.")
        return False, Note.of(unread, code=word.position)
    return word.position in AGREES, Note.of(says[word.position], **letter)


def _changed_since(about: ObjectiveFacts | InitiativeFacts, word: ConcurrenceFact) -> bool:
    """Whether the host agreed to other words than stand now. What it changes of its own needs nobody's word.

    A word that names the revision it was given to says it itself; for one that does not, the log does.
    """
    if word.position not in AGREES or about.owner == about.host:
        return False
    return about.worded_at > word.log_index if word.covers is None else not word.covers


def _in_time(
    objective: ObjectiveFacts, why: Note, on: date, *, achieved: bool
) -> tuple[ObjectiveState, tuple[Note, ...]]:
    if achieved:
        return ObjectiveState.ACHIEVED, (why, Note.of(N_("Every indicator is achieved or kept.")))
    if objective.ends is not None and objective.ends.last < on:
        return ObjectiveState.RETIRED, (why, Note.of(N_("Its period ended on %(day)s."), day=objective.ends.last))
    mandate = mandate_standing(objective.mandate, on)
    if objective.mandate is not None and objective.mandate.ends and objective.mandate.ends.last < on:
        return ObjectiveState.RETIRED, (why, mandate.because)
    if not mandate.in_force:
        return ObjectiveState.ENDORSED, (why, mandate.because)
    if objective.starts is not None and objective.starts.first > on:
        starts = Note.of(N_("Its period begins on %(day)s."), day=objective.starts.first)
        return ObjectiveState.ENDORSED, (why, starts)
    return ObjectiveState.ACTIVE, (why, mandate.because)
