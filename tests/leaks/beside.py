"""What is no record and is hidden all the same: accounts, groups, channels and releases of a party, imports."""

from datetime import timedelta
from uuid import uuid4

from comity.accounts.actions import create_account
from comity.accounts.domain import operator
from comity.accounts.models import Group, Invitation
from comity.federation.channels.actions import found_channel
from comity.federation.models import Joining, Release, StandingRule
from comity.federation.models.release import State
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.labels.scale import PARTNERSHIP, Classification
from comity.labels.subject import Role, Subject
from comity.records.kinds import all_kinds
from comity.records.sheets.models import Sheet
from tests.leaks.canaries import Canaries
from tests.leaks.markings import AT, Parties

PLANTED = ("account", "group", "invitation", "draft", "channel", "release", "rule", "joining")
STRANGER = PartyId("b" * 51 + "a")
"""A party that no node has heard of; with it each party has a channel of its own."""


def plant_beside(canaries: Canaries, parties: Parties) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Of each party one of each: their ids by what they are, and whose each is."""
    ids: dict[str, list[str]] = {what: [] for what in PLANTED}
    owners: dict[str, str] = {}
    for handle, party in parties.items():
        for what in PLANTED:
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
        channel = found_channel(
            name=Text.of(canaries.text(f"channel of {handle}", "its name")),
            members=[STRANGER],
            ceiling={PARTNERSHIP: Classification.UNCLASSIFIED},
            kinds=[kind.name for kind in all_kinds()],
            actor=Subject(party, "officer", frozenset({Role.RELEASE_OFFICER}), frozenset()),
            at=AT,
        )
        release = Release.objects.create(
            channel=channel,
            party_id=party,
            by=str(account.opaque),
            at=AT,
            seen_hash="0" * 64,
            reason=canaries.word(f"release of {handle}", "its reason"),
            state=State.RELEASED,
        )
        rule = StandingRule.objects.create(
            channel=channel,
            party_id=party,
            kinds=["programme.risk/1"],
            ceiling={PARTNERSHIP: Classification.UNCLASSIFIED.name},
            signed_by=str(account.opaque),
            signed_at=AT,
            begins=AT,
            until=AT + timedelta(days=30),
            looked_to=-1,
        )
        joining = Joining.objects.create(
            party_id=party,
            inviting=True,
            state="invited",
            invitation=uuid4().hex * 2,
            expires=AT + timedelta(days=14),
            purpose=canaries.word(f"joining of {handle}", "whom it is for"),
            at=AT,
            by=str(account.opaque),
        )
        made = (account.opaque, group.pk, invitation.pk, draft.uuid, channel.pk, release.pk, rule.pk, joining.pk)
        for what, key in zip(ids, made, strict=True):
            ids[what].append(str(key))
    return {what: tuple(several) for what, several in ids.items()}, owners
