"""Entering indicators, milestones and risks, and what the entry of every kind has alike."""

from decimal import Decimal
from typing import Any

import pytest

from comity.kernel.errors import DomainError, NotYours, RoleMissing, StaleRevision
from comity.labels.subject import Role
from comity.programme import entry_rules
from comity.programme.domain import scope
from comity.programme.models import Objective
from comity.programme.tests.test_entry import AGE, LEVELS, SEX, part
from comity.records.checking import FieldMissing, NotAChoice, WrongKind
from comity.records.kinds import all_kinds
from comity.responses.tests.world import LETTER, World, refused, text

# ----------------------------------------------------------------------------------------------------------- indicator


INDICATORS: dict[str, tuple[dict[str, Any], list[tuple[type[DomainError], str]]]] = {
    "a scale without levels": ({"measure": "ordinal", "levels": LEVELS[:1]}, [(scope.LevelsMissing, "levels")]),
    "categories without names": ({"measure": "nominal"}, [(scope.LevelsMissing, "levels")]),
    "a share that runs up": (
        {"measure": "percentage", "nature": "running_total"},
        [(scope.NotARunningTotal, "nature")],
    ),
    "people added up": ({"distinct_people": True}, [(scope.PeopleNotAdditive, "additive")]),
    "a weight of nothing": ({"weight": Decimal(0)}, [(scope.WeightImpossible, "weight")]),
    "a dimension twice": ({"dimensions": [SEX, SEX]}, [(scope.DimensionTwice, "dimensions")]),
    "no place for the unknown": (
        {"dimensions": [{**SEX, "options": [{"key": "female"}, {"key": "male"}]}]},
        [(scope.UnknownMissing, "dimensions")],
    ),
}


@pytest.mark.parametrize("what", INDICATORS)
def test_one_thing_broken_in_an_indicator(world: World, what: str):
    changes, expected = INDICATORS[what]
    made = world.enter("programme.indicator", dimensions=[SEX, AGE], weight=Decimal(2))
    with refused(*expected):
        world.enter("programme.indicator", result=made.result, **changes)
    with refused(*expected):
        world.amend(made, **changes)


def test_who_reports_does_not_verify(world: World):
    made = world.enter("programme.indicator", reporter=world.nmi, verifier=world.iraq)
    with refused((scope.VerifierIsReporter, "verifier")):
        world.amend(made, verifier=world.nmi)


# -------------------------------------------------------------------------------------------------- milestone and risk


def test_done_needs_evidence_and_only_done_has_a_day(world: World):
    about = world.enter("programme.objective")
    with refused((entry_rules.EvidenceMissing, "evidence")):
        world.enter("programme.milestone", about=about, state="done")
    with refused((entry_rules.OnlyDoneHasADay, "done_on")):
        world.enter("programme.milestone", about=about, done_on="2025-06")
    world.enter("programme.milestone", about=about, state="done", done_on="2025-06", evidence=text("The order"))
    world.enter("programme.milestone", about=about, state="done", sources=[{"report": "003", "sentence": "5.2"}])


@pytest.mark.parametrize("name", ["likelihood", "effect"])
@pytest.mark.parametrize("value", [0, 6])
def test_a_risk_is_judged_out_of_five(world: World, name: str, value: int):
    about = world.enter("programme.objective")
    world.enter("programme.risk", about=about, likelihood=1, effect=5)
    with refused((scope.OutOfFive, name)):
        world.enter("programme.risk", **{"about": about, name: value})


# ------------------------------------------------------------------------------------------------- what all have alike


REQUIRED = {
    "programme.mandate": ("iraq", "title"),
    "programme.objective": ("nmi", "statement"),
    "programme.result": ("nmi", "statement"),
    "programme.measurement": ("nmi", "period_start"),
    "programme.claim": ("nmi", "statement"),
}


@pytest.mark.parametrize("code", REQUIRED)
def test_what_a_kind_cannot_do_without(world: World, code: str):
    side, name = REQUIRED[code]
    above = {"indicator": world.enter("programme.indicator")} if code == "programme.measurement" else {}
    above |= {"mandate": world.enter("programme.mandate", "iraq")} if code == "programme.objective" else {}
    above |= {"objective": world.enter("programme.objective")} if code == "programme.result" else {}
    with refused((FieldMissing, name)):
        world.enter(code, side, **above, **{name: None})


@pytest.mark.parametrize(
    ("code", "name"), [(kind.code, name) for kind in all_kinds() for name in kind.choices], ids=str
)
def test_a_code_that_no_form_would_offer_is_refused_all_the_same(world: World, code: str, name: str):
    side = "iraq" if code == "programme.mandate" else "nmi"
    fits = fitting(world, code)
    made = world.enter(code, side, **fits)
    several = isinstance(getattr(made, name), list)
    given = {ref: getattr(made, ref) for ref in made_refs(code)}
    with refused((NotAChoice, name)):
        world.enter(code, side, **{**fits, **given, name: ["nonsense"] if several else "nonsense"})


def fitting(world: World, code: str) -> dict[str, Any]:
    """What a kind takes beside its least."""
    if code == "responses.verification":
        return {"about": world.enter("programme.measurement", "iraq", value=1)}
    if code == "responses.concurrence":
        return {"about": world.enter("programme.objective", "iraq"), **LETTER}
    return {"value": 1} if "indicator" in made_refs(code) else {}


def made_refs(code: str) -> list[str]:
    kind = next(kind for kind in all_kinds() if kind.code == code)
    return [name for name in kind.refs if name in kind.required]


def test_a_ref_to_a_record_of_another_kind(world: World):
    objective = world.enter("programme.objective")
    with refused((WrongKind, "indicator")):
        world.enter("programme.measurement", indicator=objective, value=1, cells=[part(1, sex="male")])


WRONG_ROLES = [
    ("programme.mandate", Role.ADVISER),
    ("programme.objective", Role.REGISTRY_CLERK),
    ("programme.measurement", Role.CHIEF),
    ("programme.measurement", Role.AUDITOR),
]


@pytest.mark.parametrize(("code", "role"), WRONG_ROLES)
def test_each_kind_is_entered_by_those_whose_work_it_is(world: World, code: str, role: Role):
    indicator = {"indicator": world.enter("programme.indicator")} if "measure" in code else {}
    mandate = {"mandate": world.enter("programme.mandate", "iraq")} if "objective" in code else {}
    with refused((RoleMissing, None)):
        world.enter(code, "iraq", actor=world.subject("iraq", role), **indicator, **mandate)


def test_who_saw_an_older_revision_changes_nothing(world: World):
    made = world.enter("programme.objective")
    world.amend(made, seen=1, statement=text("Supplies arrive in time"))
    with refused((StaleRevision, None)):
        world.amend(made, seen=1, statement=text("Other"))
    kept = Objective.objects.visible_to(world.subject("nmi")).get(pk=made.pk)
    assert kept.statement == text("Supplies arrive in time")


def test_another_partys_record_is_not_changed(world: World):
    made = world.enter("programme.objective", "iraq")
    with refused((NotYours, None)):
        world.amend(made, "nmi", statement=text("Other"))
