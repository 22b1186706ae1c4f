"""Who holds which post. Positions are released, names are not, by default; a person is a record of its own.

A source reports that somebody held an office *on a date*: that is less than a term, and it is kept as what it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

from comity.kernel.dates import PartialDate
from comity.kernel.text import N_


class OrganisationNature(StrEnum):
    """What an organisation is."""

    ALLIANCE = "alliance"
    COMMAND = "command"
    MISSION = "mission"
    MINISTRY = "ministry"
    OFFICE = "office"
    COMMITTEE = "committee"
    FORCES = "forces"
    SCHOOL = "school"
    GOVERNMENT = "government"
    COALITION = "coalition"
    OTHER = "other"


class Holders(StrEnum):
    """How many people hold a position at one time."""

    ONE = "one"
    MANY = "many"


class AppointmentStatus(StrEnum):
    """How firmly somebody holds an office."""

    ACTING = "acting"
    DESIGNATED = "designated"
    CONFIRMED = "confirmed"
    REPORTED = "reported"


NATURE_WORDS = {
    OrganisationNature.ALLIANCE: N_("alliance"),
    OrganisationNature.COMMAND: N_("command"),
    OrganisationNature.MISSION: N_("mission"),
    OrganisationNature.MINISTRY: N_("ministry"),
    OrganisationNature.OFFICE: N_("office"),
    OrganisationNature.COMMITTEE: N_("committee"),
    OrganisationNature.FORCES: N_("forces"),
    OrganisationNature.SCHOOL: N_("school"),
    OrganisationNature.GOVERNMENT: N_("government"),
    OrganisationNature.COALITION: N_("coalition"),
    OrganisationNature.OTHER: N_("other organisation"),
}
HOLDERS_WORDS = {Holders.ONE: N_("one holder at a time"), Holders.MANY: N_("several holders at a time")}
STATUS_WORDS: dict[str, str] = {
    AppointmentStatus.ACTING: N_("acting"),
    AppointmentStatus.DESIGNATED: N_("designated, not yet in office"),
    AppointmentStatus.CONFIRMED: N_("confirmed"),
    AppointmentStatus.REPORTED: N_("reported in office"),
}


class Finding(StrEnum):
    """What a party says of a mention and a person."""

    SAME = "same"
    PERHAPS = "perhaps"
    OTHER = "other"


FINDING_WORDS = {
    Finding.SAME: N_("is this person"),
    Finding.PERHAPS: N_("may be this person"),
    Finding.OTHER: N_("is not this person"),
}

_NOT_SERVING = (AppointmentStatus.DESIGNATED, None)
_IN_OFFICE = (AppointmentStatus.ACTING, AppointmentStatus.CONFIRMED)


@dataclass(frozen=True, slots=True)
class AppointmentFact:
    """One appointment, as the rules look at it; `status` is None where this version does not know it."""

    id: int
    position: int
    person: int
    status: AppointmentStatus | None
    starts: PartialDate | None
    ends: PartialDate | None
    observed: tuple[PartialDate, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """Two people who cannot both have held an office of one holder: `on` is when."""

    first: int
    second: int
    on: str


def clashes(appointments: Sequence[AppointmentFact], holders: Holders | None) -> list[Clash]:
    """Where two different people are said to hold a position of one holder on the same day, or for terms that overlap.

    Only what is certain counts: two reports of one month are no clash, two of one day are. Somebody *designated* is not
    in office yet, and of a status that this version does not know (None) nothing is certain.
    """
    if holders is not Holders.ONE:
        return []
    serving = [a for a in appointments if a.status not in _NOT_SERVING]
    return [
        Clash(one.id, other.id, on)
        for one, other in combinations(serving, 2)
        if one.person != other.person and (on := _together(one, other))
    ]


def refused_with(new: AppointmentFact, others: Sequence[AppointmentFact], holders: Holders | None) -> list[Clash]:
    """What keeps a party from entering `new` beside its own `others`: two holders of one post, or one of them twice.

    What sources report is kept as they report it, however they contradict each other: only terms that a party itself
    states as *acting* or *confirmed* are held against each other.
    """
    if new.status not in _IN_OFFICE:
        return []
    own = [one for one in others if one.status in _IN_OFFICE]
    twice = [Clash(one.id, new.id, on) for one in own if one.person == new.person and (on := _shared_term(one, new))]
    return twice or [clash for clash in clashes([*own, new], holders) if new.id in (clash.first, clash.second)]


def serving(terms: Sequence[AppointmentFact], day: date) -> list[AppointmentFact]:
    """Those who hold the office on `day`, as far as is known: begun, or without a known beginning, and not ended."""
    return [
        one
        for one in terms
        if one.status not in _NOT_SERVING
        and (one.starts is None or one.starts.first <= day)
        and (one.ends is None or day < one.ends.last)
    ]


def born_after(born: PartialDate | None, term: AppointmentFact) -> bool:
    """Whether somebody born in the year `born` cannot have served so early."""
    days = [day for day in (term.starts, *term.observed) if day is not None]
    return born is not None and any(day.last < born.first for day in days)


def _together(one: AppointmentFact, other: AppointmentFact) -> str:
    """A day on which both are said to serve, as text; empty when there is none for certain."""
    for mine in one.observed:
        if mine.first == mine.last and (mine in other.observed or _within(mine, other)):
            return mine.text
    for theirs in other.observed:
        if theirs.first == theirs.last and _within(theirs, one):
            return theirs.text
    return _shared_term(one, other)


def _shared_term(one: AppointmentFact, other: AppointmentFact) -> str:
    """The first day that is for certain in both terms, as text; empty when there is none."""
    if one.starts and other.starts:
        start = max(one.starts.last, other.starts.last)
        ends = [a.ends.first for a in (one, other) if a.ends]
        if all(start < end for end in ends):
            return start.isoformat()
    return ""


def _within(day: PartialDate, term: AppointmentFact) -> bool:
    """Whether `day` is for certain inside a stated term that has a beginning."""
    return bool(term.starts and term.starts.last <= day.first and (term.ends is None or day.last < term.ends.first))


def may_serve(term: AppointmentFact, day: date) -> bool:
    """Whether a stated term may include `day`: it has a beginning or an end, and neither speaks against it."""
    if term.status in _NOT_SERVING or not (term.starts or term.ends):
        return False
    return (term.starts is None or term.starts.first <= day) and (term.ends is None or day <= term.ends.last)
