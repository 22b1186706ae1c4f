"""The kinds of record that this domain shares: their words, their rules, and where they belong."""

from collections.abc import Callable, Iterable

from comity.kernel.text import N_
from comity.labels.subject import Role
from comity.programme import breakdown_lines, entry_rules, form_fields, measuring, models, wording
from comity.programme.domain import vocabulary as v
from comity.programme.fitting import unfit_measured, unfit_stated
from comity.programme.titles import figure_title
from comity.records.kinds import Kind, Words
from comity.records.titles import titled

PLANNERS = frozenset({Role.PROGRAMME_MANAGER, Role.CHIEF})
MEASURERS = frozenset({Role.ADVISER, Role.COUNTERPART, Role.PROGRAMME_MANAGER, Role.TRAINING_MANAGER})
OBSERVERS = MEASURERS | PLANNERS
NOTE = Words(N_("Remark"), N_("A doubt, or what a reader should know."))
AS_KNOWN = N_("A year, a month or a day, as far as it is known.")
POSITION = ("people.position",)
ABOUT = ("programme.objective", "programme.initiative", "programme.result", "programme.mandate")
FIGURE = {
    "indicator": Words(N_("Indicator")),
    "period_start": Words(N_("From")),
    "period_end": Words(N_("To"), N_("The same day as “from” where the figure is for one date.")),
    "place": Words(N_("Place"), N_("P-code of a governorate or district, such as IQG07; empty for the whole.")),
    "value": Words(N_("Value")),
    "numerator": Words(N_("Numerator"), N_("How many, of those counted.")),
    "denominator": Words(N_("Denominator"), N_("How many were counted.")),
    "level": Words(N_("Level"), N_("1 is the lowest level of the scale.")),
    "narrative": Words(N_("In words")),
}


def _codes(of: type[v.Worded]) -> Callable[[], Iterable[tuple[str, str]]]:
    return lambda: [(member.value, member.words) for member in of]


def _areas() -> Iterable[tuple[str, str]]:
    return v.PRIORITY_AREAS.items()


