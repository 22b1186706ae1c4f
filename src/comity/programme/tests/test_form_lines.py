"""Lists typed as lines: read as meant, shown so that they can be typed again, and kept where nobody touched them."""

from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from comity.labels.subject import Role
from comity.programme.breakdown_lines import CellsField, with_dimensions
from comity.programme.form_fields import ClausesField, DimensionsField, KeepingField, TextLinesField
from comity.programme.models import Measurement
from comity.programme.tests.test_entry import AGE, SEX, part
from comity.records.kinds import kind_named
from comity.responses.tests.world import World, text, written
from comity.shell.record_forms import form_for, initial_of

CHECKED = {
    "original": "ar",
    "text": {"ar": "يقدم المشورة", "en": "It advises"},
    "translation": {"en": {"by": "interpreter", "checked": True}},
}
RANK = {
    "key": "rank",
    "name": text("rank", "الرتبة"),
    "options": [
        {"key": "officer", "name": text("officers", "ضباط")},
        {"key": "unknown", "name": text("nobody knows", "مجهول")},
    ],
}


def opened(field: type[KeepingField], value: Any) -> tuple[KeepingField, str]:
    """The field of a form on a record that holds `value`, and what its box shows."""
    made = field()
    made.initial, made.required = value, False
    return made, made.prepare_value(value)


KEPT: list[tuple[type[KeepingField], list[Any]]] = [
    (TextLinesField, [CHECKED, text("low", "منخفض")]),
    (ClausesField, [{"key": "advisory", "text": CHECKED}, {"key": "a=b", "text": text("x = y | z")}]),
    (DimensionsField, [SEX, AGE, RANK]),
    (CellsField, [part(5, sex="female", age="young"), part(7, sex="male", age="unknown")]),
    (CellsField, [{"options": {"sex": "female"}, "numerator": "3", "denominator": "10"}]),
]


@pytest.mark.parametrize(("field", "value"), KEPT)
def test_what_nobody_touched_stays_what_it_was(field: type[KeepingField], value: list[Any]):
    made, shown = opened(field, value)
    assert made.clean(shown) == value
    assert made.clean(shown.replace("\n", "\r\n\r\n  ")) == value


def test_a_changed_line_changes_and_the_others_stay():
    made, shown = opened(TextLinesField, [CHECKED, text("low", "منخفض")])
    assert made.clean(shown.replace("low", "lower")) == [
        CHECKED,
        {
            "original": "en",
            "text": {"en": "lower", "ar": "منخفض"},
            "translation": {"ar": {"by": "person", "checked": False}},
        },
    ]


def test_an_option_added_leaves_the_names_of_the_others():
    made, shown = opened(DimensionsField, [RANK])
    assert shown == "rank = officer"
    (found,) = made.clean("rank = officer, soldier")
    assert found["name"] == RANK["name"]
    assert [option["name"]["text"]["en"] for option in found["options"]] == ["officers", "soldier", "nobody knows"]


def test_a_text_of_two_lines_is_one_line():
    made, shown = opened(ClausesField, [{"key": "long", "text": text("one\n\ntwo")}])
    assert shown == "long = one two"
    assert made.clean(shown) == [{"key": "long", "text": text("one\n\ntwo")}]


@pytest.mark.parametrize("reader", ["en", "ar"])
@pytest.mark.parametrize(("line", "language"), [("low", "en"), ("Café", "en"), ("منخفض", "ar")])
def test_a_line_in_one_language_is_in_the_language_of_its_script(reader: str, line: str, language: str):
    with translation.override(reader):
        assert TextLinesField().clean(line) == [{"original": language, "text": {language: line}}]


def test_the_standard_dimension_reads_in_both_languages():
    (found,) = DimensionsField().clean("sex = female، male, unknown, male")
    assert [option["key"] for option in found["options"]] == ["female", "male", "unknown"]
    assert found["options"][0]["name"]["text"] == {"en": "female", "ar": "أنثى"}


@pytest.mark.parametrize(
    ("field", "line"),
    [
        (TextLinesField, "| منخفض"),
        (ClausesField, "no key"),
        (ClausesField, "= text"),
        (ClausesField, "key ="),
        (DimensionsField, "sex"),
        (DimensionsField, "sex = unknown"),
        (CellsField, "female"),
        (CellsField, "= 12"),
        (CellsField, "female ="),
        (CellsField, "female = twelve"),
        (CellsField, "female = 3/"),
        (CellsField, "female = 1,5"),
    ],
)
def test_a_line_that_says_nothing_is_named(field: type[KeepingField], line: str):
    with pytest.raises(forms.ValidationError) as caught:
        field().clean(line)
    assert all(message for message in caught.value.messages)


