"""Templates build on what lies below, hold nothing a strict policy refuses, and no words outside translation."""

from pathlib import Path

import pytest

from tests.house.layers import House, house
from tests.house.templates import Template, misplaced, refused, rooms, templates, unmarked

KNOWN = {"shell/page.html": "shell", "programme/objective.html": "programme", "people/person.html": "people"}


@pytest.fixture
def ours(root: Path) -> House:
    return house(root)


@pytest.fixture(scope="module")
def all_templates(root: Path) -> list[Template]:
    found = list(templates(root))
    assert len(found) > 10
    return found


def test_every_template_builds_on_what_lies_below(all_templates, ours):
    known = rooms(all_templates)
    assert [problem for template in all_templates for problem in misplaced(template, known, ours)] == []


def test_no_template_holds_what_the_policy_refuses(all_templates):
    assert [problem for template in all_templates for problem in refused(template)] == []


def test_every_word_of_a_template_can_be_translated(all_templates):
    assert [problem for template in all_templates for problem in unmarked(template)] == []


@pytest.mark.parametrize(
    "source",
    [
        '{% extends "people/person.html" %}',
        '{% extends "nowhere.html" %}',
        "{% extends chosen %}",
        '{% block main %}{% include "people/person.html" %}{% endblock %}',
        '{% import "people/person.html" as person %}',
        '{% from "people/person.html" import name %}',
    ],
)
def test_building_on_what_lies_above_is_told(ours, source):
    assert len(misplaced(Template("shell", "shell/bad.html", source), KNOWN, ours)) == 1


def test_building_on_what_lies_below_may_be(ours):
    source = '{% extends "shell/page.html" %}{% include "programme/objective.html" %}'
    assert misplaced(Template("programme", "programme/good.html", source), KNOWN, ours) == []


def test_two_templates_of_one_name_are_told():
    with pytest.raises(ValueError, match="stands in"):
        rooms([Template("shell", "a.html", ""), Template("people", "a.html", "")])


@pytest.mark.parametrize(
    "source",
    [
        '<p style="color: red">',
        '<button onclick="go()">',
        '<form hx-on:submit="go()">',
        "<script>go()</script>",
        "{% if x %}<script>go({{ x }})</script>{% endif %}",
        "<style>p { color: red }</style>",
        '<a href="javascript:go()">',
    ],
)
def test_what_the_policy_refuses_is_told(source):
    assert len(refused(Template("shell", "bad.html", source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        '<script src="{{ static("a.js") }}" defer></script>',
        '<a data-on="x" class="{% if x %}on{% endif %}">',
        "<p>{{ one }}</p>",
    ],
)
def test_what_the_policy_allows_may_be(source):
    assert refused(Template("shell", "good.html", source)) == []


@pytest.mark.parametrize(
    "source",
    [
        "<h1>Objectives</h1>",
        "<h1>{{ count }} objectives</h1>",
        "{% if x %}Yes{% endif %}",
        '<input placeholder="Name">',
        '<a aria-label="Close {{ x }}">',
    ],
)
def test_words_outside_translation_are_told(source):
    assert len(unmarked(Template("shell", "bad.html", source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        '<h1>{{ _("Objectives") }}</h1>',
        "<h1>{% trans %}Objectives{% endtrans %}</h1>",
        "{% trans count %}{{ count }} objective{% pluralize %}{{ count }} objectives{% endtrans %}",
        '<input placeholder="{{ _("Name") }}" name="name">',
        "<p>{{ a }} · {{ b }} (1)</p>",
        "<title>Comity</title>",
        '<{{ tag }} for="{{ name }}" class="label">{{ words }}</{{ tag }}>',
        "{# a remark #}",
    ],
)
def test_translated_words_may_be(source):
    assert unmarked(Template("shell", "good.html", source)) == []
