"""A rule that was broken, shown to the person who broke it: in their language, beside the field, with all they typed.

form = TargetForm(request.POST)
if form.is_valid():
    with onto(form):
        add_target(actor=request.subject, at=now(), **form.cleaned_data)
        return redirect(…)
return render(request, "programme/target.html", {"form": form}, status=422)
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, runtime_checkable

from django import forms
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

from comity.kernel.dates import PartialDate
from comity.kernel.errors import DomainError, NotFound, NotYours, Refused, RoleMissing, StaleRevision
from comity.kernel.text import Text
from comity.shell import format as formats
from comity.shell import texts
from comity.shell.storage import NoRoom, StoreAway, refusal_of

P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def words_of(error: DomainError) -> str:
    """What `error` says, in the reader's language."""
    if isinstance(error, Refused) and error.errors:
        return " ".join(words_of(inner) for inner in error.errors)
    return gettext(error.message) % {name: _fact(value) for name, value in error.facts.items()}


_FIGURE = re.compile(r"[-\u2212]?\d+(\.\d+)?(/\d+(\.\d+)?)?([ \u00a0]?%)?")
# In this order: a datetime is a date as well.
_WRITTEN: tuple[tuple[type, Callable[[Any], object]], ...] = (
    (Decimal, formats.number),
    (datetime, formats.day_and_time),
    (date, formats.day),
    (PartialDate, formats.partial_date),
    (Text, texts.plain),
    (DomainError, words_of),
    (str, lambda text: _figure(text) if _FIGURE.fullmatch(text) else gettext(text) if text else text),
)


@runtime_checkable
class _Period(Protocol):
    """From a day to a day, both included."""

    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...


def _fact(value: object) -> object:
    """A fact as the reader's language writes it; a word that is itself a message id is translated."""
    if isinstance(value, _Period):
        return formats.period(value.start, value.end)
    return next((write(value) for kind, write in _WRITTEN if isinstance(value, kind)), value)


def _figure(text: str) -> str:
    """A number that a rule wrote in Western digits, such as −1234.5, 31/102 or 30.4 %."""
    language = formats.reader()
    return formats.digits(text.replace(".", "٫") if language == "ar" else text, language)


def status_of(error: DomainError) -> int:
    """404 for what is not there or not shown, 403 for what is not the actor's to do, 409 for stale, else 422.

    507 and 503 say that the node cannot store anything.
    """
    if isinstance(error, NoRoom | StoreAway):
        return 507 if isinstance(error, NoRoom) else 503
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, NotYours | RoleMissing):
        return 403
    return 409 if isinstance(error, StaleRevision) else 422


def refuse(form: forms.BaseForm, error: DomainError) -> None:
    """Put `error` on `form`: beside the field it names, or above all fields; several, each in its place."""
    if isinstance(error, Refused) and error.errors:
        for inner in error.errors:
            refuse(form, inner)
        return
    field = error.field if error.field in form.fields else None
    form.add_error(field, words_of(error))


@dataclass(frozen=True, slots=True)
class Both:
    """One field that two people changed, as text."""

    label: str
    theirs: str
    yours: str


def both(form: forms.BaseForm, theirs: Mapping[str, Any]) -> list[Both]:
    """The fields in which what is saved now differs from what was typed, for `forms.both_texts`."""
    found = []
    for name, value in theirs.items():
        if name not in form.fields or form.fields[name].widget.is_hidden:
            continue
        saved, typed = _as_typed(form, name, value), _as_typed(form, name, form[name].data)
        if saved != typed:
            found.append(Both(str(form[name].label), saved, typed))
    return found


def _as_typed(form: forms.BaseForm, name: str, value: Any) -> str:
    field = form.fields[name]
    if isinstance(value, Mapping) and "typed" in value:
        return "\n".join(text for text in value["typed"].values() if text)
    if isinstance(value, Mapping) and "text" in value:
        return "\n".join(value["text"].values())
    if isinstance(field, forms.ChoiceField):
        words = dict(_flat(field.choices))
        several = value if isinstance(value, list | tuple) else [value]
        # What is not among the choices is not shown to whoever edits, and stays as it is.
        return ", ".join(str(words[str(one)]) for one in several if one not in (None, "") and str(one) in words)
    prepared = field.prepare_value(value)
    return "" if prepared is None else str(prepared)


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    for key, words in choices:
        if isinstance(words, list | tuple):
            yield from _flat(words)
        else:
            yield str(key), words


@contextmanager
def onto(
    form: forms.BaseForm, theirs: Callable[[], Mapping[str, Any]] | None = None, *, revision: str = "revision"
) -> Iterator[None]:
    """Show whatever the block refuses on `form` instead of raising it; the view then renders it with status 422.

    When somebody saved meanwhile, `theirs` gives what is saved now (as the form's initial data would, the field
    `revision` included): the form gets `.stale`, and its hidden revision is moved on, so that saving again, after
    having seen both, succeeds. A record that is not there or not shown is still raised: there is no form to show.
    """
    try:
        yield
    except NotFound as error:
        if error.field not in form.fields:
            raise
        refuse(form, error)
    except StaleRevision as error:
        if theirs is not None:
            now = theirs()
            form.stale = both(form, now)  # type: ignore[attr-defined]  # read by forms.both_texts
            if revision in now:
                data = QueryDict(mutable=True)
                data.update(form.data)
                data[form.add_prefix(revision)] = str(now[revision])
                form.data = data
        refuse(form, error)
    except DomainError as error:
        refuse(form, error)
    except (OSError, DatabaseError, InterfaceError) as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        form.unstored = status_of(refusal)  # type: ignore[attr-defined]  # the status of the page that shows it
        refuse(form, refusal)


def shows_refusals(view: View[P]) -> View[P]:
    """For a view that has no form to show a refusal on: a page that says what happened, what was kept, what to do."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return refusal_page(request, error)

    return answered


def refusal_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page of a refusal, with its status."""
    status = status_of(error)
    several: Sequence[DomainError] = error.errors if isinstance(error, Refused) and error.errors else (error,)
    context = {"reasons": [words_of(one) for one in several], "status": status}
    return render(request, "shell/refused.html", context, status=status)
