"""The example partnership keeps its promises: facts have sources, texts both languages, records the right owner.

Each rule is a function that lists faults. The data as shipped has none, and a copy with one thing broken has some.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "iraq"
Row = dict[str, Any]
Example = dict[str, list[Row]]  # kind (as "programme.objective", "report", "party") -> rows

REFS = {  # field -> kinds it may point to; None: any kind
    "parent": {"people.organisation", "programme.objective"},
    "organisation": {"people.organisation"},
    "position": {"people.position"},
    "person": {"people.person"},
    "mandate": {"programme.mandate"},
    "institutions": {"people.organisation"},
    "objective": {"programme.objective"},
    "objectives": {"programme.objective"},
    "initiative": {"programme.initiative"},
    "taken_over_from": {"people.organisation"},
    "result": {"programme.result"},
    "about": None,
}
OWNERS = {  # kinds that only one side may own here; all others may be of either
    "programme.mandate": {"iraq"},
    "programme.result": {"nmi"},
    "programme.indicator": {"nmi"},
    "programme.claim": {"nmi"},
}
UNMEASURED = ("baseline", "target", "measurement")
ARABIC = re.compile(r"[\u0621-\u064a]{2}")


def read() -> Example:
    """All tables of the example by kind, in the order that `import.toml` gives."""
    start = tomllib.loads((EXAMPLE / "import.toml").read_text(encoding="utf-8"))
    found: Example = {"import": [start]}
    for name in start["order"]:
        document = tomllib.loads((EXAMPLE / name).read_text(encoding="utf-8"))
        for group, value in document.items():
            if isinstance(value, list):
                found.setdefault(group, []).extend(value)
            else:
                for kind, rows in value.items():
                    found.setdefault(f"{group}.{kind}", []).extend(rows)
    return found


def records(example: Example) -> Iterator[tuple[str, Row]]:
    for kind, rows in example.items():
        if "." in kind:
            for row in rows:
                yield kind, row


def texts(value: object, path: str) -> Iterator[tuple[str, Row]]:
    """Every table that is a text in several languages, at any depth."""
    if isinstance(value, dict):
        if "original" in value:
            yield path, value
        else:
            for key, inner in value.items():
                yield from texts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, path)


def faults_of_sources(example: Example) -> list[str]:
    grades = {row["number"]: row["grade"] for row in example["report"]}
    found = []
    for _, row in records(example):
        if not row.get("sources"):
            found.append(f"{row['key']}: no source")
        for source in row.get("sources", []):
            sound = (
                source.get("report") in grades
                and re.fullmatch(r"[1-9]\d?\.[1-9]\d?", source.get("sentence", ""))
                and source.get("outlet")
                and re.fullmatch(r"[A-F][1-6]", source.get("grade", ""))
                and source["grade"][0] == grades[source["report"]]
            )
            if not sound:
                found.append(f"{row['key']}: {source}")
    return found


def faults_of_texts(example: Example) -> list[str]:
    found = []
    for path, text in texts(example, "example"):
        english, arabic = text.get("en", ""), text.get("ar", "")
        if not english.strip() or not ARABIC.search(arabic) or ARABIC.search(english) or english == arabic:
            found.append(f"{path}: {text}")
        if (text.get("original"), text.get("ar_by"), text.get("ar_checked")) != ("en", "comity", False):
            found.append(f"{path}: provenance of {text}")
    return found


def faults_of_handles(example: Example) -> list[str]:
    kind_of: dict[str, str] = {}
    found = []
    for kind, row in records(example):
        if row["key"] in kind_of:
            found.append(f"{row['key']}: twice")
        kind_of[row["key"]] = kind
    labels = example["import"][0]["label"]
    for _, row in records(example):
        if row.get("label") not in labels:
            found.append(f"{row['key']}: label {row.get('label')}")
        for field, kinds in REFS.items():
            handles = row.get(field, [])
            found += [
                f"{row['key']}: {field} = {handle}"
                for handle in (handles if isinstance(handles, list) else [handles])
                if handle not in kind_of or (kinds is not None and kind_of[handle] not in kinds)
            ]
    clauses = {clause["key"] for clause in example["programme.mandate"][0]["clauses"]}
    found += [f"{row['key']}: clause" for row in example["programme.initiative"] if row["clause"] not in clauses]
    return found


def faults_of_owners(example: Example) -> list[str]:
    parties = {row["key"] for row in example["party"]}
    rows = {row["key"]: row for _, row in records(example)}
    found = []
    for kind, row in records(example):
        if row["owner"] not in OWNERS.get(kind, parties):
            found.append(f"{row['key']}: owner {row['owner']}")
        # A post is of its organisation's side, and an appointment of its post's.
        holders = [rows[row[field]] for field in ("organisation", "position") if field in row]
        found += [
            f"{row['key']}: not the side of {other['key']}" for other in holders if other["owner"] != row["owner"]
        ]
        if row.get("country") == "IQ" and row["owner"] != "iraq":
            found.append(f"{row['key']}: an Iraqi organisation")
    return found


def faults_of_figures(example: Example) -> list[str]:
    """The reports measure nothing and no report shows a consent, so neither may appear."""
    found = [kind for kind in example if kind.rpartition(".")[2] in UNMEASURED or kind.startswith("responses.")]
    found += [row["key"] for _, row in records(example) if {"value", "numerator", "likelihood", "effect"} & row.keys()]
    return found


def faults_of_names(example: Example) -> list[str]:
    """Personal names stand in person and mention records alone; everything else says the post."""
    people = example["people.person"]
    names = {name for row in people for name in (*row["variants"], row["name"]["en"], row["name"]["ar"])}
    words = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names, key=len, reverse=True)))
    elsewhere = {kind: rows for kind, rows in example.items() if kind not in ("people.person", "people.mention")}
    return [
        f"{path}: {text[language]}"
        for path, text in texts(elsewhere, "example")
        for language in ("en", "ar")
        if words.search(text[language])
    ]


CAUTIOUS = ("people.person", "people.appointment", "people.mention", "people.identification")
RULES = (faults_of_sources, faults_of_texts, faults_of_handles, faults_of_owners, faults_of_figures, faults_of_names)


@pytest.mark.parametrize("rule", RULES)
def test_the_example_keeps_the_rule(rule: Callable[[Example], list[str]]) -> None:
    assert rule(read()) == []


def first(example: Example, kind: str) -> Row:
    return example[kind][0]


BREAKS: list[tuple[Callable[[Example], list[str]], Callable[[Example], object]]] = [
    (faults_of_sources, lambda e: first(e, "programme.claim").pop("sources")),
    (faults_of_sources, lambda e: first(e, "programme.risk")["sources"][0].update(report="005")),
    (faults_of_sources, lambda e: first(e, "programme.risk")["sources"][0].update(sentence="7")),
    (faults_of_sources, lambda e: first(e, "programme.risk")["sources"][0].update(grade="A1")),
    (faults_of_sources, lambda e: first(e, "programme.risk")["sources"][0].pop("outlet")),
    (faults_of_texts, lambda e: first(e, "programme.objective")["statement"].pop("ar")),
    (faults_of_texts, lambda e: first(e, "programme.objective")["statement"].update(ar="Logistics")),
    (faults_of_texts, lambda e: first(e, "programme.mandate")["clauses"][0]["text"].update(en="")),
    (faults_of_texts, lambda e: first(e, "programme.mandate")["title"].update(ar_checked=True)),
    (faults_of_handles, lambda e: e["people.person"].append(first(e, "people.person"))),
    (faults_of_handles, lambda e: first(e, "programme.initiative").update(objectives=["objective.none"])),
    (faults_of_handles, lambda e: first(e, "people.appointment").update(person="org.nato")),
    (faults_of_handles, lambda e: first(e, "programme.initiative").update(clause="combat")),
    (faults_of_handles, lambda e: first(e, "people.person").update(label="secret")),
    (faults_of_owners, lambda e: first(e, "programme.mandate").update(owner="nmi")),
    (faults_of_owners, lambda e: first(e, "people.appointment").update(owner="iraq")),
    (faults_of_owners, lambda e: e["people.organisation"][-1].update(owner="nmi")),
    (faults_of_figures, lambda e: e.update({"programme.measurement": []})),
    (faults_of_figures, lambda e: e.update({"responses.concurrence": []})),
    (faults_of_figures, lambda e: first(e, "programme.risk").update(likelihood=3)),
    (faults_of_names, lambda e: first(e, "programme.claim")["statement"].update(en="Rutte said so.")),
    (faults_of_names, lambda e: first(e, "programme.claim")["statement"].update(ar="قال الأعرجي ذلك")),
]


@pytest.mark.parametrize(("rule", "break_it"), BREAKS)
def test_a_broken_copy_is_caught(rule: Callable[[Example], list[str]], break_it: Callable[[Example], object]) -> None:
    broken = copy.deepcopy(read())
    break_it(broken)
    assert rule(broken)


def test_names_and_nothing_else_carry_the_caveat_on_persons() -> None:
    example = read()
    labels = example["import"][0]["label"]
    cautious = {row["label"] for kind, row in records(example) if kind in CAUTIOUS}
    assert all("USE-NO-ACTION-AGAINST-PERSONS" in labels[label]["caveats"] for label in cautious)
    assert cautious.isdisjoint(row["label"] for kind, row in records(example) if not kind.startswith("people."))


def test_every_data_file_is_in_the_order() -> None:
    ordered = read()["import"][0]["order"]
    assert sorted([*ordered, "import.toml"]) == sorted(path.name for path in EXAMPLE.glob("*.toml"))


def test_two_people_are_reported_as_secretary_general_on_one_day() -> None:
    holders = {
        (row["person"], row["status"])
        for row in read()["people.appointment"]
        if row["position"] == "position.secretary-general" and "2025-02-05" in row["observed"]
    }
    assert holders == {("person.stoltenberg", "reported"), ("person.rutte", "reported")}


def test_the_host_named_three_objectives_and_the_mission_proposes_three() -> None:
    submitted = [row for row in read()["programme.objective"] if row["stage"] == "submitted"]
    by_owner = {owner: {row["area"] for row in submitted if row["owner"] == owner} for owner in ("iraq", "nmi")}
    assert by_owner == {
        "iraq": {"logistics", "cybersecurity", "governance"},
        "nmi": {"cybersecurity", "counter_terrorism", "regional_stability"},
    }


def test_a_february_without_a_year_is_no_date() -> None:
    undated = [
        row
        for _, row in records(read())
        if {source["report"] for source in row["sources"]} == {"004"} and row["key"] != "org.global-coalition"
    ]
    assert undated
    dates = {"done_on", "due", "claimed_on", "taken_over_on", "planned_start", "actual_start", "starts", "begins"}
    assert not [row["key"] for row in undated if dates & row.keys() or row.get("observed")]
