"""A refusal reaches the person who can mend it, with everything they typed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

import pytest
from django import forms
from django.http import HttpResponse, QueryDict
from django.utils import translation

from comity.kernel.errors import DomainError, NotFound, NotYours, Refused, RoleMissing, StaleRevision
from comity.kernel.text import Text
from comity.shell.fields import MultilingualField, QuantityField
from comity.shell.refusals import onto, shows_refusals, words_of

pytestmark = [pytest.mark.urls("comity.shell.tests.addresses")]


class WrongSide(DomainError):
    message: ClassVar[str] = "A target of %(target)s lies on the wrong side of %(baseline)s on %(day)s."


class Target(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput)
    value = QuantityField(label="Value")
    place = forms.ChoiceField(label="Place", choices=[("b", "Baghdad"), ("e", "Erbil")])
    note = MultilingualField(label="Note", required=False)


def form() -> Target:
    made = Target(QueryDict("revision=3&value=40&place=b&note_en=Mine&note_ar=&note_original=en"))
    assert made.is_valid()
    return made


def error(field: str | None = None) -> WrongSide:
    return WrongSide(field=field, target=Decimal("1234.5"), baseline=Decimal(50), day=date(2026, 1, 5))


def test_the_facts_are_written_in_the_readers_language():
    with translation.override("en"):
        assert words_of(error()) == "A target of 1,234.5 lies on the wrong side of 50 on 5 January 2026."
    with translation.override("ar"):
        assert "١٬٢٣٤٫٥" in words_of(error())
        assert "٥ كانون الثاني ٢٠٢٦" in words_of(error())


def test_a_refusal_stands_beside_its_field():
    made = form()
    with onto(made):
        raise error("value")
    assert list(made.errors) == ["value"]
    assert made["value"].value() == "40"


def test_a_refusal_of_no_field_or_another_forms_stands_above():
    for field in (None, "elsewhere"):
        made = form()
        with onto(made):
            raise error(field)
        assert made.non_field_errors()


def test_several_refusals_each_find_their_place():
    made = form()
    with onto(made):
        raise Refused([error("value"), NotYours(), error("place")])
    assert set(made.errors) == {"value", "place", "__all__"}


def test_what_is_not_there_has_no_form_to_stand_on():
    with pytest.raises(NotFound), onto(form()):
        raise NotFound


def test_a_fault_of_the_program_is_not_dressed_as_a_refusal():
    with pytest.raises(ZeroDivisionError), onto(form()):
        raise ZeroDivisionError


def test_two_who_save_the_same_thing_see_both_texts():
    made = form()
    now = {"revision": 5, "value": Decimal(55), "place": "e", "note": Text.single("en", "Theirs").json()}
    with onto(made, lambda: now):
        raise StaleRevision
    assert [(one.label, one.theirs, one.yours) for one in made.stale] == [
        ("Value", "55", "40"),
        ("Place", "Erbil", "Baghdad"),
        ("Note", "Theirs", "Mine"),
    ]
    # Having seen both, saving again is right: the form stands on what is saved now, with what was typed.
    assert made["revision"].value() == "5"
    assert made["value"].value() == "40"


def test_what_both_wrote_alike_is_not_asked_about():
    made = form()
    with onto(made, lambda: {"revision": 5, "value": Decimal("40.0"), "place": "e"}):
        raise StaleRevision
    assert [one.label for one in made.stale] == ["Place"]


@pytest.mark.parametrize(
    ("raised", "status"),
    [(NotFound(), 404), (NotYours(), 403), (RoleMissing(), 403), (StaleRevision(), 409), (error(), 422)],
)
def test_a_view_without_a_form_answers_with_a_page(rf, raised, status):
    @shows_refusals
    def view(_request):
        raise raised

    response = view(rf.post("/"))
    assert isinstance(response, HttpResponse)
    assert response.status_code == status
    assert words_of(raised) in response.content.decode()


def test_a_view_that_refuses_nothing_answers_as_it_would(rf):
    well = HttpResponse("well")
    assert shows_refusals(lambda _request: well)(rf.get("/")) is well


@dataclass(frozen=True)
class Days:
    """As a domain's period looks to the shell."""

    start: date
    end: date


@pytest.mark.parametrize(
    ("fact", "english", "arabic"),
    [
        ("18", "18", "١٨"),
        ("−1234.5", "−1234.5", "−١٢٣٤٫٥"),
        ("31/102", "31/102", "٣١/١٠٢"),
        ("30.4\u00a0%", "30.4\u00a0%", "٣٠٫٤\u00a0٪"),
        ("2018-07", "2018-07", "2018-07"),
        (Days(date(2024, 7, 1), date(2024, 9, 30)), "Q3 2024", "الفصل ٣ من ٢٠٢٤"),
    ],
)
def test_figures_and_periods_of_a_rule_are_written_as_the_reader_writes_them(fact, english, arabic):
    class Told(DomainError):
        message = "%(fact)s"

    assert words_of(Told(fact=fact)) == english
    with translation.override("ar"):
        assert words_of(Told(fact=fact)) == arabic
