"""Every sentence of the texts behind the example is accounted for, and stays so as the example grows.

What is whole is for `comity.reports.domain.faults` to say; here the example is asked, and copies with one thing broken.
"""

import copy
import dataclasses
from pathlib import Path
from typing import Any

import pytest

from comity.records import datafile
from comity.records.datafile import BadDataFile, DataDirectory
from comity.reports.actions import read
from comity.reports.domain import Reading, counts

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "iraq"
COUNTED = {"000": (23, 88), "001": (5, 20), "002": (10, 91), "003": (8, 20), "004": (19, 23)}


@pytest.fixture(scope="module")
def example() -> DataDirectory:
    return datafile.read(EXAMPLE)


@pytest.fixture(scope="module")
def reading(example: DataDirectory) -> Reading:
    found = read(example)
    assert found is not None
    return found


def with_source(example: DataDirectory, sentence: str) -> DataDirectory:
    """The example, in which one more record names a sentence as its source."""
    first, *rest = example.entries
    fields: dict[str, Any] = copy.deepcopy(dict(first.fields))
    fields["sources"].append({"report": "003", "sentence": sentence})
    return dataclasses.replace(example, entries=(dataclasses.replace(first, fields=fields), *rest))


def test_every_sentence_of_the_five_texts_has_its_account(reading: Reading):
    assert {one.number: (one.paragraphs, len(one.sentences)) for one in reading.reports} == COUNTED
    found = counts(reading, reading.reports)
    assert found.sentences == found.something + sum(found.nothing.values()) == 242


def test_the_one_true_contradiction_is_named_and_so_is_what_is_none(reading: Reading):
    by_nature: dict[str, set[str]] = {}
    for finding in reading.findings:
        by_nature.setdefault(finding.nature, set()).add(finding.key)
    assert by_nature["contradiction"] == {"secretary-general"}
    assert by_nature["tension"] == {"joint-operations", "network"}
    assert {"start", "another-february", "prime-minister", "spelling"} == by_nature["no_contradiction"]
    assert {"command", "members", "non-member"} == by_nature["implausible"]
    assert reading.origins == 4


def test_a_record_that_cites_a_sentence_makes_it_answer(example: DataDirectory):
    with pytest.raises(BadDataFile, match=r"003:7\.1: became org\.nato, and does not say so"):
        read(with_source(example, "7.1"))
    with pytest.raises(BadDataFile, match=r"org\.nato: its source 003:7\.9 is not accounted for"):
        read(with_source(example, "7.9"))


def test_no_sentence_can_be_left_out(example: DataDirectory):
    for number in (0, 100, 241):
        beside = {**example.beside, "sentence": [s for n, s in enumerate(example.beside["sentence"]) if n != number]}
        with pytest.raises(BadDataFile):
            read(dataclasses.replace(example, beside=beside))


def test_figures_of_the_page_and_suspicions_became_nothing(reading: Reading):
    """A donation counter, a visitor counter and what somebody suspects are no facts of the partnership."""
    found = {f"{report.number}:{one.number}": one for report in reading.reports for one in report.sentences}
    assert {found[name].nothing for name in ("004:1.1", "004:4.1", "002:2.1")} == {"furniture"}
    assert found["004:15.1"].nothing == "opinion"
