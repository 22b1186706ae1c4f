"""Refusals carry what a page needs to say why."""

from __future__ import annotations

import pickle

import pytest

from comity.kernel.errors import DomainError, NotFound, NotYours, Refused, require


class TooMany(DomainError):
    message = "%(count)d are more than %(most)d."


def test_facts_fill_the_message() -> None:
    error = TooMany(field="seats", count=5, most=3)
    assert (str(error), error.field, error.facts) == ("5 are more than 3.", "seats", {"count": 5, "most": 3})


def test_require_raises_only_when_the_condition_fails() -> None:
    require([1], NotYours)
    with pytest.raises(NotYours):
        require([], NotYours)
    error = TooMany(count=2, most=1)
    with pytest.raises(TooMany) as refusal:
        require(False, error)
    assert refusal.value is error


def test_several_refusals_keep_their_order() -> None:
    errors = [TooMany(count=2, most=1), NotFound()]
    refused = Refused(errors)
    assert refused.errors == tuple(errors)
    assert str(refused).startswith("2 are more than 1. There is no such record")


def test_refusals_travel_between_processes() -> None:
    again = pickle.loads(pickle.dumps(Refused([TooMany(field="seats", count=2, most=1)])))
    assert str(again) == "2 are more than 1."
    assert again.errors[0].field == "seats"
