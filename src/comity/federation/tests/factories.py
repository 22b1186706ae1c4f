"""Channels and release officers for tests."""

from itertools import count
from typing import Any

from django.test import Client

from comity.accounts.actions import create_account
from comity.accounts.domain import operator
from comity.accounts.models import Account
from comity.accounts.queries import subject_of
from comity.federation.channels.actions import found_channel
from comity.federation.models import Channel
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, USE_CAVEATS, Classification
from comity.labels.subject import Role, Subject
from comity.parties.models import Party
from comity.records.tests.factories import AT

_names = count(1)
KINDS = frozenset({"people.organisation/1", "people.person/1"})


def officer(party: Party, account: str = "officer", *roles: Role, **more: Any) -> Subject:
    """A release officer with an account, unless of other roles, who may read what is unclassified, names included."""
    owner, username = PartyId(party.pk), f"{party.handle}-{account}"
    found = Account.objects.filter(username=username).first() or create_account(
        party=owner,
        username=username,
        password="unused here",
        display_name=account,
        language="en",
        roles=roles or {Role.RELEASE_OFFICER},
        clearances=dict.fromkeys((PARTNERSHIP, SYNTHETIC), more.pop("clearance", Classification.UNCLASSIFIED)),
        caveats=USE_CAVEATS,
        actor=operator(owner),
        at=AT,
    )
    return subject_of(found)


def channel(actor: Subject, *members: Party, **more: Any) -> Channel:
    """A channel of the actor's party for unclassified organisations and people."""
    facts: dict[str, Any] = {
        "name": Text("en", {"en": "Advice", "ar": "المشورة"}),
        "ceiling": {PARTNERSHIP: Classification.UNCLASSIFIED},
        "kinds": KINDS,
        "caveats": USE_CAVEATS,
        "at": AT,
    }
    return found_channel(members=[PartyId(party.pk) for party in members], actor=actor, **(facts | more))


def sign_in(client: Client, party: Party, *roles: Role) -> Subject:
    """Sign `client` in as somebody of a party; the subject that its pages will see."""
    subject = officer(party, f"visitor {next(_names)}", *roles)
    client.force_login(Account.objects.get(pk=subject.account))
    return subject
