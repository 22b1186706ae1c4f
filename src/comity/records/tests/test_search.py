"""Search finds what a person means in either script, and only what that person may read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.labels.domain import Label
from comity.labels.queries import intern
from comity.labels.subject import Role, Subject
from comity.parties.models import Party
from comity.records import search
from comity.records.search import MAX_LETTERS, find, words
from comity.records.tests.factories import AT, PERSON, change, kind, label, organisation, subject, text
from comity.records.work import act

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("مديرية الاستخبارات", "استخبارات"),
        ("مديرية استخبارات", "الاستخبارات"),
        ("أكاديمية الأمن", "اكاديميه الامن"),
        ("اكاديميه", "أكاديمية"),
        ("إدارة الإمداد", "اداره امداد"),
        ("وزارة الدّفاع", "الدفاع"),
        ("التدريب", "والتدريب"),
        ("بالتدريب", "التدريب"),
        ("مستشفى", "مستشفي"),
        ("عــلــي", "علي"),
        ("سنة ٢٠٢٥", "2025"),
        ("Defence Müller", "muller"),
        ("Sørensen", "sorensen"),
        ("Łódź", "lodz"),
        ("Kraków", "KRAKÓW"),
        ("logistics", "log"),
        ("Logistics and supply", "supply logistics"),
        ("what the ministry wants", "the"),
        ("طلب من الوزارة", "من"),
        ("snake_case_word", "case"),
        ("ratio 31/102", "31/102"),
        ("e-mail", "mail"),
        ("x" * 200, "x" * 150),
    ],
)
def test_it_is_found(planner: Subject, shared: Label, written: str, asked: str) -> None:
    row = organisation(planner, shared, written)
    organisation(planner, shared, "Nothing of it")
    assert [hit.record_pk for hit in find(asked, planner)][-1:] == [row.pk]


@pytest.mark.parametrize(("written", "asked"), [("Logistics", "gistics"), ("Logistics", "log supply")])
def test_it_is_not_found(planner: Subject, shared: Label, written: str, asked: str) -> None:
    organisation(planner, shared, written)
    assert find(asked, planner) == []


def test_every_language_of_a_text_is_searched(planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared, text("Ministry of Defence", "وزارة الدفاع"))
    assert [hit.record_pk for hit in find("دفاع defence", planner)] == [row.pk]


def test_names_in_lists_are_searched_and_provenance_is_not(planner: Subject, shared: Label) -> None:
    name = {**text("Ali", "علي"), "translation": {"ar": {"by": "somebot", "checked": False}}}
    row = organisation(planner, shared)
    with act(planner, AT) as work:
        person = work.create(kind(PERSON).model, label=shared, name=name, variants=["Aly"])
    assert [hit.record_pk for hit in find("aly", planner)] == [person.pk]
    assert find("somebot", planner) == []
    assert find(str(row.record.uuid)[:8], planner) == []


def test_it_follows_what_the_record_says_now(planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared, "Before")
    change(row, planner, name=text("After"))
    assert find("before", planner) == []
    assert [hit.record_pk for hit in find("after", planner)] == [row.pk]


def test_only_what_the_reader_may_read_is_found(planner: Subject, host: Subject, mission: Party, shared: Label) -> None:
    secret, open_one = organisation(planner, label(mission), "Thing"), organisation(planner, shared, "Thing")
    assert [hit.record_pk for hit in find("thing", host)] == [open_one.pk]
    assert [hit.record_pk for hit in find("thing", planner)] == [open_one.pk, secret.pk]
    change(open_one, planner, label=label(mission))
    assert find("thing", host) == []


def test_kinds_narrow_it(planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared, "Thing")
    assert [hit.record_pk for hit in find("thing", planner, kinds=["people.organisation/1"])] == [row.pk]
    assert find("thing", planner, kinds=["people.person/1"]) == []


@pytest.mark.parametrize("number_of_labels", [1, 3, 450])
def test_pages_neither_lose_nor_repeat(planner: Subject, mission: Party, number_of_labels: int) -> None:
    markings = [intern(label(mission, groups=frozenset({f"group {number}"}))) for number in range(number_of_labels)]
    rows = {
        pk: (markings[pk % number_of_labels], "people.organisation/1", {"name": "the thing"}) for pk in range(1, 61)
    }
    search.index(rows)
    insider = subject(mission, groups=frozenset(f"group {number}" for number in range(number_of_labels)))
    found: list[int] = []
    before = 0
    while page := find("the", insider, before=before, limit=7):
        found += [hit.record_pk for hit in page]
        before = page[-1].record_pk
    assert found == list(range(60, 0, -1))
    assert find("the", planner) == []


HOSTILE = [
    "", " ", '"', '""', "'", "\\", "a\\", "*", "a*", "-a", "NEAR(a b)", "a AND", "OR", "NOT a", "words:a",
    "{a b}: c", "^a",
    "a:*", "a & b", "a | !b", "(a", "<->", "a:ABCD", "%s", "%", "_", "\x00", "a\x00b",
    "🙂", "👩‍👩‍👧‍👦 a", "\ud800", "ﷺ", "٪",
    "a" * 10_000, "a " * 5_000, "ة" * 3_000, "' OR 1=1 --", "); DROP TABLE records_search; --", "\u202eabc", "½ ² Ⅷ",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=[ascii(query)[:30] for query in HOSTILE])
def test_hostile_queries_are_only_words(planner: Subject, shared: Label, query: str) -> None:
    row = organisation(planner, shared, "Zeta")
    assert find(query, planner) == []
    assert [hit.record_pk for hit in find(f"{query[:50]} zeta", planner)] in ([row.pk], [])
    assert [hit.record_pk for hit in find("zeta", planner)] == [row.pk]


@pytest.mark.parametrize("written", ["' \\ : & | ! ( ) <-> *", "a'b\\c", "🙂 word", "½ ²", "word " * 20_000])
def test_hostile_texts_are_stored(planner: Subject, shared: Label, written: str) -> None:
    organisation(planner, shared, f"{written} ordinary")
    assert len(find("ordinary", planner)) == 1


def test_words_are_folded_once_each_and_of_bounded_length() -> None:
    assert words("The  the THE, x_y") == ["the", "x", "y"]
    assert words("الكتاب") == ["الكتاب", "كتاب"]
    assert [len(word) for word in words("y" * 500)] == [MAX_LETTERS]


def test_whoever_works_without_records_finds_none(planner: Subject, shared: Label, mission: Party) -> None:
    organisation(planner, shared, "Thing")
    assert find("thing", subject(mission, Role.AUDITOR)) == []


@given(st.lists(st.text(max_size=40), max_size=4))
def test_the_words_of_a_body_are_those_of_its_texts_together(said: list[str]) -> None:
    every = [*said, "والوزارة of Défense", "للجيش " + "a" * 100]
    assert search._words_of({"name": every}) == set(words(" ".join(search.texts(every))))
