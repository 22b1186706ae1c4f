"""Form fields for what records hold: exact quantities, partial dates, text in two languages.

Each keeps what was typed when it refuses it, and says why in the reader's language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from comity.kernel.dates import PartialDate
from comity.kernel.decimals import parse_quantity, quantity_text
from comity.kernel.errors import DomainError
from comity.kernel.text import Text, Translation
from comity.shell.context import LANGUAGE_NAMES
from comity.shell.format import reader
from comity.shell.refusals import words_of
from comity.shell.texts import direction, text_of
from comity.shell.typed import TypedField, check_length, plain_characters


class QuantityInput(forms.TextInput):
    """A text box that asks a phone for its number keys; never `type=number`, which loses Arabic digits."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class QuantityField(TypedField):
    """An exact decimal: Arabic, Persian and Latin digits and their separators; "" is None when not required."""

    widget = QuantityInput

    def prepare_value(self, value: Any) -> Any:
        """What the box shows: a stored number in canonical form, typed text as it was typed."""
        return quantity_text(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        """The number; a DomainError of the kernel becomes this field's error."""
        typed = super().to_python(value)
        if not typed:
            return None
        try:
            return parse_quantity(typed)
        except DomainError as refusal:
            raise forms.ValidationError(words_of(refusal)) from refusal


class PartialDateInput(forms.TextInput):
    """One box for 2018, 2018-07 or 2018-07-05."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "class": "narrow", **(attrs or {})})


class PartialDateField(TypedField):
    """A date as exactly as it is known; gives a PartialDate, or None when empty and not required."""

    widget = PartialDateInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("A year, a month or a day: 2018, 2018-07 or 2018-07-05."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """What the box shows."""
        return value.text if isinstance(value, PartialDate) else value

    def to_python(self, value: Any) -> Any:
        """The date; an impossible one is this field's error."""
        typed = super().to_python(value)
        if not typed:
            return None
        try:
            return PartialDate.parse(typed)
        except DomainError as refusal:
            raise forms.ValidationError(words_of(refusal)) from refusal


class LetterDateField(PartialDateField):
    """The date on a letter: a whole day. Gives a `date`."""

    default_error_messages = {"not_a_day": _("A letter has a day: write it as in 2018-07-05.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("As in 2018-07-05."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """What the box shows."""
        return value.isoformat() if hasattr(value, "isoformat") else super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        """The day."""
        known = super().to_python(value)
        if known is None:
            return None
        if known.first != known.last:
            raise forms.ValidationError(self.error_messages["not_a_day"])
        return known.first


@dataclass(frozen=True, slots=True)
class Version:
    """One language's box of a multilingual field, as `shell/forms.html` draws it."""

    code: str
    label: str
    direction: str
    name: str
    id: str
    value: str
    original: bool
    original_name: str
    rows: int
    private: bool


class MultilingualWidget(forms.Widget):
    """Reads `name_en`, `name_ar`, … and `name_original`; drawn by the `field` macro."""

    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, languages: Iterable[str], rows: int) -> None:
        super().__init__(attrs)
        self.languages, self.rows = tuple(languages), rows

    def value_from_datadict(self, data: Mapping[str, Any], _files: Any, name: str) -> dict[str, Any]:
        """The typed text of each language, as typed."""
        typed = {code: data.get(f"{name}_{code}", "") for code in self.languages}
        return {"typed": typed, "original": data.get(f"{name}_original", "")}

    def value_omitted_from_data(self, data: Mapping[str, Any], _files: Any, name: str) -> bool:
        """Whether the form had no such boxes at all."""
        return not any(f"{name}_{code}" in data for code in self.languages)

    def id_for_label(self, id_: str, _index: str | None = None) -> str:
        """The first box."""
        return f"{id_}_{self.languages[0]}" if id_ else id_


class BoundMultilingual(BoundField):
    """A bound field that knows its boxes."""

    @property
    def languages(self) -> list[Version]:
        """One box a language, the reader's own first."""
        field: MultilingualField = self.field  # type: ignore[assignment]  # made by that field's get_bound_field
        typed, original = shown(self.value())
        first = reader()
        codes = sorted(field.languages, key=lambda code: code != first)
        return [
            Version(
                code=code,
                label=LANGUAGE_NAMES.get(code, code),
                direction=direction(code),
                name=f"{self.html_name}_{code}",
                id=f"{self.auto_id}_{code}",
                value=typed.get(code, ""),
                original=code == (original if original in field.languages else first),
                original_name=f"{self.html_name}_original",
                rows=field.rows,
                private=field.private,
            )
            for code in codes
        ]


def shown(value: Any) -> tuple[dict[str, str], str]:
    """The text of each box and which is the original, from typed data, a Text, its JSON or nothing."""
    if not value:
        return {}, ""
    if isinstance(value, Mapping) and "typed" in value:
        return dict(value["typed"]), str(value["original"])
    text = text_of(value)
    return dict(text.versions), text.original


class MultilingualField(forms.Field):
    """Text in the languages of the interface, one of them the original. Gives the JSON of a kernel Text, or None.

    A text in one language is complete. What was translated before keeps who made the translation, as long as neither
    side of it changed; a changed one is by the person who typed it, and not yet checked. What is `private` (the name of
    a person) is never kept in the browser.
    """

    default_error_messages = {
        "required": _("Write this in at least one language."),
        "original_empty": _("The box marked as the original is empty."),
    }

    def __init__(
        self, *, rows: int = 4, languages: Iterable[str] | None = None, private: bool = False, **kwargs: Any
    ) -> None:
        self.languages = tuple(languages or (code for code, _name in settings.LANGUAGES))
        self.rows, self.private = rows, private
        kwargs["widget"] = MultilingualWidget(languages=self.languages, rows=rows)
        super().__init__(**kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """A bound field with `.languages`."""
        return BoundMultilingual(form, self, field_name)

    def clean(self, value: Any) -> Any:
        """The JSON of the Text that was typed."""
        typed = {code: plain_characters(text).strip() for code, text in value["typed"].items()}
        check_length(typed.values())
        versions = {code: text for code, text in typed.items() if text}
        if not versions:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        original = value["original"]
        if original not in versions:
            # With one box filled there is no doubt which is the original.
            if len(versions) > 1:
                raise forms.ValidationError(self.error_messages["original_empty"], code="original_empty")
            original = next(iter(versions))
        return self._with_provenance(Text(original, versions)).json()

    def _with_provenance(self, typed: Text) -> Text:
        before = text_of(self.initial) if self.initial else None
        made = {}
        for code in typed.versions:
            if code == typed.original:
                continue
            same = before is not None and all(
                plain_characters(before.versions.get(one, "")).strip() == typed.versions[one]
                for one in (code, typed.original)
            )
            kept = before.translations.get(code) if before and same else None
            made[code] = kept or Translation("person", checked=False)
        return Text(typed.original, typed.versions, made)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether any box or the choice of original differs."""
        return shown(initial) != shown(data)
