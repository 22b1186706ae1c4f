"""Form fields for names: never kept in the browser, and without marks that nobody sees."""

from typing import Any

from django import forms

from comity.people.domain.names import has_marks, without_marks
from comity.people.entry_rules import NameHoldsMarks
from comity.shell.fields import MultilingualField
from comity.shell.record_forms import LinesField
from comity.shell.refusals import words_of


class NameField(MultilingualField):
    """A name per language. One that holds marks of direction is refused once, and comes back without them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rows=1, private=True, **kwargs)

    def clean(self, value: Any) -> Any:
        """The JSON of the name that was typed."""
        if has_marks(value["typed"].values()):
            raise forms.ValidationError(words_of(NameHoldsMarks()))
        return super().clean(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the boxes show again, without the marks."""
        shown = super().bound_data(data, initial)
        typed = {code: without_marks(text) for code, text in shown["typed"].items()}
        return {**shown, "typed": typed}


class SpellingsField(LinesField):
    """Spellings of a name, one a line."""

    widget = forms.Textarea(attrs={"rows": 3, "dir": "auto", "data-private": True})

    def to_python(self, value: Any) -> Any:
        """The spellings."""
        if has_marks([value or ""]):
            raise forms.ValidationError(words_of(NameHoldsMarks()))
        return super().to_python(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the box shows again, without the marks."""
        shown = super().bound_data(data, initial)
        return without_marks(shown) if isinstance(shown, str) else shown
