"""How markings and grades read to a person."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.ids import PartyId
from comity.labels.domain import Label, Refusal
from comity.labels.grading import BadGrade, Credibility, Grade, Reliability
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, Classification, Tlp
from comity.labels.words import RULE_WORDS, label_words

NAMES = {PartyId("m" * 51 + "a"): "NATO Mission Iraq", PartyId("i" * 51 + "a"): "Iraq"}
PLAIN = Label(PARTNERSHIP, Classification.UNCLASSIFIED, frozenset(NAMES))


def words(label: Label, **translated: str) -> str:
    return label_words(label, say=lambda message: translated.get(message, message), party_name=NAMES.__getitem__)


def test_a_plain_label():
    assert words(PLAIN) == "UNCLASSIFIED · releasable to Iraq, NATO Mission Iraq"


def test_a_full_label_says_everything():
    full = replace(
        PLAIN,
        policy=SYNTHETIC,
        classification=Classification.TOP_SECRET,
        groups=frozenset({"logistics"}),
        tlp=Tlp.AMBER,
        caveats=frozenset({"USE-ADVISORY-ONLY", "HOUSE RULE"}),
        exchange_never=True,
    )
    assert words(full) == (
        "SYNTHETIC · TOP SECRET · releasable to Iraq, NATO Mission Iraq · need to know: logistics · TLP:AMBER"
        " · HOUSE RULE · for advisory use only · never exchanged"
    )


def test_it_is_said_in_the_readers_language():
    said = words(PLAIN, **{"UNCLASSIFIED": "غير مصنف", ", ": "، ", "releasable to %(parties)s": "متاح لـ %(parties)s"})
    assert said == "غير مصنف · متاح لـ Iraq، NATO Mission Iraq"


@given(st.sampled_from(Reliability), st.sampled_from(Credibility), st.sampled_from(["", " ", "-"]), st.booleans())
def test_a_grade_reads_back(reliability: Reliability, credibility: Credibility, between: str, lower: bool):
    letter = reliability.value.lower() if lower else reliability.value
    grade = Grade.parse(f" {letter}{between}{credibility.value} ")
    assert grade == Grade(reliability, credibility)
    assert Grade.parse(str(grade)) == grade


def test_arabic_digits_are_read():
    assert str(Grade.parse("B٢")) == "B2"


@pytest.mark.parametrize("text", ["", "G1", "A0", "A7", "AA", "1A", "B22", "B2 and C3", "²B"])
def test_what_is_no_grade_is_refused_with_its_text(text: str):
    with pytest.raises(BadGrade) as refused:
        Grade.parse(text)
    assert text in str(refused.value)


def test_f_and_6_say_that_nothing_was_judged():
    assert not Grade.parse("F1").source_judged
    assert not Grade.parse("A6").information_judged
    assert Grade.parse("E5").source_judged
    assert Grade.parse("E5").information_judged


def test_words_of_a_grade():
    assert Grade.parse("B3").words() == ("usually reliable", "possibly true")


@pytest.mark.parametrize("rule", Refusal)
def test_each_rule_of_release_says_whether_it_is_met(rule):
    met, refused = RULE_WORDS[rule]
    assert met
    assert refused
    assert met != refused
