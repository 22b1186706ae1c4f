"""Text in several languages, as its reader can read it."""

from comity.kernel.text import Text, Translation
from comity.shell.texts import direction, plain, said

BOTH = Text("en", {"en": "Border security", "ar": "أمن الحدود"}, {"ar": Translation("comity", checked=False)})


def test_the_readers_language_needs_no_mark():
    assert said(BOTH, "en") == "<bdi>Border security</bdi>"
    assert plain(BOTH.json(), "ar") == "أمن الحدود"


def test_another_language_carries_its_name_and_direction():
    assert said(Text.single("ar", "أمن"), "en") == '<bdi lang="ar" dir="rtl">أمن</bdi>'
    assert said(Text.single("en", "Security"), "ar") == '<bdi lang="en" dir="ltr">Security</bdi>'


def test_an_unchecked_translation_says_so_where_it_is_asked():
    assert "not yet checked" in said(BOTH, "ar", provenance=True)
    assert "not yet checked" not in said(BOTH, "en", provenance=True)
    assert "not yet checked" not in said(BOTH, "ar")


def test_no_text_is_nothing():
    assert said(None) == ""
    assert plain(None) == ""


def test_text_is_escaped():
    assert "<i>" not in said(Text.single("en", "<i>"), "en")


def test_directions():
    assert [direction(one) for one in ("en", "ar", "ckb", "ar-IQ", "fr")] == ["ltr", "rtl", "rtl", "rtl", "ltr"]
