"""What the exchange needs of a person today: a decision about a partner that contradicted itself."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from comity.federation.models import Feed, FeedStatus, Membership
from comity.federation.sharing.domain import MAY_SETTLE
from comity.federation.sharing.queries import denied_to
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.shell.needs import Need
from comity.shell.texts import plain

_AT_MOST = 20


def needs(subject: Subject) -> Iterator[Need]:
    """For those who decide; nothing for others."""
    if not subject.has_role(*MAY_SETTLE):
        return
    mine = Membership.objects.filter(party_id=subject.party, until_version=None).values("channel_id")
    stopped = Feed.objects.filter(own=False, state=FeedStatus.QUARANTINED, channel__in=mine).select_related("party")
    for feed in stopped.order_by("pk")[:_AT_MOST]:
        address = reverse("federation:exchange-feed", args=[feed.pk])
        yield Need(plain(feed.party.name), feed.party, _("A feed was stopped"), _("Decide"), address)
    denied = denied_to(subject)[:_AT_MOST]
    parties = Party.objects.in_bulk([one.party for one in denied]) if denied else {}
    for one in denied:
        party = parties[one.party]
        address = reverse("federation:exchange-log", args=[one.pk])
        yield Need(plain(party.name), party, _("Its log contradicts itself"), _("Decide"), address)
