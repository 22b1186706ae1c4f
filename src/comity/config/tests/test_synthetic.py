"""The synthetic programme: the same everywhere, whole, and showing every kind of figure for any seed."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from comity.config import synthetic
from comity.config.synthetic.quarters import Quarters
from comity.config.tests.synthetic_facts import indicators, of_kind
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.labels.scale import Classification
from comity.labels.subject import Clearance, Role, Subject
from comity.parties.actions import found_party
from comity.parties.models import Party
from comity.programme import gathering
from comity.programme.domain.assessment import assess
from comity.programme.domain.entry import baseline_refusals, measurement_refusals, target_refusals
from comity.programme.domain.flags import FlagKind
from comity.programme.domain.vocabulary import (
    AssumptionState,
    Confidence,
    Direction,
    Freshness,
    IndicatorState,
    InitiativeStatus,
    Judgement,
    Measure,
    MilestoneState,
    Nature,
    ResultLevel,
    RiskState,
)
from comity.programme.models import Indicator
from comity.records.datafile import BadDataFile, DataDirectory
from comity.records.importing import ImportRefused, import_directory
from comity.records.models import Handle
from comity.responses.domain import Finding, Mode, Position, View

UNTIL = date(2026, 11, 15)
SEEDS = (20261115, 1, 2, 3, 77)


@pytest.fixture(scope="module")
def made(root) -> DataDirectory:
    return synthetic.load(root / "examples" / "synthetic")


def texts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "original" in value:
            yield value
        else:
            for inner in value.values():
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def assessed(data: DataDirectory, until: date = UNTIL):
    return {key: assess(facts, until) for key, facts in indicators(data).items()}


def test_the_same_seed_gives_the_same_entries():
    one, other = (synthetic.generate(5, until=UNTIL) for _ in range(2))
    assert [(e.key, e.digest) for e in one.entries] == [(e.key, e.digest) for e in other.entries]


def test_the_shipped_programme_is_the_same_on_every_machine(made):
    figures = {e.key: e.fields["value"] for e in of_kind(made, "programme.measurement") if "value" in e.fields}
    assert [figures[f"measurement.supply.met.zz01.{day}"] for day in ("2024-03-31", "2026-09-30")] == ["32", "38"]


def test_another_seed_gives_other_figures_of_the_same_things():
    one, other = (synthetic.generate(seed, until=UNTIL) for seed in (5, 6))
    assert [e.key for e in one.entries] == [e.key for e in other.entries]
    measured = [
        (a.digest, b.digest)
        for a, b in zip(one.entries, other.entries, strict=True)
        if a.kind == "programme.measurement"
    ]
    assert sum(a != b for a, b in measured) > len(measured) / 2


def test_every_ref_names_an_entry(made):
    named = {
        "mandate",
        "parent",
        "continues",
        "initiative",
        "objective",
        "result",
        "indicator",
        "about",
        "supersedes",
        "organisation",
        "counterpart",
        "institution",
        "signatory",
        "owner_position",
        "taken_over_from",
    }
    keys = Counter(e.key for e in made.entries)
    refs = {e.fields[name] for e in made.entries for name in named & e.fields.keys()}
    refs |= {
        handle for e in made.entries for name in ("objectives", "institutions") for handle in e.fields.get(name, ())
    }
    assert set(keys.values()) == {1}
    assert len(refs) > 50
    assert refs <= keys.keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_kind_of_indicator_and_every_state_is_there(seed):
    found = assessed(synthetic.generate(seed, until=UNTIL)).values()
    assert {a.indicator.measure for a in found} == set(Measure)
    assert {a.indicator.nature for a in found} == set(Nature)
    assert {a.indicator.direction for a in found} == set(Direction)
    assert {a.state for a in found} == set(IndicatorState)
    assert {a.freshness for a in found} == set(Freshness)
    assert {a.confidence for a in found if a.confidence} == set(Confidence)
    assert {a.judgement for a in found if a.judgement} >= {Judgement.BETTER, Judgement.WORSE}
    assert {flag.kind for a in found for flag in a.flags} >= {FlagKind.DECREASE, FlagKind.DISAGREEMENT}


@pytest.mark.parametrize("until", [date(2026, 1, 1), date(2026, 4, 15), date(2024, 2, 29), date(2030, 12, 31)])
def test_the_states_do_not_depend_on_the_season(until):
    then = {key: a.state for key, a in assessed(synthetic.generate(1, until=until), until).items()}
    now = {key: a.state for key, a in assessed(synthetic.generate(1, until=UNTIL)).items()}
    assert then == now


def test_the_other_records_show_each_of_their_states(made):
    def said(kind: str, field: str) -> set[str]:
        return {e.fields[field] for e in of_kind(made, kind) if field in e.fields}

    assert said("programme.result", "level") == set(ResultLevel)
    assert said("programme.initiative", "status") == set(InitiativeStatus)
    assert said("programme.milestone", "state") == set(MilestoneState)
    assert said("programme.risk", "state") == set(RiskState)
    assert said("programme.assumption", "state") == set(AssumptionState)
    assert said("responses.verification", "finding") == set(Finding)
    assert said("responses.verification", "mode") == set(Mode)
    assert of_kind(made, "programme.claim")


def test_the_worked_values_are_there(made):
    found = assessed(made)
    way = {key: found[f"indicator.{key}"].progress for key in ("supply.days", "schools.manuals", "networks.weaknesses")}
    assert way == {
        "supply.days": Fraction(1, 2),
        "schools.manuals": Fraction(3, 2),
        "networks.weaknesses": Fraction(-1, 2),
    }
    assert found["indicator.supply.stores"].actual.amount.value == Decimal(100)
    assert found["indicator.money.lines"].attainment == Fraction(1, 4)
    assert found["indicator.money.audits"].actual.amount.value == 0
    pooled = found["indicator.supply.unanswered"].roll_up.amount
    assert (pooled.numerator, pooled.denominator) == (31, 102)
    assert found["indicator.schools.finished"].progress > 1
    assert found["indicator.schools.people"].actual.amount is None


@pytest.mark.parametrize("seed", SEEDS)
def test_no_figure_is_refused_at_entry(seed):
    for told in indicators(synthetic.generate(seed, until=UNTIL)).values():
        for baseline in told.baselines:
            assert baseline_refusals(baseline, replace(told, measurements=(), targets=())) == ()
        for target in told.targets:
            assert target_refusals(target, told) == ()
        for number, measurement in enumerate(told.measurements):
            before = replace(told, measurements=told.measurements[:number])
            assert measurement_refusals(measurement, before, UNTIL) == ()


def test_the_proposals_stand_as_they_should(made):
    objectives = {e.key: e for e in of_kind(made, "programme.objective")}
    proposed = {key for key, e in objectives.items() if e.owner == "nmi"}
    official = [e for e in of_kind(made, "responses.concurrence") if e.fields["view"] == View.OFFICIAL]
    assert proposed == {"objective.networks", "objective.inclusion"}
    assert [(e.owner, e.fields["about"], e.fields["position"]) for e in official] == [
        ("iraq", "objective.inclusion", Position.CONCURS)
    ]
    assert official[0].fields.keys() >= {"letter_number", "letter_date", "authority"}


def test_the_other_party_verifies(made):
    owners = {e.key: e.owner for e in made.entries}
    verified = of_kind(made, "responses.verification")
    assert {owners[e.fields["about"]] for e in verified} == {"nmi", "iraq"}
    assert all(e.owner != owners[e.fields["about"]] for e in verified)


def test_a_gap_a_late_figure_and_a_correction_are_there(made):
    measured = of_kind(made, "programme.measurement")
    ends = {e.fields["period_end"]: e for e in measured if e.fields["indicator"] == "indicator.money.complaints"}
    days = [date.fromisoformat(e.fields["collected_on"]) - date.fromisoformat(e.fields["period_end"]) for e in measured]
    corrections = [e for e in measured if "supersedes" in e.fields]
    assert len(ends) == len(Quarters(UNTIL, 3).quarters) - 1
    assert max(days).days > 120
    assert all(day.days > 0 for day in days)
    assert len(corrections) >= 2


def test_nothing_happens_after_the_last_day(made):
    days = [
        e.fields[name]
        for e in made.entries
        for name in ("collected_on", "verified_on", "letter_date", "done_on")
        if name in e.fields
    ]
    assert len(days) > 200
    assert max(days) <= UNTIL.isoformat()


def test_every_text_stands_in_both_languages(made):
    found = [text for e in made.entries for text in texts(dict(e.fields))] + list(texts(dict(made.about)))
    assert len(found) > 150
    for text in found:
        assert text["original"] == "en"
        assert (text["ar_by"], text["ar_checked"]) == ("comity", False)
        assert text["en"].isascii() or "−" in text["en"] or "’" in text["en"] or "“" in text["en"]
        assert any("\u0621" <= letter <= "\u064a" for letter in text["ar"])
        assert not any("a" <= letter <= "z" for letter in text["ar"])


def test_there_are_offices_and_no_people(made):
    kinds = {e.kind for e in made.entries}
    assert "people.position" in kinds
    assert not {"people.person", "people.appointment"} & kinds


def test_everything_is_marked_synthetic(made):
    labels = {made.about["label"][e.label]["policy"] for e in made.entries}
    assert labels == {"SYNTHETIC"}


def test_import_toml_says_what_the_generator_does(made):
    seed = made.about["generate"]["seed"]
    told = synthetic.about(seed)
    assert {key: made.about[key] for key in told} == told
    assert all(str(seed) in made.about["notice"][language] for language in ("en", "ar"))
    assert made.entries == synthetic.generate(seed, until=made.about["generate"]["until"]).entries


def test_it_grows_with_years_and_places(made):
    larger = synthetic.generate(1, until=UNTIL, years=5, places=6)
    assert len(larger.entries) > 1.5 * len(made.entries)
    assert {a.state for a in assessed(larger).values()} == set(IndicatorState)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[generate]\nseed = 1\n",
        "[generate]\nseed = 1\nuntil = 'soon'\nsize = { years = 3, places = 3 }",
        "[generate",
    ],
)
def test_an_import_toml_that_asks_for_nothing_clear_is_refused(text, tmp_path):
    (tmp_path / "import.toml").write_text(text)
    with pytest.raises(BadDataFile):
        synthetic.load(tmp_path)


def test_a_programme_without_years_is_refused():
    with pytest.raises(ValueError, match="at least 2"):
        synthetic.generate(1, until=UNTIL, years=1)


AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@pytest.fixture
def parties(db, tmp_path):
    for handle, nature, name in (("nmi", "mission", "A mission"), ("iraq", "host", "A host")):
        found_party(handle=handle, name=Text.single("en", name).json(), nature=nature, home=tmp_path, at=AT)


def test_the_synthetic_programme_imports_clean(made, parties):
    try:
        first = import_directory(made, at=AT)
    except ImportRefused as refusal:
        pytest.fail("\n".join(f"{entry.key}: {reason}" for entry, reason in refusal.problems))
    again = import_directory(made, at=AT)
    assert (first.entered, first.amended, first.unchanged) == (len(made.entries), 0, 0)
    assert (again.entered, again.amended, again.unchanged) == (0, 0, len(made.entries))
    assert states_of_what_was_imported() == {key: a.state for key, a in assessed(made).items()}


def states_of_what_was_imported() -> dict[str, IndicatorState]:
    party = Party.objects.get(handle="nmi")
    reader = Subject(
        party=PartyId(party.pk),
        account="reader",
        roles=frozenset({Role.ADVISER}),
        clearances=frozenset({Clearance("SYNTHETIC", Classification.UNCLASSIFIED)}),
    )
    keys = {handle.record_id: handle.key for handle in Handle.objects.all()}
    rows = list(Indicator.objects.visible_to(reader).select_related("record"))
    return {keys[pk]: assess(facts, UNTIL).state for pk, facts in gathering.indicators(rows, reader).items()}


def test_a_wrong_figure_in_it_is_refused_and_nothing_is_imported(made, parties):
    wrong = next(e for e in made.entries if e.fields.get("cells"))
    broken = replace(wrong, fields={**wrong.fields, "value": "1"})
    without_figures = [e for e in made.entries if not e.kind.endswith((".measurement", ".verification"))]
    with pytest.raises(ImportRefused) as refused:
        import_directory(replace(made, entries=(*without_figures, broken)), at=AT)
    assert [entry for entry, _ in refused.value.problems] == [broken]
    assert not Handle.objects.exists()


def test_the_readme_tells_the_states_as_they_are(made, root):
    readme = (root / "examples" / "synthetic" / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| ([A-E]\d) [^|]+ \| ([^|]+?) \|", readme, re.MULTILINE))
    titles = {e.key: e.fields["title"]["en"] for e in of_kind(made, "programme.indicator")}
    found = {titles[key].split()[1].rstrip(":"): a.state.words for key, a in assessed(made).items()}
    assert {number: words.partition(",")[0] for number, words in found.items()} == told
