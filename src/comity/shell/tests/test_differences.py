"""What became of a text, word by word: nothing invented, nothing left out."""

import html
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.shell.differences import MOST_WORDS, text_changes, words

TEXTS = st.text(alphabet="ab ,.\nسلام<&", max_size=40)


def without(tag: str, told: str) -> str:
    """The text that is left when what stands in `tag` is taken out."""
    return html.unescape(re.sub(r"</?(ins|del)>", "", re.sub(rf"<{tag}>.*?</{tag}>", "", told, flags=re.DOTALL)))


@given(before=TEXTS, after=TEXTS)
def test_either_text_can_be_read_out_of_it(before: str, after: str):
    told = str(words(before, after))
    assert (without("ins", told), without("del", told)) == (before, after)


@given(text=TEXTS)
def test_what_is_the_same_is_not_marked(text: str):
    assert html.unescape(str(words(text, text))) == text


def test_a_blank_alone_does_not_part_what_changed():
    assert words("it came late", "it went soon") == "it <del>came late</del><ins>went soon</ins>"


def test_a_text_too_long_to_compare_is_told_whole():
    long = "a " * MOST_WORDS
    assert words(long, "b") == f"<del>{long}</del><ins>b</ins>"


def test_only_the_languages_that_differ_are_told_each_in_its_direction():
    before = {"original": "en", "text": {"en": "one", "ar": "واحد"}}
    told = str(text_changes(before, {**before, "text": {"en": "one", "ar": "اثنان"}}))
    assert '<bdi lang="ar" dir="rtl"><del>واحد</del><ins>اثنان</ins></bdi>' in told
    assert 'lang="en"' not in told


@pytest.mark.parametrize("value", ["plain", 3, ["a"], {"text": "no map"}, True])
def test_what_is_no_text_in_languages_is_left_to_others(value: Any):
    assert text_changes(None, value) is None
    assert text_changes(value, {"text": {"en": "one"}}) is None
