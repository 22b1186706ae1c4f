"""The forms of an import: the file, how it is read, and what each of its columns is."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.labels.domain import Label
from comity.labels.subject import Subject
from comity.records.fields import PartialDateField
from comity.records.kinds import Kind
from comity.records.sheets.csv_files import ARABIC, WESTERN
from comity.records.sheets.dates import DAY_FIRST, MONTH_FIRST
from comity.records.sheets.models import Sheet
from comity.records.sheets.refusals import HEADINGS, MOST_ROWS
from comity.records.sheets.targets import Target, targets, words_of_target
from comity.shell.format import number
from comity.shell.record_forms import LabelField, NameLabelField

ORDERS = [("", "—"), (DAY_FIRST, _("day first: 5/3 is 5 March")), (MONTH_FIRST, _("month first: 5/3 is 3 May"))]


class FileForm(forms.Form):
    """The file to import."""

    file = forms.FileField(label=_("File"), widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("CSV or XLSX, up to 12 MB and %(rows)s rows. Only the first sheet of a workbook is read.")
        self.fields["file"].help_text = words % {"rows": number(MOST_ROWS)}


class ReadingForm(forms.Form):
    """Where the headings stand, and what letters the bytes of an old CSV mean."""

    first_heading = forms.TypedChoiceField(
        label=_("Row of the headings"), coerce=int, choices=[(n, n) for n in range(1, HEADINGS + 1)]
    )
    headings = forms.TypedChoiceField(
        label=_("Headings take"), coerce=int, choices=[(1, _("one row")), (2, _("two rows"))]
    )
    encoding = forms.ChoiceField(
        label=_("Letters of the file"),
        choices=[(ARABIC, _("Arabic (Windows-1256)")), (WESTERN, _("Western European (Windows-1252)"))],
        help_text=_("The file does not say which. Choose the one with which the headings below read right."),
    )

    def __init__(self, sheet: Sheet, data: Any = None) -> None:
        names = ("first_heading", "headings", "encoding")
        super().__init__(data, initial={name: getattr(sheet, name) for name in names})
        if not sheet.encoding:
            del self.fields["encoding"]
        for name in ("first_heading",):
            self.fields[name].choices = [(n, number(n)) for n in range(1, min(HEADINGS, sheet.rows) + 1)]  # type: ignore[attr-defined]


class ColumnsForm(forms.Form):
    """What each column is; where day and month may be exchanged, which comes first; and the marking of the records."""

    def __init__(
        self, kind: Kind, sheet: Sheet, subject: Subject, *, doubtful: Mapping[int, str], data: Any = None
    ) -> None:
        super().__init__(data)
        self.kind, self.offered, self.places = kind, targets(kind), range(len(sheet.columns))
        words = [("", gettext("leave out")), *((code, words_of_target(kind, t)) for code, t in self.offered.items())]
        for place, column in enumerate(sheet.columns):
            self.fields[f"c{place}"] = forms.ChoiceField(choices=words, required=False, initial=column["target"])
            if place in doubtful:
                order = column["order"] or doubtful[place]
                self.fields[f"o{place}"] = forms.ChoiceField(choices=ORDERS, required=False, initial=order)
        if not kind.label_from:
            self.fields["label"] = NameLabelField(subject) if kind.names_people else LabelField(subject)
            self.fields["label"].help_text = gettext("Who may read the new records. What stands already keeps its own.")
            self.fields["label"].initial = str(sheet.label_id) if sheet.label_id else None

    def clean(self) -> dict[str, Any]:
        """No field from two columns, no required field from none, no order of day and month left open."""
        cleaned = super().clean() or {}
        chosen = [(place, cleaned.get(f"c{place}") or "") for place in self.places]
        codes = [code for _, code in chosen if code]
        for place, code in chosen:
            if code and codes.count(code) > 1:
                self.add_error(f"c{place}", gettext("Two columns stand for the same: choose one of them."))
            if f"o{place}" in self.fields and is_date(self.offered.get(code)) and not cleaned.get(f"o{place}"):
                self.add_error(f"o{place}", gettext("Say whether the day or the month comes first in this column."))
        given = {self.offered[code].field for code in codes}
        missing = [gettext(self.kind.fields[n].label) for n in self.kind.fields if n in self.kind.required - given]
        if missing:
            words = gettext("No column stands for: %(fields)s. A new record needs them.")
            self.add_error(None, words % {"fields": gettext(", ").join(missing)})
        return cleaned

    def columns(self) -> list[dict[str, str]]:
        """What was chosen, by place."""
        data = self.cleaned_data
        return [{"target": data[f"c{p}"], "order": data.get(f"o{p}", "")} for p in self.places]

    def marking(self) -> Label | None:
        """The marking that was chosen."""
        chosen = self.cleaned_data.get("label")
        return chosen if isinstance(chosen, Label) else None


def is_date(target: Target | None) -> bool:
    """Whether a column of this target holds dates."""
    return target is not None and isinstance(target.column, PartialDateField | models.DateField)
