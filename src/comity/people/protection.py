"""Pages for whoever answers for the protection of people: what is held on one, what is due, and the purge."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.accounts.queries import offices
from comity.kernel.clock import now
from comity.kernel.errors import NotYours, RoleMissing, require
from comity.labels.queries import label_id
from comity.labels.subject import Subject
from comity.people import drawing, views
from comity.people.domain.retention import LONGEST
from comity.people.naming import styled
from comity.people.posts import offices_of
from comity.people.retention import due, periods, set_periods
from comity.people.traces import Traces, purge_person, traces
from comity.records.addresses import record_at
from comity.records.history import history
from comity.records.kinds import kind_coded
from comity.records.models import Record
from comity.records.purge import MAY_PURGE
from comity.records.resolve import Card
from comity.records.work import act
from comity.shell.fields import QuantityField
from comity.shell.format import number, reader
from comity.shell.lists import PAGE
from comity.shell.marking import highest, marking_of
from comity.shell.readers import readers_of
from comity.shell.record_views import frame_for, party_names, subject_of
from comity.shell.refusals import onto, shows_refusals
from comity.shell.typed import TypedField
from comity.shell.values import above, address


def _person(request: HttpRequest, slug: str) -> tuple[Record, Subject]:
    """A person of the reader's own party, for those who answer for people."""
    subject = subject_of(request)
    record = record_at(slug, subject, kind="people.person")
    require(subject.roles & MAY_PURGE, RoleMissing)
    require(record.party_id == subject.party, NotYours)
    return record, subject


