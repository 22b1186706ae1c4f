"""What the programme waits for of a host: its word on what others agreed in principle."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from comity.labels.subject import Subject
from comity.programme import gathering, models
from comity.programme.domain.states import AGREES
from comity.programme.domain.vocabulary import InitiativeStatus
from comity.programme.wording import INITIATIVE
from comity.responses.domain import View
from comity.responses.exchange import REGISTRARS
from comity.shell.needs import Need
from comity.shell.texts import plain

_AT_MOST = 20


def initiatives(subject: Subject) -> Iterable[Need]:
    """Initiatives of others that await the official position of the subject's party, for one of it who may say it."""
    hosts = gathering.hosts()
    if not subject.roles & REGISTRARS or subject.party not in hosts:
        return
    table = models.Initiative.objects.visible_to(subject).filter(status=InitiativeStatus.IN_PRINCIPLE)
    rows = table.exclude(record__party_id=subject.party).select_related("record__party", "mandate").order_by("-pk")
    found = list(rows[:_AT_MOST])
    said, _worded = gathering.spoken([row.pk for row in found], INITIATIVE, subject)
    for row in found:
        if gathering.host_under(row.mandate.party_id, hosts) != subject.party:
            continue
        ours = [one for one in said.get(row.pk, ()) if one.author == subject.party and one.view is View.OFFICIAL]
        word = max(ours, key=lambda one: one.log_index, default=None)
        if word is None:
            more, act = _("Agreed in principle, awaiting your official position"), _("Answer")
        elif word.position in AGREES and word.covers is False:
            more, act = _("Changed since your letter: say again whether you concur"), _("Answer")
        else:
            continue
        address = reverse("shell:enter", args=["responses.concurrence"]) + f"?about={row.record.slug}"
        yield Need(plain(row.title), row.record.party, more, act, address)
