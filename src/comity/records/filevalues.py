"""From what a data file says to what a column holds. A file writes what a body would hold, with these liberties:
refs and parties by their handles, dates as TOML dates, whole numbers as such, and texts as
`{ original, en, ar, ar_by, ar_checked }`.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models

from comity.kernel.dates import PartialDate
from comity.kernel.decimals import quantity_text
from comity.parties.models import Party
from comity.records import codec
from comity.records.datafile import FileEntry
from comity.records.fields import ListField, MultilingualField, PartialDateField, QuantityField, RefField, RefsField
from comity.records.models import Record, RecordRow
from comity.records.schema import fits


def column_value(
    column: Any, value: Any, entry: FileEntry, *, records: Mapping[str, Record], parties: Mapping[str, Party]
) -> Any:
    """`value`, as `entry` gives it, as `column` holds it.

    Raises:
        BadDataFile: it is no such value, or names what is not there.
        ImpossibleDate: as it says.
    """
    if isinstance(column, RefsField):
        if not isinstance(value, list):
            raise entry.bad(f"{column.name} is a list of keys")
        return [_record(handle, entry, records) for handle in value]
    if isinstance(column, RefField):
        return _record(value, entry, records)
    if isinstance(column, models.ForeignKey):
        if not isinstance(value, str) or value not in parties:
            raise entry.bad(f"{column.name}: no party is called {value} here")
        return parties[value]
    said = _said(column, value)
    if not fits(column, said):
        raise entry.bad(f"{column.name} cannot be {str(value)[:120]}")
    return column.to_python(said)


def handles_in(model: type[RecordRow], fields: Mapping[str, Any]) -> Iterator[str]:
    """The handles that an entry's fields name."""
    for column in codec.columns(model):
        value = fields.get(column.name)
        if isinstance(column, RefsField) and isinstance(value, list):
            yield from (handle for handle in value if isinstance(handle, str))
        elif isinstance(column, RefField) and isinstance(value, str):
            yield value


def text_of_table(value: Any) -> Any:
    """Texts as files write them ({ original, en, ar, ar_by, ar_checked }) in the shape that records hold."""
    if isinstance(value, list):
        return [text_of_table(inner) for inner in value]
    if not isinstance(value, Mapping):
        return value.isoformat() if isinstance(value, date) else value
    if "original" not in value:
        return {name: text_of_table(inner) for name, inner in value.items()}
    languages = [name for name in value if name != "original" and not name.endswith(("_by", "_checked"))]
    text: dict[str, Any] = {"original": value["original"], "text": {name: value[name] for name in languages}}
    made = {
        name: {"by": value[f"{name}_by"], "checked": bool(value.get(f"{name}_checked", False))}
        for name in languages
        if f"{name}_by" in value
    }
    return {**text, "translation": made} if made else text


def _said(column: Any, value: Any) -> Any:
    """The value as a body would hold it; what nothing holds stays as it is, and does not fit."""
    if isinstance(column, (MultilingualField, ListField)):
        return text_of_table(value) if _is_plain(value) else None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(column, PartialDateField) and type(value) in (str, int):
        return PartialDate.parse(str(value)).text
    if isinstance(column, QuantityField) and not isinstance(value, (bool, float)):
        try:
            return quantity_text(Decimal(value))
        except (ArithmeticError, ValueError, TypeError):
            return None
    return value


def _is_plain(value: Any) -> bool:
    """Whether it has a canonical form: no floats, no hours, no integers that readers of JSON round."""
    if isinstance(value, Mapping):
        return all(_is_plain(inner) for inner in value.values())
    if isinstance(value, list):
        return all(_is_plain(inner) for inner in value)
    return not isinstance(value, (float, datetime, time)) and not (isinstance(value, int) and abs(value) >= 1 << 53)


def _record(handle: Any, entry: FileEntry, records: Mapping[str, Record]) -> Record:
    if not isinstance(handle, str) or handle not in records:
        raise entry.bad(f"nothing is called {handle}")
    return records[handle]
