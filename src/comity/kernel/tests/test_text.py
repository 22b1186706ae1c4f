"""Text in several languages, and folding for search."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.canonical import decode, encode
from comity.kernel.text import _LETTERS, NotText, Text, Translation, fold

words = st.text(max_size=20)
languages = st.sampled_from(["en", "ar", "ckb", "fr", "pt-BR"])


@st.composite
def multilingual(draw: st.DrawFn) -> Text:
    versions = draw(st.dictionaries(languages, words, min_size=1))
    original = draw(st.sampled_from(sorted(versions)))
    others = sorted(versions.keys() - {original})
    described = draw(st.lists(st.sampled_from(others), unique=True)) if others else []
    return Text(original, versions, {language: Translation(draw(words), draw(st.booleans())) for language in described})


@given(multilingual())
def test_text_is_read_back_from_canonical_bytes(text: Text) -> None:
    again = Text.of(decode(encode(text.json())))
    assert again == text
    assert hash(again) == hash(text)


def allowed() -> dict[str, Any]:
    return {
        "original": "en",
        "text": {"en": "Border", "ar": "حدود"},
        "translation": {"ar": {"by": "clerk", "checked": False}},
    }


def test_the_shape_that_the_refusals_start_from_is_allowed() -> None:
    assert Text.of(allowed()).json() == allowed()


@pytest.mark.parametrize(
    "broken",
    [
        {"original": "fr"},
        {"original": 1},
        {"text": []},
        {"text": {"en": 1, "ar": "x"}},
        {"text": {"en": "a", "AR!": "x"}},
        {"translation": {"fr": {"by": "x", "checked": True}}},
        {"translation": {"en": {"by": "x", "checked": True}}},
        {"translation": {"ar": {"by": "x"}}},
        {"translation": {"ar": {"by": "x", "checked": 1}}},
        {"translation": {"ar": {"by": None, "checked": True}}},
        {"translation": {"ar": "x"}},
        {"translation": None},
        {"other": 1},
    ],
)
def test_one_broken_thing_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(NotText):
        Text.of({**allowed(), **broken})


@pytest.mark.parametrize("value", [None, "text", ["original", "text"], {}, {"original": "en"}])
def test_other_shapes_are_refused(value: Any) -> None:
    with pytest.raises(NotText):
        Text.of(value)


def test_a_reader_gets_their_language_or_the_original() -> None:
    text = Text("en", {"en": "Border", "ar": "حدود", "fr": ""})
    assert text.in_("ar") == ("حدود", "ar")
    assert text.in_("ar-IQ") == ("حدود", "ar")
    assert text.in_("ckb") == ("Border", "en")
    assert text.in_("fr") == ("Border", "en")
    assert Text.single("ar", "").in_("en") == ("", "ar")


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("Café", "CAFE"),
        ("Łódź", "lodz"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("أمن", "امن"),
        ("إدارة", "اداره"),
        ("آمر", "امر"),
        ("ٱلله", "الله"),
        ("مستشفى", "مستشفي"),
        ("وزارة", "وزاره"),
        ("مسؤول", "مسوول"),
        ("شؤون", "شوون"),
        ("طوارئ", "طواري"),
        ("مُحَمَّد", "محمد"),
        ("الـــعراق", "العراق"),
        ("٢٠١٨", "2018"),
        ("۲۰۱۸", "2018"),
        ("ﻻ", "لا"),
        ("هەولێر", "ههولير"),
        ("یک", "يك"),
        ("a\u200fb", "ab"),
        ("one  two\n", "one two"),
        ("ﬁne", "fine"),
    ],
)
def test_folding_makes_one_of(written: str, sought: str) -> None:
    assert fold(written) == fold(sought)


@pytest.mark.parametrize(("one", "other"), [("حدود", "حديد"), ("border", "boarder"), ("سر", "شر"), ("10", "١١")])
def test_folding_keeps_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text() | st.text(st.characters(max_codepoint=127)))
def test_folding_a_text_is_folding_each_of_its_characters(text: str) -> None:
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    said = ""
    for character in spread:
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue
        value = unicodedata.decimal(character, None)
        said += character if value is None else str(value)
    assert fold(text) == " ".join(said.translate(_LETTERS).split())
