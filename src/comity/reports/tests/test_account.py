"""An account is whole or is refused, and the refusal says where."""

from collections.abc import Callable
from typing import Any

import pytest

from comity.kernel.errors import DomainError
from comity.records.datafile import BadDataFile
from comity.reports.actions import read
from comity.reports.domain import Reading, counts
from comity.reports.shape import MOST, Unreadable, reading_from, report_from, report_json, rest_json
from comity.reports.tests.account import data, report, said, sentence, tables

Tables = dict[str, list[dict[str, Any]]]


def reading() -> Reading:
    found = read(data())
    assert found is not None
    return found


def test_what_became_of_sentences_is_counted():
    found = counts(reading(), reading().reports)
    assert (found.sentences, found.something, found.records, found.rules, found.findings) == (3, 2, 1, 1, 2)
    assert found.nothing == {"repetition": 1}


def test_it_is_stored_and_read_back_as_it_was():
    whole = reading()
    assert reading_from(rest_json(whole), [report_from(report_json(one)) for one in whole.reports]) == whole


def test_data_without_texts_has_no_account():
    assert read(data({})) is None


def test_texts_of_one_origin_count_once():
    beside = tables()
    beside["report"] += [report("002", 1, 1), report("003", 1, 1)]
    beside["sentence"] += [sentence("1.1", "002", rules=["rule.owner"]), sentence("1.1", "003")]
    beside["finding"][0] |= {"nature": "one_origin", "sides": [["001:1.1", "001:1.2"], ["002:1.1"]]}
    found = read(data(beside))
    assert found is not None
    assert (len(found.reports), found.origins) == (3, 2)


BREAKS: list[tuple[str, Callable[[Tables], object]]] = [
    ("report 001: 1.3 stands where 1.2 belongs", lambda t: t["sentence"][1].update(number="1.3")),
    ("report 001: 3.1 stands where 2.1 belongs", lambda t: t["sentence"][2].update(number="3.1")),
    ("2 sentences in 1 paragraphs are accounted for, 3 in 2 were counted", lambda t: t["sentence"].pop()),
    ("3 sentences in 2 paragraphs are accounted for, 4 in 2", lambda t: t["report"][0].update(sentences=4)),
    ("is no number of a sentence", lambda t: t["sentence"][0].update(number="1.1.1")),
    ("either something came of it, or a reason", lambda t: t["sentence"][1].update(nothing="opinion")),
    ("either something came of it, or a reason", lambda t: (t["sentence"][1].pop("rules"), t.pop("finding"))),
    ("laziness is no reason", lambda t: t["sentence"][2].update(nothing="laziness")),
    ("nothing is meant as a lie", lambda t: t["sentence"][0].update(mode="a lie")),
    ("says what it repeats", lambda t: t["sentence"][2].pop("repeats")),
    ("there is no sentence 9.9 to repeat", lambda t: t["sentence"][2].update(repeats="9.9")),
    ("there is no sentence 2.1 to repeat", lambda t: t["sentence"][2].update(repeats="2.1")),
    ("001:1.2: ministry does not name it", lambda t: t["sentence"][1].update(became=["ministry"])),
    ("001:1.2: nobody does not name it", lambda t: t["sentence"][1].update(became=["nobody"])),
    (
        "001:1.1: became ministry, and does not say so",
        lambda t: t["sentence"][0].update(became=[], rules=["rule.owner"]),
    ),
    ("001:1.2: there is no nobody to speak", lambda t: t["sentence"][1].update(speaker="nobody")),
    ("there is no rule.none", lambda t: t["sentence"][1].update(rules=["rule.none"])),
    ("rule.owner: no sentence asks for it", lambda t: t["sentence"][1].update(rules=[])),
    ("there is no page nowhere", lambda t: t["rule"][0].update(page="nowhere")),
    ("both: nothing is of the nature quarrel", lambda t: t["finding"][0].update(nature="quarrel")),
    ("both: one statement alone", lambda t: t["finding"][0].update(sides=[["001:1.1", "001:1.2"]])),
    ("both: there is no 007:1.1", lambda t: t["finding"][0].update(sides=[["001:1.1"], ["001:1.2"], ["007:1.1"]])),
    ("both: there is no nobody", lambda t: t["finding"][0].update(records=["nobody"])),
    ("report 001: stands twice", lambda t: t["report"].append(report())),
]


@pytest.mark.parametrize(("reason", "break_it"), BREAKS)
def test_one_thing_broken_is_named(reason: str, break_it: Callable[[Tables], object]):
    beside = tables()
    break_it(beside)
    with pytest.raises(BadDataFile) as refusal:
        read(data(beside))
    assert reason in str(refusal.value)


def test_a_source_that_nobody_accounts_for_is_named():
    beside = tables()
    beside["sentence"] = [sentence("1.1", rules=["rule.owner"])]
    beside["finding"] = []
    beside["report"] = [report(paragraphs=1, sentences=1)]
    with pytest.raises(BadDataFile, match=r"001:1\.1: became ministry, and does not say so"):
        read(data(beside))
    beside["report"] = [report("009", 1, 1)]
    beside["sentence"] = [sentence("1.1", "009", rules=["rule.owner"])]
    with pytest.raises(BadDataFile, match=r"ministry: its source 001:1\.1 is not accounted for"):
        read(data(beside))


SHAPES: list[Callable[[Tables], object]] = [
    lambda t: t["sentence"][0].pop("words"),
    lambda t: t["sentence"][0].update(words="English alone"),
    lambda t: t["sentence"][0].update(words=said("English", " ")),
    lambda t: t["sentence"][0].update(words=said("x" * 2_001)),
    lambda t: t["sentence"][0].update(words=said("a\x00b")),
    lambda t: t["sentence"][0].update(became="ministry"),
    lambda t: t["sentence"][0].update(became=[1]),
    lambda t: t["sentence"][0].update(became=["a\x00b"]),
    lambda t: t["sentence"][0].update(became=["ministry"] * 101),
    lambda t: t["sentence"][0].update(number=1.1),
    lambda t: t["sentence"][0].update(report="004"),
    lambda t: t["sentence"][0].update(surprise="yes"),
    lambda t: t["report"][0].update(number="../etc"),
    lambda t: t["report"][0].update(number="٠٠١"),
    lambda t: t["report"][0].update(grade="G"),
    lambda t: t["report"][0].update(sentences=True),
    lambda t: t["report"][0].update(sentences=-1),
    lambda t: t["finding"][0].update(sides=["001:1.1"]),
    lambda t: t["sentence"].extend(sentence("2.2") for _ in range(MOST)),
]


@pytest.mark.parametrize("break_it", SHAPES)
def test_another_shape_is_refused(break_it: Callable[[Tables], object]):
    beside = tables()
    break_it(beside)
    with pytest.raises(Unreadable) as refusal:
        read(data(beside))
    assert isinstance(refusal.value, DomainError)
    assert str(refusal.value)