# -------------------------------------------------------------------------------------------------- parts of figures


@given(value=st.decimals(0, 10**9, places=2))
def test_a_figure_is_read_in_the_digits_of_either_language(value: Any):
    latin = f"{value}"
    arabic = latin.translate(str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫"))
    assert CellsField().clean(f"female = {latin}") == CellsField().clean(f"female = {arabic}")


def typed(world: World, lines: str, *dimensions: Any) -> Any:
    indicator = world.enter("programme.indicator", dimensions=list(dimensions))
    return with_dimensions({"indicator": indicator.record, "cells": CellsField().clean(lines)})["cells"]


def test_the_dimension_of_a_part_need_not_be_named(world: World):
    assert typed(world, "female = 12", SEX) == [part(12, sex="female")]
    assert typed(world, "female، young = 3/10", SEX, AGE) == [
        {"options": {"sex": "female", "age": "young"}, "numerator": "3", "denominator": "10"}
    ]


@pytest.mark.parametrize("line", ["sex female, age young = 3", "age young, sex female = 3"])
def test_a_part_that_names_its_dimensions_names_them_in_any_order(world: World, line: str):
    assert typed(world, line, SEX, AGE) == [part(3, sex="female", age="young")]


def test_one_option_too_many_is_left_for_the_rules_to_refuse(world: World):
    assert typed(world, "female, young = 3", SEX) == [part(3, **{"sex": "female", "1": "young"})]


def test_a_form_takes_a_breakdown_as_lines(world: World, client: Client):
    indicator = world.enter("programme.indicator", dimensions=[SEX])
    world.sign_in(client, "nmi", Role.ADVISER)
    address = reverse("shell:enter", args=["programme.measurement"]) + f"?about={indicator.record.slug}"
    sent = {"period_start": ["2025-06-30"], "period_end": "2025-06-30", "value": "١٢"}
    refused = client.post(address, {**sent, "cells": "female = 5\nmale = 6"})
    assert refused.status_code == 422
    assert "the difference is 1" in refused.text
    assert "female = 5\nmale = 6" in refused.text, "nothing typed is lost"
    assert client.post(address, {**sent, "cells": "female = ٥\nmale = 7"}).status_code == 302
    (made,) = Measurement.objects.visible_to(world.subject("iraq"))
    assert (made.value, made.cells) == (12, [part(5, sex="female"), part(7, sex="male")])


def test_a_measurement_of_what_is_no_indicator_is_refused_and_no_error(world: World, client: Client):
    objective = world.enter("programme.objective")
    world.sign_in(client, "nmi", Role.ADVISER)
    address = reverse("shell:enter", args=["programme.measurement"]) + f"?about={objective.record.slug}"
    before = written()
    answer = client.post(
        address, {"period_start": "2025-06-30", "period_end": "2025-06-30", "value": "1", "cells": "a = 1"}
    )
    assert answer.status_code in {404, 422}
    assert written() == before


def field_of(world: World, row: Any, name: str) -> tuple[Any, str]:
    """A field of the form that changes or corrects `row`, as the database gives it, and what its box shows."""
    kind = kind_named(row.record.kind)
    kept = kind.model.objects.visible_to(world.subject("iraq")).get(pk=row.pk)
    form = form_for(kind, world.subject("iraq"), initial=initial_of(kind, kept))
    return form.fields[name], str(form.fields[name].prepare_value(getattr(kept, name)))


def test_a_correction_is_opened_with_a_breakdown_that_can_be_sent_again(world: World):
    """Whatever order the database keeps options in: PostgreSQL sorts them."""
    indicator = world.enter("programme.indicator", dimensions=[SEX, AGE])
    cells = [part(5, sex="female", age="young"), part(7, sex="male", age="unknown")]
    made = world.enter("programme.measurement", indicator=indicator, value=12, cells=cells)
    field, shown = field_of(world, made, "cells")
    sent = field.clean(shown.replace("= 5", "= 6"))
    world.enter("programme.measurement", indicator=indicator, value=13, cells=sent, supersedes=made)
    latest = Measurement.objects.visible_to(world.subject("nmi")).get(supersedes=made.record)
    assert latest.cells == [{**cells[0], "value": "6"}, cells[1]]


def test_editing_a_mandate_leaves_its_clauses_as_they_were(world: World):
    clauses = [{"key": "advisory", "text": CHECKED}]
    field, shown = field_of(world, world.enter("programme.mandate", "iraq", clauses=clauses), "clauses")
    assert shown == "advisory = It advises | يقدم المشورة"
    assert field.clean(shown) == clauses
