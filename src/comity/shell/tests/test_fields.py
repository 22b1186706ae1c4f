"""What is typed is read right, or refused in words and kept."""

from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.dates import PartialDate
from comity.kernel.text import Text, Translation
from comity.shell.fields import LetterDateField, MultilingualField, PartialDateField, QuantityField
from comity.shell.typed import plain_characters

BOTH = Text("en", {"en": "Logistics", "ar": "الإمداد"}, {"ar": Translation("office", checked=True)})


class Entry(forms.Form):
    value = QuantityField(required=False)
    due = PartialDateField(required=False)
    letter = LetterDateField(required=False)
    statement = MultilingualField(required=False)


def typed(**fields: str) -> Entry:
    data = QueryDict(mutable=True)
    data.update(fields)
    return Entry(data)


def statement(en: str = "", ar: str = "", original: str = "en", initial: Text | None = None) -> Entry:
    form = typed(statement_en=en, statement_ar=ar, statement_original=original)
    form.fields["statement"].initial = initial and initial.json()
    return form


@pytest.mark.parametrize(
    ("text", "value"), [("٤٦٫٥", "46.5"), ("1,234.5", "1234.5"), ("۱۲", "12"), (" 0 ", "0"), ("-3", "-3")]
)
def test_a_quantity_is_read_in_the_digits_it_was_typed_in(text, value):
    form = typed(value=text)
    assert form.is_valid()
    assert form.cleaned_data["value"] == Decimal(value)


def test_an_empty_quantity_is_not_nought():
    form = typed(value="")
    assert form.is_valid()
    assert form.cleaned_data["value"] is None


@pytest.mark.parametrize(
    ("name", "text"), [("value", "1,5"), ("value", "much"), ("due", "2018-13"), ("letter", "soon")]
)
def test_what_is_refused_stays_in_the_box(name, text):
    form = typed(**{name: text})
    assert not form.is_valid()
    assert text in form.errors[name][0]
    assert f'value="{text}"' in str(form[name])


def test_a_stored_number_is_shown_as_it_would_be_typed():
    assert 'value="1234.5"' in str(Entry(initial={"value": Decimal("1234.500")})["value"])
    assert 'value="0"' in str(Entry(initial={"value": Decimal("0.00")})["value"])


def test_a_date_is_as_exact_as_it_was_typed():
    form = typed(due="٢٠١٨-٧")
    assert form.is_valid()
    assert form.cleaned_data["due"] == PartialDate("2018-07")


def test_a_letter_has_a_day():
    assert not typed(letter="2018-07").is_valid()
    form = typed(letter="2018-07-05")
    assert form.is_valid()
    assert form.cleaned_data["letter"].isoformat() == "2018-07-05"


def test_text_in_one_language_is_complete_and_its_own_original():
    form = statement(ar="الإمداد", original="en")
    assert form.is_valid()
    assert form.cleaned_data["statement"] == Text.single("ar", "الإمداد").json()


def test_the_original_may_not_be_the_empty_box():
    with translation.override("en"):
        field = MultilingualField(languages=("en", "ar", "ckb"))
        with pytest.raises(forms.ValidationError, match="original is empty"):
            field.clean({"typed": {"en": "", "ar": "ا", "ckb": "ا"}, "original": "en"})


def test_a_translation_says_who_made_it_until_it_changes():
    kept = statement("Logistics", "الإمداد", initial=BOTH)
    assert kept.is_valid()
    assert Text.of(kept.cleaned_data["statement"]) == BOTH
    for changed in (statement("Logistics", "التموين", initial=BOTH), statement("Supply", "الإمداد", initial=BOTH)):
        assert changed.is_valid()
        made = Text.of(changed.cleaned_data["statement"]).translations["ar"]
        assert made == Translation("person", checked=False)


def test_nothing_typed_is_nothing():
    form = statement(" ", "\n")
    assert form.is_valid()
    assert form.cleaned_data["statement"] is None


def test_a_required_text_asks_for_one_language_only():
    field = MultilingualField()
    with pytest.raises(forms.ValidationError, match="at least one language"):
        field.clean({"typed": {"en": " ", "ar": ""}, "original": "en"})


def test_the_reader_writes_in_the_first_box():
    for language in ("en", "ar"):
        with translation.override(language):
            boxes = Entry()["statement"].languages  # type: ignore[attr-defined]
        assert boxes[0].code == language
        assert [box.code for box in boxes if box.original] == [language]
        assert {box.code: box.direction for box in boxes} == {"en": "ltr", "ar": "rtl"}


words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(
    lambda text: plain_characters(text).strip()
)


@given(words, words)
def test_what_was_typed_comes_back(en, ar):
    form = statement(en, ar)
    assert form.is_valid()
    versions = Text.of(form.cleaned_data["statement"]).versions
    assert versions == {"en": plain_characters(en).strip(), "ar": plain_characters(ar).strip()}
    boxes = {box.code: box.value for box in form["statement"].languages}  # type: ignore[attr-defined]
    assert boxes == {"en": en, "ar": ar}
