"""A breakdown as lines that a person can read and type: female = 12, one part a line."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from comity.kernel.decimals import parse_quantity, quantity_text
from comity.kernel.errors import DomainError
from comity.programme import lists
from comity.programme.form_fields import KeepingField, LineError
from comity.programme.models import Indicator
from comity.shell.refusals import words_of


class CellsField(KeepingField):
    """The parts of a figure: female = 12, or sex female, age young = 3/10, one a line.

    The names of the dimensions may be left out; `with_dimensions` fills them in.
    """

    def line(self, one: Any) -> str:
        """A part; where it has several options each is told with its dimension, for their order tells nothing."""
        options = one["options"]
        words = options.values() if len(options) < 2 else (f"{key} {option}" for key, option in options.items())
        return f"{', '.join(words)} = {_figure(one)}"

    def read(self, line: str) -> Any:
        """The part of a line; options as they were typed, under the keys "0", "1" and so on."""
        options, equals, figure = (part.strip() for part in line.partition("="))
        named = [o.strip() for o in options.replace("،", ",").split(",") if o.strip()]
        if not equals or not named or not figure:
            raise LineError(line)
        cell: dict[str, Any] = {"options": {str(i): option for i, option in enumerate(named)}}
        over, slash, under = figure.partition("/")
        try:
            if slash:
                cell["numerator"], cell["denominator"] = (quantity_text(parse_quantity(part)) for part in (over, under))
            else:
                cell["value"] = quantity_text(parse_quantity(over))
        except DomainError as refusal:
            raise forms.ValidationError(words_of(refusal)) from refusal
        return cell


def _figure(cell: Mapping[str, Any]) -> str:
    return f"{cell['numerator']}/{cell['denominator']}" if "numerator" in cell else str(cell.get("value", ""))


def with_dimensions(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Name the dimension of each option that was typed without it, in the order of the indicator's dimensions."""
    record = fields.get("indicator")
    if record is None or not fields.get("cells"):
        return fields
    table = Indicator.objects.system("its dimensions, to read a breakdown; the entry is checked after")
    row = table.filter(pk=record.pk).first()
    if row is None:  # a record of another kind, which the entry refuses
        return fields
    keys = lists.keys(row.dimensions)
    named = [{**cell, "options": _named(cell["options"], keys)} for cell in fields["cells"]]
    return {**fields, "cells": named}


def _named(options: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
    """Options as they were typed under the keys of their dimensions; one too many stays, for the rules to refuse."""
    if not all(place.isdecimal() for place in options):  # they were named by whoever gave them
        return dict(options)
    made: dict[str, str] = {}
    for place, typed in options.items():
        told = next((key for key in keys if typed.startswith(f"{key} ")), None)
        if told is not None:
            made[told] = typed.removeprefix(told).strip()
        else:
            made[keys[int(place)] if int(place) < len(keys) else place] = typed
    return made
