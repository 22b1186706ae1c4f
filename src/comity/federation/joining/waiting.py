"""What joining needs of a person today: fingerprints to compare, and a manifest to renew before it runs out."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.federation.joining.domain import MAY_JOIN, WAITING, State
from comity.federation.joining.queries import expiry_of, heard_at, joinings_of, name_of, peer_of
from comity.kernel.clock import now
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.shell.format import number, reader
from comity.shell.needs import Need


def needs(subject: Subject) -> Iterator[Need]:
    """For those who bring parties in; nothing for others."""
    if not subject.has_role(*MAY_JOIN):
        return
    expiry = expiry_of(subject.party, now())
    if expiry.soon:
        words = ngettext("holds for %(num)s more day", "holds for %(num)s more days", expiry.days)
        more = words % {"num": number(expiry.days)}
        own = Party.objects.get(pk=subject.party)
        yield Need(_("The manifest of your party runs out"), own, more, _("Look"), reverse("federation:keys"))
    rows = joinings_of(subject.party)
    for row in reversed(rows):
        address = reverse("federation:partner", args=[row.pk])
        if row.state in WAITING and row.compared_by != subject.account:
            yield Need(name_of(row, reader()), None, _("Wants to join: compare its fingerprint"), _("Compare"), address)
        if row.state == State.JOINED and not row.inviting and heard_at(row, peer_of(row)) is None:
            yield Need(name_of(row, reader()), None, _("Waits for your answer: hand the file back"), _("Look"), address)
    if not rows and not Party.objects.exclude(pk=subject.party).exists():
        more = _("Open the invitation that you were given, or invite a party")
        yield Need(_("Your party has no partner yet"), None, more, _("Join"), reverse("federation:partners"))
