"""What nobody sees is not kept, what a language needs is, and what is too long is refused in words."""

import unicodedata

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from comity.shell.fields import MultilingualField
from comity.shell.record_forms import LinesField
from comity.shell.typed import MOST_CHARACTERS, MOST_LINES, TypedField, plain_characters

UNSEEN = [chr(code) for code in (*range(0x09), *range(0x0B, 0x0D), *range(0x0E, 0x20), *range(0x202A, 0x202F))]
UNSEEN += [chr(code) for code in range(0x2066, 0x206A)]


def kept(field: forms.Field, text: str) -> list[str]:
    """What a field makes of a text, in each kind of field the same way to ask."""
    if isinstance(field, MultilingualField):
        return list(field.clean({"typed": {"en": text, "ar": text}, "original": "en"})["text"].values())
    made = field.clean(text)
    return made if isinstance(made, list) else [made]


FIELDS = [TypedField, LinesField, MultilingualField]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("character", UNSEEN, ids=lambda character: f"U+{ord(character):04X}")
def test_what_nobody_sees_is_not_kept(field: type[forms.Field], character: str):
    assert set(kept(field(), f"annex{character}fdp.exe")) == {"annexfdp.exe"}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("character", ["\t", "\u200c", "\u200d", "\u200e", "\u200f"], ids=ascii)
def test_what_arabic_and_kurdish_need_is_kept(field: type[forms.Field], character: str):
    assert set(kept(field(), f"ده{character}ست")) == {f"ده{character}ست"}


@pytest.mark.parametrize("field", FIELDS)
def test_a_letter_is_written_in_one_way(field: type[forms.Field]):
    assert set(kept(field(), "Cafe\u0301 ا\u0654")) == {"Caf\u00e9 \u0623"}


@given(st.text(st.characters(codec="utf-8")))
def test_cleaning_twice_is_cleaning_once(text: str):
    once = plain_characters(text)
    assert plain_characters(once) == once == unicodedata.normalize("NFC", once)


def test_lines_end_in_one_way():
    assert plain_characters("a\r\nb\rc\nd") == "a\nb\nc\nd"


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(("language", "said"), [("en", "at most 20,000 characters"), ("ar", "٢٠٬٠٠٠")])
def test_a_text_has_an_end(field: type[forms.Field], language: str, said: str):
    with translation.override(language):
        assert set(kept(field(), "ا" * MOST_CHARACTERS)) == {"ا" * MOST_CHARACTERS}
        with pytest.raises(forms.ValidationError) as refusal:
            kept(field(), "ا" * (MOST_CHARACTERS + 1))
    (words,) = refusal.value.messages
    assert said in words
    assert language == "en" or "characters" not in words


@pytest.mark.parametrize(("language", "said"), [("en", "at most 500 lines; this one has 501"), ("ar", "٥٠١")])
def test_a_list_has_an_end(language: str, said: str):
    with translation.override(language):
        assert len(LinesField().clean("\n".join(["one"] * MOST_LINES))) == MOST_LINES
        with pytest.raises(forms.ValidationError) as refusal:
            LinesField().clean("\n".join(["one"] * (MOST_LINES + 1)))
    (words,) = refusal.value.messages
    assert said in words
    assert language == "en" or "lines" not in words


def test_a_translation_stays_its_translators_although_its_letters_are_written_in_another_way_now():
    before = {"original": "en", "text": {"en": "Cafe\u0301", "ar": "مقهى"}}
    before["translation"] = {"ar": {"by": "office", "checked": True}}
    field = MultilingualField()
    field.initial = before
    made = field.clean({"typed": {"en": "Caf\u00e9", "ar": "مقهى"}, "original": "en"})
    assert made["translation"] == before["translation"]
