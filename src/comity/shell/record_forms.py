"""The entry form of any kind, made from its columns and its words; a kind replaces only what its columns do not say."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.files import store
from comity.kernel.dates import PartialDate
from comity.kernel.errors import DomainError
from comity.kernel.ids import PartyId
from comity.labels.domain import Label
from comity.labels.queries import label_of, readable_label_ids
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.parties.queries import introduced
from comity.records import codec
from comity.records.fields import (
    ListField,
    MultilingualField,
    PartialDateField,
    QuantityField,
    RefField,
    RefsField,
)
from comity.records.kinds import Kind
from comity.records.models import Record, RecordRow
from comity.shell import fields as shell_fields
from comity.shell.format import separator
from comity.shell.marking import marking_of
from comity.shell.readers import readers_of
from comity.shell.ref_fields import RecordField, RecordsField, RefChoice, offered
from comity.shell.refusals import words_of
from comity.shell.texts import plain
from comity.shell.typed import TypedField, check_lines, plain_characters

_ONE_LINE = {"title", "name", "rank", "honorific", "unit", "claimed_by", "source", "authority"}


_FRAME = frozenset({"revision", "once", "label"})  # fields of the form that are none of the record


class EntryForm(forms.Form):
    """A record's fields, the revision its author saw, and the marking it gets."""

    stale: list[Any] | None = None  # what differs from what is saved now, once somebody saved meanwhile

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    once = forms.CharField(widget=forms.HiddenInput, required=False)

    def parsed(self) -> dict[str, Any]:
        """The column values that were typed: what `records.entry` takes. A ref that stays as it is is not written."""
        refs = {name: made for name, made in self.fields.items() if isinstance(made, RefChoice)}
        left = {name for name, made in refs.items() if made.is_left(self[name].data)}
        return {name: value for name, value in self.cleaned_data.items() if name not in left | _FRAME}


def form_for(
    kind: Kind,
    subject: Subject,
    *,
    data: Any = None,
    files: Any = None,
    initial: Mapping[str, Any] | None = None,
    fixed: Mapping[str, Record] | None = None,
    labels: bool = True,
    amends: bool = False,
) -> EntryForm:
    """The form of a kind for this subject. `fixed` refs are given by the page that the form was opened from.

    When it `amends` a record, `initial` is what `initial_of` found: what a ref names there and this subject is not
    shown stays there.
    """
    form = EntryForm(data, files, initial=dict(initial or {}))
    columns = {column.name: column for column in codec.columns(kind.model)}
    out = kind.unfit(fixed or {}) | kind.unasked
    for name, words in kind.fields.items():
        if name in out or (fixed and name in fixed):
            continue
        is_ref = isinstance(columns[name], RefField | RefsField)
        named = _pks((initial or {}).get(name)) if amends and is_ref else None
        made = kind.form_fields[name]() if name in kind.form_fields else _field(kind, columns[name], subject, named)
        made.label, made.required = gettext(words.label), name in kind.required
        made.help_text = gettext(words.hint) if words.hint else made.help_text
        if isinstance(made, forms.BooleanField):
            made.required = False
        if isinstance(made, RefChoice) and made.unseen:
            made.required, made.help_text = False, f"{made.help_text} {made.kept_words()}".strip()
        made.initial = (initial or {}).get(name, made.initial)
        form.fields[name] = made
    if labels and not kind.label_from:
        form.fields["label"] = NameLabelField(subject) if kind.names_people else LabelField(subject)
        form.fields["label"].initial = _label_of_above(fixed)
    return form


def fill(form: EntryForm, values: Mapping[str, Any]) -> None:
    """Let the form show these values first; what is asked of a ref still goes by what the record names now."""
    for name, value in values.items():
        if name in form.fields:
            form.initial[name] = form.fields[name].initial = value


def _label_of_above(fixed: Mapping[str, Record] | None) -> str | None:
    """The marking of the record that a new one stands under: what its readers expect until somebody says otherwise."""
    above = next(iter((fixed or {}).values()), None)
    return str(above.label_id) if above is not None and above.label_id is not None else None


def initial_of(kind: Kind, row: RecordRow) -> dict[str, Any]:
    """What the form of an existing row shows first."""
    several = codec.linked([row])
    found: dict[str, Any] = {"revision": row.record.revision, "label": str(row.label_id)}
    for column in codec.columns(kind.model):
        if isinstance(column, RefsField):
            found[column.name] = [str(pk) for pk in several[column.name][row.pk]]
        else:
            found[column.name] = getattr(row, column.attname)
    return found


def _field(kind: Kind, column: Any, subject: Subject, named: frozenset[int] | None) -> forms.Field:
    if column.name in kind.choices:
        return _choice(kind, column)
    if isinstance(column, RefsField | RefField):
        cards = offered(kind, column.name, subject, also=named or ())
        return RecordsField(cards, named) if isinstance(column, RefsField) else RecordField(cards, named)
    for of, make in _PLAIN:
        if isinstance(column, of):
            return make(column)
    return TypedField(max_length=column.max_length)


