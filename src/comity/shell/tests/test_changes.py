"""What became of a value, as the history shows it."""

import pytest
from django.utils import translation

from comity.records.kinds import kind_coded
from comity.shell.values import Shown


@pytest.fixture
def shown() -> Shown:
    return Shown(kind_coded("responses.concurrence"), [], None)  # type: ignore[arg-type]  # no ref, so nobody is asked


def text(**versions: str) -> dict[str, object]:
    return {"original": "en", "text": versions}


def test_a_text_is_shown_in_the_language_of_the_reader(shown):
    before, after = shown.change("reason", text(en="one", ar="واحد"), text(en="two", ar="اثنان"))
    assert ("one" in before, "two" in after) == (True, True)
    assert "واحد" not in before


def test_a_change_in_another_language_is_not_shown_as_none(shown):
    with translation.override("ar"):
        before, after = shown.change("reason", text(en="one", ar="واحد"), text(en="two", ar="واحد"))
    assert before == '<bdi lang="en" dir="ltr">one</bdi>'
    assert after == '<bdi lang="en" dir="ltr">two</bdi>'


def test_a_language_that_was_added_is_what_changed(shown):
    before, after = shown.change("reason", text(en="one"), text(en="one", ar="واحد"))
    assert (before, after) == ("", '<bdi lang="ar" dir="rtl">واحد</bdi>')


def test_of_a_file_the_digest_is_shown(shown):
    assert shown.change("scan", "", "ab" * 32) == (None, "<code>abababababab…</code>")