@shows_refusals
def access_report(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything held on one person, to be printed and handed over; that it was made stands on the log."""
    record, subject = _person(request, slug)
    frame = frame_for(record, subject)
    if request.method != "POST":
        return render(
            request, "people/report_asked.html", {**frame, "address_of": reverse("people:person", args=[slug])}
        )
    at = now()
    with act(subject, at) as work:
        work.note("access-report", record.rid)
    found = traces(record, subject, reader())
    held = offices_of(record.pk, subject, reader(), on=views.today())
    cards = [*found.goes, *found.spells, *found.refers, *found.copies]
    labels = [card.label for card in cards if card.label]
    revisions = history(record, subject)
    context = {
        **frame,
        "title": styled(frame["body"], reader()),
        "found": found,
        "groups": _groups(found),
        "above": above(cards, subject),
        "timeline": views.timeline(held, views.today()),
        "span": drawing.span(held, on=views.today()),
        "readers": _readers(cards, subject),
        "revisions": revisions,
        "offices": offices({one.actor for one in revisions}),
        "at": at,
    }
    return views.page(request, "people/report.html", [*labels, *(one.label for one in held)], context)


def _groups(found: Traces) -> list[tuple[str, tuple[Card, ...]]]:
    """The parts of what is held, in words; those that are empty left out."""
    several = (
        (_("The person, mentions that are this person, and what identifies them"), found.goes),
        (_("Records that name the person by reference, without the name"), found.refers),
        (_("Other records in which a spelling of the name stands, now or in an earlier state"), found.spells),
        (_("Records of other parties that are held here"), found.copies),
    )
    return [(words, cards) for words, cards in several if cards]


def _readers(cards: list[Card], subject: Subject) -> list[Any]:
    """Who could read each marking among these records."""
    names = party_names()
    labels = {str(label_id(card.label)): card.label for card in cards if card.label}
    return readers_of([(pk, marking_of(label, names).words) for pk, label in labels.items()], subject)


class PurgeForm(forms.Form):
    """Why, what else, and that it is meant."""

    def __init__(self, data: Any, found: Traces, kept: dict[int, Card]) -> None:
        super().__init__(data)
        choices = [(str(card.pk), _line(card, kept)) for card in found.spells]
        one_word = _("one word of it")
        choices += [(str(card.pk), f"{_line(card, kept)} ({one_word})") for card in found.perhaps]
        if choices:
            self.fields["also"] = forms.MultipleChoiceField(
                label=_("Purge these too"),
                help_text=_(
                    "The name, or a word of it, stands in them, now or in an earlier state. It may be another's."
                ),
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["reason"] = TypedField(
            max_length=300, label=_("Why it is purged"), help_text=_("Stays on the log: name nobody.")
        )
        self.fields["meant"] = forms.BooleanField(label=_("I understand that nobody can bring it back"))

    def also(self) -> list[int]:
        """The pks of what else goes."""
        return [int(pk) for pk in self.cleaned_data.get("also", [])]


def _line(card: Card, kept: dict[int, Card]) -> str:
    kind = _(card.kind.singular) if card.kind else ""
    over = kept.get(card.pk)
    return f"{kind}: {over.title + ', ' if over else ''}{card.title}"


@shows_refusals
def purge(request: HttpRequest, slug: str) -> HttpResponse:
    """Destroy everything that carries one person's name, after having shown what that is."""
    record, subject = _person(request, slug)
    found = traces(record, subject, reader())
    cards = [*found.goes, *found.spells, *found.perhaps, *found.refers, *found.copies]
    over = above(cards, subject)
    form = PurgeForm(request.POST or None, found, over)
    if request.method == "POST" and form.is_valid():
        with onto(form):
            done = purge_person(
                record, also=form.also(), reason=form.cleaned_data["reason"], actor=subject, at=now(), language=reader()
            )
            messages.success(request, _("Purged. The log says so, and still verifies."))
            if left := len({card.pk for card in done.spells} - set(form.also())) + done.unseen:
                words = ngettext(
                    "%(number)s record still holds a spelling of the name.",
                    "%(number)s records still hold a spelling of the name.",
                    left,
                )
                messages.warning(request, words % {"number": number(left)})
            return HttpResponseRedirect(reverse("people:people"))
    names = party_names()
    context = {
        "form": form,
        "title": _("Purge a person"),
        "record": record,
        "found": found,
        "above": over,
        "recipients": sorted(names.get(party, party[:8]) for party in found.recipients),
        "address": address,
        "marking": highest([card.label for card in cards if card.label], names),
    }
    return render(request, "people/purge.html", context, status=422 if form.errors else 200)


class PeriodsForm(forms.Form):
    """Months for each kind."""

    def __init__(self, data: Any, months: dict[str, int]) -> None:
        super().__init__(data)
        for kind, count in months.items():
            self.fields[kind] = QuantityField(
                label=_(kind_coded(kind).plural), help_text=_("Months after it was last needed."), initial=count
            )

    def months(self) -> dict[str, int]:
        """What was typed, as whole numbers; what is none is out of every range."""
        typed = {kind: self.cleaned_data[kind] for kind in self.fields}
        return {kind: int(count) if count == int(count) and count <= LONGEST else 0 for kind, count in typed.items()}


@shows_refusals
def retention(request: HttpRequest) -> HttpResponse:
    """How long records about people are kept, and which are kept longer than that."""
    subject = subject_of(request)
    require(subject.roles & MAY_PURGE, RoleMissing)
    form = PeriodsForm(request.POST or None, periods(subject.party))
    if request.method == "POST" and form.is_valid():
        with onto(form):
            set_periods(form.months(), actor=subject, at=now())
            messages.success(request, _("Saved, and put on the log."))
            return HttpResponseRedirect(reverse("people:retention"))
    rows = due(subject, reader(), on=views.today())
    start = (views.page_number(request.GET.get("page")) - 1) * PAGE
    shown = rows[start : start + PAGE]
    here = start // PAGE + 1
    context = {
        "form": form,
        "rows": shown,
        "total": len(rows),
        "above": above([one.card for one in shown], subject),
        "before": f"?page={here - 1}" if here > 1 else None,
        "after": f"?page={here + 1}" if start + PAGE < len(rows) else None,
        "address": address,
        "marking": highest([one.card.label for one in shown if one.card.label], party_names()),
    }
    return render(request, "people/retention.html", context, status=422 if form.errors else 200)
