"""The closed lists of the programme, each code with its word for a person.

Codes are what records hold and what is exchanged; words are message ids. Codes of the International Aid
Transparency Initiative (IATI 2.03: IndicatorMeasure, ResultType) stand beside ours where the standard has one.
"""

from enum import StrEnum
from typing import Self

from comity.kernel.text import N_


class Worded(StrEnum):
    """A code with `words`, the message id a person reads."""

    words: str

    def __new__(cls, code: str, words: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.words = words
        return member


class Measure(Worded):
    """What kind of figure an indicator has."""

    UNIT = "unit", N_("number")
    PERCENTAGE = "percentage", N_("percentage")
    ORDINAL = "ordinal", N_("level on a scale")
    NOMINAL = "nominal", N_("category")
    QUALITATIVE = "qualitative", N_("judgement in words")

    @property
    def iati(self) -> str:
        """Code in IATI's list IndicatorMeasure."""
        return {"unit": "1", "percentage": "2", "nominal": "3", "ordinal": "4", "qualitative": "5"}[self.value]


class Nature(Worded):
    """How figures of one indicator relate to time."""

    FLOW = "flow", N_("happens during a period")
    STOCK = "stock", N_("level at a date")
    RUNNING_TOTAL = "running_total", N_("running total")


class Direction(Worded):
    """Which way is better."""

    ASCENDING = "ascending", N_("higher is better")
    DESCENDING = "descending", N_("lower is better")


class Frequency(Worded):
    """How often an indicator is measured."""

    MONTHLY = "monthly", N_("monthly")
    QUARTERLY = "quarterly", N_("quarterly")
    HALF_YEARLY = "half_yearly", N_("half-yearly")
    YEARLY = "yearly", N_("yearly")
    ONCE = "once", N_("once")

    @property
    def months(self) -> int | None:
        """Months between two measurements; `None` for what is measured once."""
        return {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}.get(self.value)


class ResultLevel(Worded):
    """Where a result stands on the way from what is done to what is different."""

    OUTPUT = "output", N_("output")
    OUTCOME = "outcome", N_("outcome")
    IMPACT = "impact", N_("impact")

    @property
    def iati(self) -> str:
        """Code in IATI's list ResultType."""
        return {"output": "1", "outcome": "2", "impact": "3"}[self.value]


class Stage(Worded):
    """What the owner of an objective stores about it; the rest of its state is derived."""

    DRAFT = "draft", N_("draft")
    SUBMITTED = "submitted", N_("submitted")
    SUPERSEDED = "superseded", N_("superseded")


class ObjectiveState(Worded):
    """What a person sees; never stored."""

    DRAFT = "draft", N_("draft")
    PROPOSED = "proposed", N_("proposed")
    ENDORSED = "endorsed", N_("endorsed")
    ACTIVE = "active", N_("active")
    ACHIEVED = "achieved", N_("achieved")
    RETIRED = "retired", N_("retired")
    SUPERSEDED = "superseded", N_("superseded")


class IndicatorState(Worded):
    """How an indicator stands against its target."""

    ACHIEVED = "achieved", N_("achieved")
    ON_TRACK = "on_track", N_("on track")
    BEHIND = "behind", N_("behind")
    REGRESSING = "regressing", N_("regressing")
    MAINTAINED = "maintained", N_("maintained")
    BREACHED = "breached", N_("breached")
    MEASURED = "measured", N_("measured, not judged")
    NOT_MEASURED = "not_measured", N_("not measured")


class Judgement(Worded):
    """A qualitative reading against the last one."""

    BETTER = "better", N_("better")
    SAME = "same", N_("unchanged")
    WORSE = "worse", N_("worse")


class Confidence(Worded):
    """Who stands behind a figure; derived from verifications, never stored."""

    SELF_REPORTED = "self_reported", N_("self-reported")
    JOINTLY_VERIFIED = "jointly_verified", N_("jointly verified")
    INDEPENDENTLY_VERIFIED = "independently_verified", N_("independently verified")
    DISPUTED = "disputed", N_("disputed")


class Freshness(Worded):
    """The age of a figure against how often it should be measured."""

    FRESH = "fresh", N_("fresh")
    DUE = "due", N_("next measurement is due")
    STALE = "stale", N_("stale")
    NEVER = "never", N_("never measured")


class InitiativeStatus(Worded):
    """What the party that does it says of an initiative."""

    PLANNED = "planned", N_("planned")
    IN_PRINCIPLE = "in_principle", N_("agreed in principle")
    ACTIVE = "active", N_("active")
    PAUSED = "paused", N_("paused")
    COMPLETED = "completed", N_("completed")
    CANCELLED = "cancelled", N_("cancelled")


class MilestoneState(Worded):
    """Done or not, with evidence."""

    PLANNED = "planned", N_("planned")
    DONE = "done", N_("done")
    MISSED = "missed", N_("missed")
    DROPPED = "dropped", N_("dropped")


class RiskState(Worded):
    """Whether a risk is still watched."""

    OPEN = "open", N_("open")
    CLOSED = "closed", N_("closed")


class AssumptionState(Worded):
    """Whether what a result rests on still holds."""

    HOLDS = "holds", N_("holds")
    DOUBTFUL = "doubtful", N_("doubtful")
    FAILED = "failed", N_("failed")
    UNKNOWN = "unknown", N_("not known")


# Priority areas: a list that a node may extend; an unknown code is shown as it is, never refused on receipt.
PRIORITY_AREAS: dict[str, str] = {
    "cybersecurity": N_("Cybersecurity"),
    "counter_terrorism": N_("Counter-terrorism"),
    "logistics": N_("Logistics"),
    "governance": N_("Governance"),
    "education": N_("Military education"),
    "training": N_("Training"),
    "border_security": N_("Border security"),
    "regional_stability": N_("Regional stability"),
    "information_sharing": N_("Information sharing"),
    "institution_building": N_("Institution building"),
    "civil_protection": N_("Civil protection"),
    "crisis_management": N_("Crisis management"),
    "command_and_control": N_("Command and control"),
    "policing": N_("Policing"),
    "rule_of_law": N_("Rule of law"),
    "human_security": N_("Human security"),
    "women_peace_security": N_("Women, peace and security"),
    "resource_management": N_("Resource management"),
    "counter_explosives": N_("Countering explosive devices"),
    "infrastructure": N_("Infrastructure and equipment"),
    "political_dialogue": N_("Political dialogue"),
    "other": N_("Other"),
}


def area_words(code: str) -> str:
    """The message id of a priority area; the code itself where a node has one that we do not know."""
    return PRIORITY_AREAS.get(code, code)
