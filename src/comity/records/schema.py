"""Does a body fit its kind? What every node must agree on, asked of received bytes and of data files alike.

Each field has one spelling: a quantity is the canonical text of a decimal, a date is ISO, a text says its languages,
a ref is the full id of a record. No database is stricter than this, and fields this version does not know may hold
anything.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations

from comity.kernel.dates import PartialDate
from comity.kernel.decimals import quantity_text
from comity.kernel.errors import DomainError
from comity.kernel.ids import RecordId, parse_party_id
from comity.kernel.text import N_, Text
from comity.records import codec
from comity.records.fields import ListField, MultilingualField, PartialDateField, QuantityField, RefField, RefsField
from comity.records.kinds import Body, Kind

INTEGERS = BaseDatabaseOperations.integer_field_ranges  # the same whatever database this node has


class BodyUnfit(DomainError):
    """A field does not hold what its kind says."""

    message = N_("The field “%(name)s” does not hold what a %(kind)s holds there.")


def check_body(kind: Kind, body: Body, *, storable: bool = False) -> None:
    """Return if `body` fits `kind`, or raise `BodyUnfit` for the first field that does not.

    `storable`: it is known to hold no null character (see `without_null`), which need not be looked for then.
    """
    known = {column.name: column for column in codec.columns(kind.model)}
    for name, column in known.items():
        if not (fits(column, body[name], storable=storable) if name in body else _may_lack(column)):
            raise BodyUnfit(field=name, name=name, kind=kind.code)
    for name in () if storable else body.keys() - known.keys():
        if not _storable([name, body[name]]):
            raise BodyUnfit(name=name[:80], kind=kind.code)


def without_null(data: bytes) -> bool:
    """Whether no text in canonical JSON can hold a null character: it is always written like this."""
    return b"\\u0000" not in data


def fits(column: Any, value: Any, *, storable: bool = False) -> bool:
    """Whether `value`, as JSON, is what `column` holds, in its one spelling; `storable` as in `check_body`."""
    try:
        return (storable or _storable(value)) and _is(column, value)
    except (ValueError, TypeError, InvalidOperation, DomainError):
        return False


def _may_lack(column: Any) -> bool:
    return bool(column.null or column.blank or column.has_default() or column.many_to_many)


def _is(column: Any, value: Any) -> bool:  # noqa: PLR0911  (a line for each type of column)
    match column:
        case RefsField():
            return isinstance(value, list) and all(map(_is_ref, value)) and value == sorted(set(value))
        case RefField():
            return _is_ref(value)
        case models.ForeignKey():
            return isinstance(value, str) and bool(parse_party_id(value))
        case QuantityField():
            return (
                isinstance(value, str)
                and len(value) <= (column.max_length or 0)
                and quantity_text(Decimal(value)) == value
            )
        case PartialDateField():
            return isinstance(value, str) and PartialDate.parse(value).text == value
        case models.DateField():
            return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
        case MultilingualField():
            return bool(Text.of(value).versions)
        case ListField():
            return isinstance(value, list)
        case models.BooleanField():
            return isinstance(value, bool)
        case models.IntegerField():
            least, most = INTEGERS[column.get_internal_type()]
            return type(value) is int and least <= value <= most
        case models.CharField():
            return isinstance(value, str) and len(value) <= (column.max_length or 0) and bool(value or column.blank)
    raise TypeError(f"{column.name}: no body holds a {type(column).__name__}")


def _is_ref(value: Any) -> bool:
    return isinstance(value, str) and bool(RecordId.parse(value))


def _storable(value: Any) -> bool:
    """Without the null character, which PostgreSQL cannot store."""
    if isinstance(value, str):
        return "\x00" not in value
    if isinstance(value, Mapping):
        return all(_storable(inner) for pair in value.items() for inner in pair)
    if isinstance(value, (list, tuple)):
        return all(_storable(inner) for inner in value)
    return True
