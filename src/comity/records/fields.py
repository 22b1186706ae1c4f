"""Columns that keep a value exactly, the same on SQLite and PostgreSQL."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import models

from comity.kernel.dates import PartialDate
from comity.kernel.decimals import quantity_text


class QuantityField(models.CharField):  # type: ignore[type-arg]
    """A decimal kept as its canonical text: SQLite would turn a DecimalField into a float."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: object) -> Decimal | None:
        return None if value is None or value == "" else Decimal(value)

    def to_python(self, value: Any) -> Decimal | None:
        return None if value is None or value == "" else Decimal(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None or value == "" else quantity_text(Decimal(value))


class PartialDateField(models.CharField):  # type: ignore[type-arg]
    """A year, a month or a day, as far as it is known: `2018`, `2018-07`, `2018-07-05`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: object) -> PartialDate | None:
        return PartialDate.parse(value) if value else None

    def to_python(self, value: Any) -> PartialDate | None:
        return value if isinstance(value, PartialDate) else PartialDate.parse(str(value)) if value else None

    def get_prep_value(self, value: Any) -> str | None:
        if not value:
            return None
        return value.text if isinstance(value, PartialDate) else PartialDate.parse(str(value)).text


class MultilingualField(models.JSONField):
    """Text per language, one of them the original: the JSON shape of `kernel.text.Text`."""


class ListField(models.JSONField):
    """A list of plain JSON values, never null."""

    def __init__(self, *args: Any, default: Callable[[], list[Any]] = list, **kwargs: Any) -> None:
        super().__init__(*args, default=default, **kwargs)


class RefField(models.ForeignKey):  # type: ignore[type-arg]
    """A reference to a record of any kind, held by us or not yet (a stub)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("to", "records.Record")
        kwargs.setdefault("on_delete", models.PROTECT)
        kwargs["related_name"] = "+"
        super().__init__(*args, **kwargs)


class RefsField(models.ManyToManyField):  # type: ignore[type-arg]
    """References to several records, without an order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("to", "records.Record")
        kwargs["related_name"] = "+"
        super().__init__(*args, **kwargs)
