"""The stylesheet keeps its promises: contrast, one sheet for both directions, small, nothing from elsewhere."""

import gzip
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "static" / "shell"
SHEET = (FOLDER / "comity.css").read_text()
RULES = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)

# Text on what it stands on; WCAG 2.2 asks 4.5 of it (1.4.3).
TEXT = [
    *((ink, ground) for ink in ("ink", "soft", "accent") for ground in ("paper", "card", "sunk")),
    *(("accent", ground) for ground in ("tint",)),
    *(("ink", f"{tone}-tint") for tone in ("good", "wait", "bad", "done", "none")),
    *((tone, f"{tone}-tint") for tone in ("good", "wait", "bad", "done", "none")),
    *((tone, ground) for tone in ("good", "wait", "bad", "done", "none") for ground in ("paper", "card")),
    ("accent-ink", "accent"),
    *(("mark-ink", f"mark-{level}") for level in range(5)),
    *(("stripe-ink", f"stripe-{which}") for which in "ab"),
]
# Borders of controls and parts of pictures; WCAG asks 3 of them (1.4.11).
SHAPES = [
    *(("edge", ground) for ground in ("paper", "card")),
    *((f"{tone}-fill", ground) for tone in ("good", "wait", "bad", "done") for ground in ("paper", "card")),
]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


def themes() -> dict[str, dict[str, str]]:
    light = RULES[RULES.index(":root {") : RULES.index("@media")]
    asked = RULES[RULES.index(':root:not([data-theme="light"]) {') : RULES.index(':root[data-theme="dark"] {')]
    chosen = RULES[RULES.index(':root[data-theme="dark"] {') : RULES.index("--s1")]
    return {"light": tokens(light), "asked dark": tokens(asked), "chosen dark": tokens(chosen)}


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_defines_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "chosen dark"])
def test_text_can_be_read_on_every_ground(theme):
    colours = themes()[theme]
    weak = {pair: round(ratio, 2) for pair in TEXT if (ratio := contrast(*(colours[name] for name in pair))) < 4.5}
    assert not weak


@pytest.mark.parametrize("theme", ["light", "chosen dark"])
def test_controls_and_pictures_stand_out(theme):
    colours = themes()[theme]
    weak = {pair: round(ratio, 2) for pair in SHAPES if (ratio := contrast(*(colours[name] for name in pair))) < 3}
    assert not weak


def test_dark_is_the_same_dark_whoever_asks_for_it():
    assert themes()["asked dark"] == themes()["chosen dark"]
    assert themes()["asked dark"].keys() == themes()["light"].keys()


SIDES = re.compile(
    r"(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b"
    r"|(?<![\w-])(?:left|right|top|bottom|width|height|(?:min|max)-(?:width|height))\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)
PRELUDES = re.compile(r"@[^{;]*[{;]")  # of a media query, which has no logical words


def test_one_sheet_serves_both_directions():
    assert SIDES.findall(PRELUDES.sub("", RULES)) == []


@pytest.mark.parametrize("rule", ["margin-left: 1px", "left: 0", "width: calc(1px)", "text-align: right"])
def test_a_rule_for_one_side_would_be_found(rule):
    assert SIDES.findall(f"p {{ {rule}; }}")
    assert not SIDES.findall("p { margin-inline-start: 1px; inline-size: 2px; text-align: start; }")


def test_nothing_comes_from_elsewhere():
    assert "url(" not in RULES
    assert "@import" not in RULES
    script = (FOLDER / "comity.js").read_text()
    assert not re.search(r"https?://|eval\(|innerHTML|new Function", script)


def test_look_and_script_together_are_small():
    packed = sum(len(gzip.compress((FOLDER / name).read_bytes())) for name in ("comity.css", "comity.js"))
    assert packed < 16_000


def test_a_person_who_wants_no_motion_gets_none():
    outside = re.sub(r"@media \(prefers-reduced-motion[^{]*\{[^}]*\}\s*\}", "", RULES)
    assert "transition:" not in outside
    assert "animation" not in outside
