"""What release waits for: a second officer, or a legal adviser."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from comity.federation.release.queries import waiting_for
from comity.labels.subject import Subject
from comity.shell.needs import Need
from comity.shell.texts import plain

_AT_MOST = 20


def needs(subject: Subject) -> Iterable[Need]:
    """The releases of the subject's party that wait for somebody of their office."""
    for row in waiting_for(subject)[:_AT_MOST]:
        address = reverse("federation:release-decision", args=[row.pk])
        yield Need(plain(row.channel.name), row.party, _("A release, awaiting another person"), _("Decide"), address)
