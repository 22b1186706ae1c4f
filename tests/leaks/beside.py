"""What is no record and is hidden all the same: accounts, groups and invitations of a party, an import on its way."""

from datetime import timedelta
from uuid import uuid4

from comity.accounts.actions import create_account
from comity.accounts.domain import operator
from comity.accounts.models import Group, Invitation
from comity.labels.scale import PARTNERSHIP, Classification
from comity.labels.subject import Role
from comity.records.sheets.models import Sheet
from tests.leaks.canaries import Canaries
from tests.leaks.markings import AT, Parties


def plant_beside(canaries: Canaries, parties: Parties) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Of each party one of each: their ids by what they are, and whose each is."""
    ids: dict[str, list[str]] = {"account": [], "group": [], "invitation": [], "draft": []}
    owners: dict[str, str] = {}
    for handle, party in parties.items():
        for what in ("account", "group", "invitation", "draft"):
            owners[f"{what} of {handle}"] = "" if what == "draft" else handle
        account = create_account(
            party=party,
            username=canaries.word(f"account of {handle}", "its user name"),
            password="four words not together",
            display_name=canaries.word(f"account of {handle}", "its office"),
            language="en",
            roles={Role.ADVISER},
            clearances={PARTNERSHIP: Classification.UNCLASSIFIED},
            actor=operator(party),
            at=AT,
        )
        name = canaries.text(f"group of {handle}", "its name")
        group = Group.objects.create(key=uuid4(), party_id=party, name=name)
        invitation = Invitation.objects.create(
            party_id=party,
            digest=uuid4().hex * 2,
            display_name=canaries.word(f"invitation of {handle}", "its office"),
            made_at=AT,
            expires_at=AT + timedelta(days=3),
        )
        draft = Sheet.objects.create(
            uuid=uuid4(),
            party_id=party,
            account=str(account.opaque),
            kind="programme.risk/1",
            name=canaries.word(f"draft of {handle}", "the name of its file"),
            at=AT,
            until=AT + timedelta(days=3),
        )
        for what, key in zip(ids, (account.opaque, group.pk, invitation.pk, draft.uuid), strict=True):
            ids[what].append(str(key))
    return {what: tuple(several) for what, several in ids.items()}, owners
