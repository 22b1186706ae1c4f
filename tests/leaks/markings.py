"""Who may read what in these tests, said a second time and on its own: the product's policy is what is being judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from comity.kernel.ids import PartyId
from comity.labels.domain import Label
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, Classification
from comity.labels.subject import Role
from comity.records.withhold import WITHHELD as WITHHELD_LABEL

AT = datetime(2025, 7, 15, 9, tzinfo=UTC)
Parties = Mapping[str, PartyId]
"""Ids of parties by their handles."""

CAVEAT = "USE-ADVISORY-ONLY"
BLIND = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles that read no record."""


@dataclass(frozen=True, slots=True)
class Marking:
    """A label as these tests think of it: parties by their handles."""

    parties: frozenset[str] = frozenset({"nmi", "iraq", "italy"})
    level: Classification = Classification.UNCLASSIFIED
    policy: str = PARTNERSHIP
    group: str = ""
    caveat: str = ""

    def label(self, ids: Parties) -> Label:
        """The label of the product; of what is for nobody its own."""
        if not self.parties:
            return WITHHELD_LABEL
        return Label(
            self.policy,
            self.level,
            frozenset(ids[handle] for handle in self.parties),
            groups=frozenset({self.group} if self.group else ()),
            caveats=frozenset({self.caveat} if self.caveat else ()),
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who asks; `party` "" is a stranger."""

    name: str
    party: str
    roles: frozenset[Role] = frozenset(Role) - BLIND
    cleared: dict[str, Classification] = field(default_factory=lambda: {PARTNERSHIP: Classification.UNCLASSIFIED})
    groups: frozenset[str] = frozenset()
    caveats: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.name

    def reads(self, marking: Marking) -> bool:
        """Whether this reader is meant to see what is marked so."""
        return (
            self.party in marking.parties
            and bool(self.roles - BLIND)
            and self.cleared.get(marking.policy, -1) >= marking.level
            and (not marking.group or marking.group in self.groups)
            and (not marking.caveat or marking.caveat in self.caveats)
        )


GROUP, OTHER_GROUP = (f"0000000{n}-0000-4000-8000-00000000000{n}" for n in (1, 2))
"""The need-to-know group that canaries are marked with, and one that lends no access to them."""

SHARED = Marking()
WITHHELD = Marking(parties=frozenset())
"""What a copy that its owner took back is marked with: for nobody."""
CLASSIFIED = Marking(level=Classification.RESTRICTED)
HIDING = {
    "of-the-mission": Marking(parties=frozenset({"nmi"})),
    "of-the-host": Marking(parties=frozenset({"iraq"})),
    "classified": CLASSIFIED,
    "for-a-group": Marking(group=GROUP),
    "with-a-caveat": Marking(caveat=CAVEAT),
    "of-another-policy": Marking(policy=SYNTHETIC),
}
"""Each way in which a label by itself keeps somebody out."""

_EVERYTHING = dict.fromkeys((PARTNERSHIP, SYNTHETIC), Classification.TOP_SECRET)

LOW = (
    Reader("stranger", ""),
    Reader("mission, low", "nmi", groups=frozenset({OTHER_GROUP})),
    Reader("host, low", "iraq"),
    Reader("third party, low", "italy"),
    Reader("mission, cleared for nothing", "nmi", cleared={}),
    Reader("mission, administrator", "nmi", frozenset({Role.ADMINISTRATOR}), _EVERYTHING),
    Reader("mission, auditor", "nmi", frozenset({Role.AUDITOR}), _EVERYTHING),
)
"""Who sees everything of the crawl: each reads something else, and most forms open to them."""

QUICK = (*LOW[:3], LOW[6])
"""Those of them whom every run of the suite asks; `make soak` asks all."""

READING = LOW[1:3]
"""Those of them who read most, and enter."""

ASKING = (LOW[1], LOW[2], LOW[6])
"""Those whom mutants are shown to: both parties' readers, and one who is told of every entry of the log."""

ROLES = tuple(
    Reader(f"{party}, {role.value.replace('_', ' ')} alone", party, frozenset({role}))
    for party in ("nmi", "iraq")
    for role in Role
)
"""Each role of each party without another: pages differ by what a role may do."""

CLEARED = tuple(
    Reader(f"{party}, cleared", party, cleared=_EVERYTHING, groups=frozenset({GROUP}), caveats=frozenset({CAVEAT}))
    for party in ("nmi", "iraq")
)
"""Who is to find every canary: a crawl that finds none of what it may see would find no leak either."""