def _pks(value: Any) -> frozenset[int]:
    """The records that a ref's first value names."""
    several = value if isinstance(value, list) else [value] if value else []
    return frozenset(int(pk) for pk in several)


def _choice(kind: Kind, column: Any) -> forms.Field:
    words = [(code, gettext(word)) for code, word in kind.choices[column.name]()]
    if isinstance(column, ListField):
        return forms.MultipleChoiceField(choices=words, widget=forms.CheckboxSelectMultiple)
    return forms.ChoiceField(choices=[("", "—"), *words])


class PartyField(forms.ChoiceField):
    """One of the parties that this node knows."""

    def __init__(self) -> None:
        super().__init__(choices=[("", "—"), *((p.pk, plain(p.name)) for p in introduced())])

    def clean(self, value: Any) -> Any:
        """The party."""
        chosen = super().clean(value)
        return Party.objects.filter(pk=chosen).first() if chosen else None


class LabelField(forms.ChoiceField):
    """A marking: one of those that the person could read the record under.

    Where they are for different parties, none stands there first: whom a record is for is never chosen by the alphabet.
    """

    def __init__(self, subject: Subject) -> None:
        names = {PartyId(party.pk): plain(party.name) for party in Party.objects.all()}
        labels = {pk: label_of(pk) for pk in readable_label_ids(subject)}
        found = [(pk, marking_of(label, names)) for pk, label in labels.items()]
        ordered = sorted(found, key=lambda one: (one[1].synthetic, one[1].level, one[1].words))
        words = [(str(pk), f"{_('synthetic')}{separator()}{m.words}" if m.synthetic else m.words) for pk, m in ordered]
        if len({label.releasable_to for label in labels.values()}) > 1:
            words.insert(0, ("", "—"))
        super().__init__(choices=words, label=_("Marking"), help_text=_("Who may read this."))

    def clean(self, value: Any) -> Label:
        """The label."""
        return label_of(int(super().clean(value)))


class NameLabelField(LabelField):
    """The marking of a name, with who will see it under each."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self.readers = readers_of([(str(pk), str(words)) for pk, words in self.widget.choices if pk], subject)


class ScanField(forms.FileField):
    """A letter's scan: PDF, PNG or JPEG by its own first bytes, whatever it is called."""

    widget = forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The upload; the name of the file that is there already, where none is chosen."""
        upload = super().clean(data, initial)
        if hasattr(upload, "read"):
            try:
                store.media_type_of(upload.read())
            except DomainError as refusal:
                raise forms.ValidationError(words_of(refusal)) from refusal
            upload.seek(0)
        return upload


class WholeNumberField(shell_fields.QuantityField):
    """A whole number, in digits of any script, within what the column can hold."""

    default_error_messages = {
        "not_whole": _("Write a whole number."),
        "out_of_range": _("This number is out of range."),
    }

    def __init__(self, column: Any) -> None:
        self.lowest = 0 if column.get_internal_type().startswith("Positive") else -(2**31)
        super().__init__()

    def prepare_value(self, value: Any) -> Any:
        """What the box shows."""
        return str(value) if isinstance(value, int) else super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        """The number as an int."""
        number = super().to_python(value)
        if number is None:
            return None
        if number != int(number):
            raise forms.ValidationError(self.error_messages["not_whole"])
        if not self.lowest <= number < 2**31:
            raise forms.ValidationError(self.error_messages["out_of_range"])
        return int(number)


class LinesField(forms.CharField):
    """A list of short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3, "dir": "auto"})

    def prepare_value(self, value: Any) -> Any:
        """What the box shows."""
        return "\n".join(str(one) for one in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The lines that are not empty."""
        typed = super().to_python(plain_characters(value or "")) or ""
        lines = [line.strip() for line in typed.splitlines() if line.strip()]
        check_lines(lines)
        return lines


class DatesField(LinesField):
    """Dates as exact as they are known, one a line."""

    def to_python(self, value: Any) -> Any:
        """The canonical texts of the dates."""
        try:
            return [PartialDate.parse(line).text for line in super().to_python(value)]
        except DomainError as refusal:
            raise forms.ValidationError(words_of(refusal)) from refusal


# Which form field a column gets, the more special column first.
_PLAIN: tuple[tuple[type[Any], Callable[[Any], forms.Field]], ...] = (
    (models.ForeignKey, lambda _column: PartyField()),
    (MultilingualField, lambda column: shell_fields.MultilingualField(rows=1 if column.name in _ONE_LINE else 3)),
    (ListField, lambda _column: LinesField()),
    (QuantityField, lambda _column: shell_fields.QuantityField()),
    (PartialDateField, lambda _column: shell_fields.PartialDateField()),
    (models.DateField, lambda _column: shell_fields.LetterDateField()),
    (models.BooleanField, lambda _column: forms.BooleanField()),
    (models.IntegerField, WholeNumberField),
)
