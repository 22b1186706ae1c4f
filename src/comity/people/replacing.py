"""The page on which a holder is replaced."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from comity.kernel.clock import now
from comity.kernel.dates import PartialDate
from comity.kernel.errors import RoleMissing, require
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.people.actions import present_holders, replace_holder
from comity.people.domain import STATUS_WORDS, AppointmentStatus, Holders
from comity.people.exchange import STAFF
from comity.people.models import Appointment, Position
from comity.people.naming import styled_card
from comity.records.addresses import record_at
from comity.records.kinds import kind_coded
from comity.records.models import Record
from comity.records.resolve import Card, resolve
from comity.shell import once
from comity.shell.fields import PartialDateField
from comity.shell.format import reader
from comity.shell.marking import highest
from comity.shell.record_forms import LabelField
from comity.shell.record_views import labels_of, party_names, subject_of
from comity.shell.ref_fields import RecordField, offered
from comity.shell.refusals import onto, shows_refusals
from comity.shell.values import address

_TAKES_OVER = (AppointmentStatus.CONFIRMED, AppointmentStatus.ACTING)


class SuccessorForm(forms.Form):
    """Who comes, from when, and how firmly; with the revisions of what ends, as the page showed them."""

    once = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    stale: list[Any] | None = None

    def __init__(self, data: Any, subject: Subject, position: Position, present: Sequence[tuple[Appointment, Card]]):
        seen = " ".join(f"{row.pk}:{row.record.revision}" for row, _card in present)
        token = once.token(now(), secrets.token_bytes(16))
        super().__init__(data, initial={once.FIELD: token, "seen": seen})
        if position.holders == Holders.MANY and present:
            leaves = [("", _("nobody: one more holder")), *((str(row.pk), _name(card)) for row, card in present)]
            self.fields["leaves"] = forms.ChoiceField(label=_("Who leaves"), choices=leaves, required=False)
        appointment = kind_coded("people.appointment")
        person = RecordField(offered(appointment, "person", subject))
        person.label, person.help_text = _("Successor"), _("Somebody new is entered as a person first.")
        self.fields["person"] = person
        self.fields["status"] = forms.ChoiceField(
            label=_("Status"), choices=[(str(code), _(STATUS_WORDS[code])) for code in _TAKES_OVER]
        )
        self.fields["starts"] = PartialDateField(
            label=_("Takes over on"), initial=PartialDate.of(timezone.localtime(now()).date())
        )
        self.fields["label"] = LabelField(subject)
        self.fields["label"].initial = str(position.label_id)

    def leaving(self) -> dict[int, int]:
        """The appointments that end, each with the revision that the page showed."""
        pairs = (one.partition(":") for one in self.cleaned_data["seen"].split()[:50])
        seen = {int(pk): int(number) for pk, _colon, number in pairs if pk.isdigit() and number.isdigit()}
        if "leaves" not in self.fields:
            return seen
        chosen = self.cleaned_data["leaves"]
        return {pk: number for pk, number in seen.items() if str(pk) == chosen}


@shows_refusals
def replace(request: HttpRequest, slug: str) -> HttpResponse:
    """End the present holder's appointment and enter the successor's, in one step."""
    subject, at = subject_of(request), now()
    require(subject.roles & STAFF, RoleMissing)
    position = record_at(slug, subject, kind="people.position")
    row = Position.objects.visible_to(subject).get(pk=position.pk)
    present = _present(row, subject, at)
    form = SuccessorForm(request.POST or None, subject, row, present)
    done = HttpResponseRedirect(reverse("people:position", args=[slug]))
    if request.method == "POST" and form.is_valid():
        sent, uuid = form.cleaned_data, once.id_for(request)
        known = Record.objects.system("whether this very sending came before, which its sender may know")
        if uuid and known.filter(party_id=subject.party, uuid=uuid).exists():
            return done  # the button was pressed twice
        with onto(form, lambda: {"seen": form["seen"].initial}, revision="seen"):
            replace_holder(
                position=position,
                person=sent["person"],
                status=sent["status"],
                starts=sent["starts"],
                leaving=form.leaving(),
                label=sent["label"],
                actor=subject,
                at=at,
                uuid=uuid,
            )
            messages.success(request, _("The holder was replaced: one appointment ended and one began."))
            return done
    return _answer(request, form, position, present, subject)


def _present(row: Position, subject: Subject, at: datetime) -> list[tuple[Appointment, Card]]:
    rows = present_holders(row.pk, subject, timezone.localdate(at))
    cards = resolve([one.person_id for one in rows], subject, reader())
    return [(one, cards[one.person_id]) for one in rows]


def _name(card: Card) -> str:
    return styled_card(card, reader()) if card.shown else _("name not shared with us")


def _answer(
    request: HttpRequest,
    form: SuccessorForm,
    position: Record,
    present: Sequence[tuple[Appointment, Card]],
    subject: Subject,
) -> HttpResponse:
    card = resolve([position.pk], subject, reader())[position.pk]
    labels = [*labels_of(position), *(label_of(row.label_id) for row, _card in present)]
    labels += [one.label for _row, one in present if one.label]
    context = {
        "form": form,
        "title": _("Replace the holder"),
        "position": card,
        "present": [(row, _name(one)) for row, one in present],
        "marking": highest(labels, party_names()),
        "address": address,
        "status_words": STATUS_WORDS,
    }
    status = 409 if form.stale is not None else 422 if form.errors else 200
    return render(request, "people/replace.html", context, status=status)
