"""No file holds a forbidden word, no Python file two subjects, no stylesheet a left or a right."""

from pathlib import Path

import pytest

from tests.house.sources import MAX_LINES, files, forbidden_words, physical_directions, too_long


def test_no_file_holds_a_forbidden_word(root: Path):
    told = {path.relative_to(root).as_posix(): forbidden_words(path.read_text()) for path in files(root)}
    assert {name: words for name, words in told.items() if words} == {}


def test_no_python_file_is_too_long(root: Path):
    python = [path for path in files(root) if path.suffix == ".py" and "migrations" not in path.parts]
    assert len(python) > 50
    assert [path.relative_to(root).as_posix() for path in python if too_long(path.read_text())] == []


def test_no_stylesheet_knows_left_from_right(root: Path):
    sheets = [path for path in files(root) if path.suffix == ".css"]
    assert sheets
    assert [found for path in sheets for found in physical_directions(path.read_text())] == []


# In two halves, so that this file does not hold them.
FORBIDDEN = [
    ("# TO", "DO: later"),
    ("raise Not", "ImplementedError"),
    ("https://pyp", "i.org/simple"),
    ("open('/wor", "k/main/x')"),
    ("'/tm", "p/x'"),
]


@pytest.mark.parametrize("text", ["".join(halves) for halves in FORBIDDEN])
def test_a_forbidden_word_is_told(text):
    assert len(forbidden_words(text)) == 1


@pytest.mark.parametrize("text", ["a framework/x", "src/tmp/x", "methodology", "https://example.org/work/x"])
def test_other_words_may_be(text):
    assert forbidden_words(text) == []


def test_a_long_file_is_told():
    assert not too_long("\n" * MAX_LINES)
    assert too_long("\n" * (MAX_LINES + 1))


@pytest.mark.parametrize("declaration", ["margin-left: 1px", "left: 0", "text-align: right", "border-right-color: red"])
def test_a_physical_direction_is_told(declaration):
    assert len(physical_directions(f"p {{ {declaration}; }}")) == 1


@pytest.mark.parametrize(
    "declaration", ["margin-inline-start: 1px", "inset-inline: 0", "text-align: start", "--left: 1"]
)
def test_a_logical_direction_may_be(declaration):
    assert physical_directions(f"p {{ {declaration}; }} /* left: 0 */") == []
