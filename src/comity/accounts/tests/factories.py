"""Parties and accounts for tests, with the least that is needed."""

from datetime import UTC, datetime
from typing import Any

from comity.accounts import actions
from comity.accounts.domain import operator
from comity.accounts.models import Account
from comity.kernel.ids import PartyId, party_id_of
from comity.kernel.text import Text
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, Classification
from comity.labels.subject import Role
from comity.parties.models import Party

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
PASSWORD = "four words not together"


def party(handle: str = "mission") -> Party:
    """A party with an id and a name; without keys, which nothing here needs."""
    pk = party_id_of(handle.encode())
    found, _ = Party.objects.get_or_create(
        pk=pk,
        defaults={
            "handle": handle,
            "name": Text("en", {"en": handle.title(), "ar": "البعثة"}).json(),
            "nature": "mission",
            "hosted": True,
        },
    )
    return found


def account(username: str = "adviser", of: Party | None = None, **changes: Any) -> Account:
    """An adviser who may see what is unclassified."""
    of = of or party()
    facts: dict[str, Any] = {
        "username": username,
        "password": PASSWORD,
        "display_name": "Adviser, logistics",
        "language": "en",
        "roles": {Role.ADVISER},
        "clearances": {PARTNERSHIP: Classification.UNCLASSIFIED, SYNTHETIC: Classification.UNCLASSIFIED},
    }
    owner = PartyId(of.pk)
    return actions.create_account(party=owner, actor=operator(owner), at=AT, **(facts | changes))