MANDATE = Kind(
    name="programme.mandate/1",
    model=models.Mandate,
    singular=N_("Mandate"),
    plural=N_("Mandates"),
    title=titled("title"),
    fields={
        "title": Words(N_("Title")),
        "purpose": Words(N_("Purpose")),
        "clauses": Words(N_("Clauses"), N_("One a line: key = English text | Arabic text.")),
        "areas": Words(N_("Areas")),
        "institutions": Words(N_("Institutions")),
        "begins": Words(N_("Begins"), AS_KNOWN),
        "review": Words(N_("To be reviewed"), AS_KNOWN),
        "ends": Words(N_("Ends"), AS_KNOWN),
        "note": NOTE,
    },
    roles=PLANNERS,
    refs={"institutions": ("people.organisation",)},
    choices={"areas": _areas},
    form_fields={"clauses": form_fields.ClausesField},
    required=frozenset({"title", "purpose"}),
    check=entry_rules.check_mandate,
    page="programme:mandate",
    listed=("areas", "begins", "review", "ends"),
)
OBJECTIVE = Kind(
    name="programme.objective/1",
    model=models.Objective,
    singular=N_("Objective"),
    plural=N_("Objectives"),
    title=titled("statement"),
    fields={
        "mandate": Words(N_("Mandate")),
        "parent": Words(N_("Part of the objective")),
        "statement": Words(N_("What is wanted")),
        "outcome": Words(N_("Expected outcome")),
        "area": Words(N_("Priority area")),
        "institution": Words(N_("Institution that owns it")),
        "starts": Words(N_("From"), AS_KNOWN),
        "ends": Words(N_("Until"), AS_KNOWN),
        "stage": Words(N_("Stage"), N_("Once submitted, it is proposed until the host concurs.")),
        "continues": Words(N_("Continues the objective")),
        "note": NOTE,
    },
    roles=OBSERVERS,
    refs={
        "mandate": ("programme.mandate",),
        "parent": ("programme.objective",),
        "institution": ("people.organisation",),
        "continues": ("programme.objective",),
    },
    choices={"area": _areas, "stage": _codes(v.Stage)},
    required=frozenset({"mandate", "statement", "area", "stage"}),
    check=entry_rules.check_objective,
    page="programme:objective",
    parent="mandate",
    listed=("area", "institution", "stage", "starts", "ends"),
    natural=("statement", "mandate"),
    wording=wording.OBJECTIVE,
)
INITIATIVE = Kind(
    name="programme.initiative/1",
    model=models.Initiative,
    singular=N_("Initiative"),
    plural=N_("Initiatives"),
    title=titled("title"),
    fields={
        "mandate": Words(N_("Mandate")),
        "clause": Words(N_("Clause of the mandate it stands on"), N_("The key of the clause.")),
        "title": Words(N_("Title")),
        "description": Words(N_("What is done")),
        "objectives": Words(N_("Objectives it works towards")),
        "status": Words(N_("Status")),
        "status_reason": Words(N_("Reason for the status")),
        "planned_start": Words(N_("Planned start"), AS_KNOWN),
        "planned_end": Words(N_("Planned end"), AS_KNOWN),
        "actual_start": Words(N_("Actual start"), AS_KNOWN),
        "actual_end": Words(N_("Actual end"), AS_KNOWN),
        "nations": Words(N_("Contributing nations"), N_("Two letters each, one a line, such as IT.")),
        "taken_over_from": Words(N_("Taken over from")),
        "taken_over_on": Words(N_("Taken over on"), AS_KNOWN),
        "note": NOTE,
    },
    roles=OBSERVERS,
    refs={
        "mandate": ("programme.mandate",),
        "objectives": ("programme.objective",),
        "taken_over_from": ("people.organisation",),
    },
    choices={"status": _codes(v.InitiativeStatus)},
    required=frozenset({"mandate", "clause", "title", "status"}),
    check=entry_rules.check_initiative,
    page="programme:initiative",
    parent="mandate",
    listed=("objectives", "status", "actual_start", "actual_end"),
    natural=("title", "mandate"),
    wording=wording.INITIATIVE,
)
RESULT = Kind(
    name="programme.result/1",
    model=models.Result,
    singular=N_("Result"),
    plural=N_("Results"),
    title=titled("statement"),
    fields={
        "objective": Words(N_("Objective")),
        "level": Words(N_("Level")),
        "statement": Words(N_("What changes")),
        "initiative": Words(N_("Initiative that delivers it"), N_("Of an output.")),
        "do_no_harm": Words(
            N_("Do-no-harm check"),
            N_("Rule of law, protection of civilians, conflict sensitivity: what was considered."),
        ),
        "note": NOTE,
    },
    roles=OBSERVERS,
    refs={"objective": ("programme.objective",), "initiative": ("programme.initiative",)},
    choices={"level": _codes(v.ResultLevel)},
    required=frozenset({"objective", "level", "statement"}),
    parent="objective",
    natural=("statement", "objective"),
)
MILESTONE = Kind(
    name="programme.milestone/1",
    model=models.Milestone,
    singular=N_("Milestone"),
    plural=N_("Milestones"),
    title=titled("title"),
    fields={
        "about": Words(N_("Milestone of")),
        "title": Words(N_("What is to be done")),
        "due": Words(N_("Due"), AS_KNOWN),
        "state": Words(N_("State")),
        "done_on": Words(N_("Done on"), AS_KNOWN),
        "evidence": Words(N_("Evidence")),
        "note": NOTE,
    },
    roles=OBSERVERS,
    refs={"about": ABOUT},
    choices={"state": _codes(v.MilestoneState)},
    required=frozenset({"about", "title", "state"}),
    check=entry_rules.check_milestone,
    parent="about",
    natural=("title", "about"),
)
INDICATOR = Kind(
    name="programme.indicator/1",
    model=models.Indicator,
    singular=N_("Indicator"),
    plural=N_("Indicators"),
    title=titled("title"),
    fields={
        "result": Words(N_("Result")),
        "title": Words(N_("What is measured")),
        "measure": Words(N_("Measure")),
        "nature": Words(N_("How figures relate to time")),
        "direction": Words(N_("Direction")),
        "unit": Words(N_("Unit")),
        "additive": Words(N_("Figures of several places add up")),
        "distinct_people": Words(N_("Counts people, who may be in several figures")),
        "dimensions": Words(N_("Broken down by"), N_("One a line: sex = female, male. “Unknown” is added by itself.")),
        "levels": Words(N_("Levels of the scale"), N_("Lowest first, one a line: English | Arabic.")),
        "method": Words(N_("How it is verified")),
        "frequency": Words(N_("How often")),
        "reporter": Words(N_("Reported by")),
        "verifier": Words(N_("Verified by")),
        "critical": Words(N_("Critical for its objective")),
        "weight": Words(N_("Weight"), N_("Only where weights of all indicators were declared beforehand.")),
        "straight_line": Words(N_("Progress is expected on a straight line between targets")),
        "note": NOTE,
    },
    roles=OBSERVERS,
    refs={"result": ("programme.result",)},
    choices={
        "measure": _codes(v.Measure),
        "nature": _codes(v.Nature),
        "direction": _codes(v.Direction),
        "frequency": _codes(v.Frequency),
    },
    form_fields={"dimensions": form_fields.DimensionsField, "levels": form_fields.TextLinesField},
    required=frozenset({"result", "title", "measure", "nature", "direction", "frequency", "reporter"}),
    check=entry_rules.check_indicator,
    page="programme:indicator",
    parent="result",
    listed=("result", "measure", "nature", "direction", "frequency", "reporter"),
    natural=("title", "result"),
)
BASELINE = Kind(
    name="programme.baseline/1",
    model=models.Baseline,
    singular=N_("Baseline"),
    plural=N_("Baselines"),
    title=figure_title,
    fields={**FIGURE, "method": Words(N_("Method")), "note": NOTE},
    roles=OBSERVERS,
    refs={"indicator": ("programme.indicator",)},
    required=frozenset({"indicator", "period_start", "period_end"}),
    check=entry_rules.check_baseline,
    unfit=unfit_stated,
    label_from="indicator",
    parent="indicator",
    listed=("indicator", "period_end", "place", "value", "numerator", "denominator", "level"),
    natural=("indicator", "period_start", "period_end", "place"),
)
TARGET = Kind(
    name="programme.target/1",
    model=models.Target,
    singular=N_("Target"),
    plural=N_("Targets"),
    title=figure_title,
    fields={**FIGURE, "note": NOTE},
    roles=OBSERVERS,
    refs={"indicator": ("programme.indicator",)},
    required=frozenset({"indicator", "period_start", "period_end"}),
    check=entry_rules.check_target,
    unfit=unfit_stated,
    label_from="indicator",
    parent="indicator",
    listed=("indicator", "period_end", "place", "value", "numerator", "denominator", "level"),
    natural=("indicator", "period_start", "period_end", "place"),
)
MEASUREMENT = Kind(
    name="programme.measurement/1",
    model=models.Measurement,
    singular=N_("Measurement"),
    plural=N_("Measurements"),
    title=figure_title,
    fields={
        **FIGURE,
        "judgement": Words(N_("Judgement")),
        "cells": Words(
            N_("Breakdown"), N_("One a line: female = 12. All parts, “unknown” included, add up to the total.")
        ),
        "source": Words(N_("Source")),
        "grade": Words(
            N_("Grade of the source"),
            N_(
                "Admiralty code: A to F for reliability, 1 to 6 for credibility; F and 6 mean that it cannot be judged."
            ),
        ),
        "method": Words(N_("Method")),
        "sample_size": Words(N_("Sample size")),
        "margin": Words(N_("Margin of error"), N_("In points or units, either way.")),
        "collected_on": Words(N_("Collected on")),
        "supersedes": Words(
            N_("Corrects the measurement"), N_("A measurement is never changed; a correction takes its place.")
        ),
        "note": NOTE,
    },
    roles=MEASURERS,
    refs={"indicator": ("programme.indicator",), "supersedes": ("programme.measurement",)},
    choices={"judgement": _codes(v.Judgement)},
    form_fields={"cells": breakdown_lines.CellsField},
    complete=breakdown_lines.with_dimensions,
    required=frozenset({"indicator", "period_start", "period_end"}),
    check=measuring.check_measurement,
    batch=measuring.Measuring,
    unfit=unfit_measured,
    page="programme:measurement",
    append_only=True,
    label_from="indicator",
    parent="indicator",
    listed=(
        "indicator",
        "period_start",
        "period_end",
        "place",
        "value",
        "numerator",
        "denominator",
        "level",
        "judgement",
        "grade",
    ),
    natural=("indicator", "period_start", "period_end", "place"),
)
CLAIM = Kind(
    name="programme.claim/1",
    model=models.Claim,
    singular=N_("Claimed impact"),
    plural=N_("Claimed impacts"),
    title=titled("statement"),
    fields={
        "about": Words(N_("Claimed for")),
        "statement": Words(N_("What is claimed")),
        "claimed_by": Words(N_("Claimed by")),
        "claimed_on": Words(N_("Claimed on"), AS_KNOWN),
        "note": NOTE,
    },
    roles=OBSERVERS,
    refs={"about": ABOUT},
    required=frozenset({"statement"}),
    parent="about",
)
RISK = Kind(
    name="programme.risk/1",
    model=models.Risk,
    singular=N_("Risk"),
    plural=N_("Risks"),
    title=titled("statement"),
    fields={
        "about": Words(N_("Risk to")),
        "statement": Words(N_("What may happen")),
        "likelihood": Words(N_("Likelihood"), N_("1 (hardly) to 5 (almost certainly).")),
        "effect": Words(N_("Effect"), N_("1 (slight) to 5 (severe).")),
        "signs": Words(N_("Signs to watch")),
        "response": Words(N_("Response")),
        "owner_position": Words(N_("Who looks after it")),
        "review": Words(N_("To be reviewed"), AS_KNOWN),
        "state": Words(N_("State")),
        "note": NOTE,
    },
    roles=OBSERVERS,
    refs={"about": ABOUT, "owner_position": POSITION},
    choices={"state": _codes(v.RiskState)},
    required=frozenset({"about", "statement", "state"}),
    check=entry_rules.check_risk,
    parent="about",
    natural=("statement", "about"),
)
ASSUMPTION = Kind(
    name="programme.assumption/1",
    model=models.Assumption,
    singular=N_("Assumption"),
    plural=N_("Assumptions"),
    title=titled("statement"),
    fields={
        "about": Words(N_("Assumption of")),
        "statement": Words(N_("What must hold")),
        "signs": Words(N_("Signs to watch")),
        "owner_position": Words(N_("Who looks after it")),
        "review": Words(N_("To be reviewed"), AS_KNOWN),
        "state": Words(N_("State")),
        "note": NOTE,
    },
    roles=OBSERVERS,
    refs={"about": ABOUT, "owner_position": POSITION},
    choices={"state": _codes(v.AssumptionState)},
    required=frozenset({"about", "statement", "state"}),
    parent="about",
    natural=("statement", "about"),
)
KINDS = (
    MANDATE,
    OBJECTIVE,
    INITIATIVE,
    RESULT,
    MILESTONE,
    INDICATOR,
    BASELINE,
    TARGET,
    MEASUREMENT,
    CLAIM,
    RISK,
    ASSUMPTION,
)
