"""A row and the body of its revision say the same, for every kind this node knows."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import models
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from comity.kernel import canonical
from comity.kernel.decimals import quantity_text
from comity.kernel.ids import PartyId, RecordId
from comity.labels.domain import Label
from comity.labels.queries import intern
from comity.parties.models import Party
from comity.records import codec
from comity.records.fields import ListField, MultilingualField, PartialDateField, QuantityField, RefField, RefsField
from comity.records.kinds import Kind, all_kinds
from comity.records.schema import BodyUnfit, check_body, fits
from comity.records.tables import apply, stubs
from comity.records.tests.factories import INDICATOR, kind, text, uuid_number

pytestmark = pytest.mark.django_db
ALL = [pytest.param(each, id=each.code) for each in all_kinds()]

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
quantities = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)
dates = st.dates(date(1990, 1, 1), date(2090, 12, 31)).map(date.isoformat)
partial_dates = dates.flatmap(lambda day: st.sampled_from([day, day[:7], day[:4]]))
texts = st.builds(lambda english, arabic: text(english or "x", arabic), words, words)
refs = st.integers(1, 5)


def value_of(column: Any, owner: Party) -> st.SearchStrategy[Any]:
    """What a body may hold for `column`."""

    def ref(number: int) -> str:
        return str(RecordId(PartyId(owner.pk), uuid_number(number)))

    strategies: list[tuple[type, st.SearchStrategy[Any]]] = [
        (RefsField, st.sets(refs, max_size=4).map(lambda numbers: sorted(map(ref, numbers)))),
        (RefField, refs.map(ref)),
        (models.ForeignKey, st.just(owner.pk)),
        (QuantityField, quantities.map(quantity_text)),
        (PartialDateField, partial_dates),
        (models.DateField, dates),
        (MultilingualField, texts),
        (
            ListField,
            st.lists(st.one_of(words, st.integers(-5, 5), st.dictionaries(words, words, max_size=2)), max_size=3),
        ),
        (models.BooleanField, st.booleans()),
        (models.IntegerField, st.integers(0, 2**15 - 1)),
        (models.CharField, words.map(lambda word: (word or "x")[: column.max_length])),
    ]
    return next(strategy for of, strategy in strategies if isinstance(column, of))


def bodies_of(of: Kind, owner: Party) -> st.SearchStrategy[Mapping[str, Any]]:
    columns = {column.name: column for column in codec.columns(of.model)}
    must = {name for name, column in columns.items() if not (column.null or column.blank or column.has_default())}
    return st.fixed_dictionaries(
        {name: value_of(columns[name], owner) for name in must},
        optional={
            **{name: value_of(column, owner) for name, column in columns.items() if name not in must},
            "written_by_a_newer_version": st.one_of(words, st.lists(st.integers(-(2**53) + 1, 2**53 - 1), max_size=3)),
        },
    )


@pytest.mark.parametrize("of", ALL)
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_every_body_survives_its_table(of: Kind, mission: Party, shared: Label, data: st.DataObject) -> None:
    body = data.draw(bodies_of(of, mission))
    check_body(of, body)
    rid = RecordId(PartyId(mission.pk), uuid_number(99))
    record = stubs([rid])[rid]
    apply(of, [(record, intern(shared), body)])
    row = of.model.objects.system("test").get(pk=record.pk)
    written = codec.bodies([row])[record.pk]
    assert codec.differing(of.model, written, body) == ()
    assert body.items() <= written.items()
    canonical.encode(written)


@pytest.mark.parametrize("of", ALL)
def test_what_a_body_lacks_stands_at_its_default(of: Kind) -> None:
    columns = codec.columns(of.model)
    written = {c.name: [] if c.many_to_many else codec.plain(c.get_default(), c) for c in columns}
    assert codec.differing(of.model, {k: v for k, v in written.items() if v is not None}, {}) == ()


def test_every_difference_is_named() -> None:
    model = kind(INDICATOR).model
    written = {"unit": text("people"), "critical": True, "weight": "2"}
    assert codec.differing(model, written, {"unit": text("people"), "weight": "3"}) == ("critical", "weight")
    assert codec.differing(model, written, {**written, "beyond_us": 1}) == ("beyond_us",)


@pytest.mark.parametrize("written", ["0.1", "12", "-0.05", "100000000000000000000.000000000000000000001"])
def test_decimals_are_exact(written: str) -> None:
    column = kind(INDICATOR).model._meta.get_field("weight")
    assert codec.plain(column.to_python(written), column) == written
    assert column.to_python(written) == Decimal(written)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("weight", "0.1", ["0.10", ".1", "1e3", "-0", "1,5", 0.1, 1, "NaN", "Infinity", "", "٥", "1" * 81]),
        ("title", text("x"), [{}, [], "x", {"original": "en", "text": {}}, text("nul \x00"), {"original": "en"}]),
        ("critical", True, [1, "true", None]),
        ("dimensions", [], [{}, "x", None, ["\x00"], [{"\x00": 1}]]),
        ("measure", "unit", ["", "x" * 13, 5, None, "\x00"]),
        ("result", None, ["", "not an id", 5, ["x"], None]),
        ("reporter", None, ["", "nmi", 5, None]),
    ],
)
def test_a_field_has_one_spelling(name: str, good: Any, bad: list[Any]) -> None:
    column = kind(INDICATOR).model._meta.get_field(name)
    if good is not None:
        assert fits(column, good)
    assert [value for value in bad if fits(column, value)] == []


@pytest.mark.parametrize(
    ("code", "name", "bad"),
    [
        ("programme.baseline", "period_start", ["2025-1-1", "2025-02-30", "20250101", "2025", 2025]),
        ("programme.baseline", "level", ["3", True, 2**40, 1.5]),
        ("programme.mandate", "begins", ["2025-13", "25", "2025-1", "", "٢٠٢٥", 2025]),
        ("programme.mandate", "institutions", ["x", ["x"], [5], {}]),
    ],
)
def test_so_have_dates_numbers_and_refs(code: str, name: str, bad: list[Any]) -> None:
    column = kind(code).model._meta.get_field(name)
    assert [value for value in bad if fits(column, value)] == []


def test_refs_stand_once_and_in_order(mission: Party) -> None:
    column = kind("programme.mandate").model._meta.get_field("institutions")
    ids = sorted(str(RecordId(PartyId(mission.pk), uuid_number(number))) for number in (1, 2))
    assert fits(column, ids)
    assert not fits(column, ids[::-1])
    assert not fits(column, [ids[0], ids[0]])


def test_a_missing_field_is_named() -> None:
    with pytest.raises(BodyUnfit, match="statement"):
        check_body(kind("programme.claim"), {})
