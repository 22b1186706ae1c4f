"""How a label reads to a person, in their language. No Django: the translation is a parameter."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.labels.domain import Label, Refusal
from comity.labels.scale import SYNTHETIC, Classification

CLASSIFICATION_WORDS = MappingProxyType(
    {
        Classification.UNCLASSIFIED: N_("UNCLASSIFIED"),
        Classification.RESTRICTED: N_("RESTRICTED"),
        Classification.CONFIDENTIAL: N_("CONFIDENTIAL"),
        Classification.SECRET: N_("SECRET"),
        Classification.TOP_SECRET: N_("TOP SECRET"),
    }
)
CAVEAT_WORDS = MappingProxyType(
    {
        "USE-ADVISORY-ONLY": N_("for advisory use only"),
        "USE-NO-ACTION-AGAINST-PERSONS": N_("not a ground for action against a person"),
    }
)

RULE_WORDS = MappingProxyType(
    {
        Refusal.NO_RELEASE_OFFICER: (
            N_("A release officer decides it"),
            N_("Only a release officer may decide it"),
        ),
        Refusal.NOT_READ: (
            N_("Whoever decides may read it"),
            N_("Whoever decides may not read it"),
        ),
        Refusal.NOT_THE_OWNER: (
            N_("It belongs to the party that releases it"),
            N_("It belongs to another party, which alone may release it"),
        ),
        Refusal.NEVER_EXCHANGED: (
            N_("Its marking allows exchange"),
            N_("It is marked as never exchanged: no release can carry it"),
        ),
        Refusal.NOBODY_THERE: (
            N_("There is somebody in the channel"),
            N_("There is nobody in the channel"),
        ),
        Refusal.MEMBER_NOT_NAMED: (
            N_("Its marking releases it to every member of the channel"),
            N_("Its marking does not release it to every member of the channel"),
        ),
        Refusal.POLICY_NOT_CARRIED: (
            N_("The channel carries records of its policy"),
            N_("The channel carries no records of its policy"),
        ),
        Refusal.OVER_CEILING: (
            N_("It is not classified higher than the channel carries"),
            N_("It is classified higher than the channel carries"),
        ),
        Refusal.GROUP_NOT_KEPT: (
            N_("Every member keeps the need-to-know groups that it names, if it names any"),
            N_("Not every member keeps the need-to-know groups that it names"),
        ),
        Refusal.CAVEAT_NOT_HONOURED: (
            N_("Every member honours its caveats, if it has any"),
            N_("Not every member honours its caveats"),
        ),
        Refusal.TLP_TOO_NARROW: (
            N_("Its TLP mark, if it has one, is not narrower than the channel carries"),
            N_("Its TLP mark is narrower than the channel carries"),
        ),
        Refusal.KIND_NOT_CARRIED: (
            N_("The channel carries records of this kind"),
            N_("The channel does not carry records of this kind"),
        ),
        Refusal.PERSON_NOT_REVIEWED: (
            N_("If it names a person, a legal adviser has reviewed the release"),
            N_("It names a person, and the release has not been reviewed by a legal adviser"),
        ),
        Refusal.PERSON_WITHOUT_CAVEAT: (
            N_("If it names a person, a caveat binds what may be done with it"),
            N_("It names a person, and no caveat binds what may be done with it"),
        ),
        Refusal.ORIGIN_NOT_AGREED: (
            N_("Every party that it quotes has agreed, if it quotes any"),
            N_("It quotes another party’s record, and that party has not agreed"),
        ),
        Refusal.NO_SECOND_PERSON: (
            N_("From CONFIDENTIAL, a second release officer confirms it"),
            N_("It is CONFIDENTIAL or higher: a second release officer must confirm it"),
        ),
    }
)
"""Each rule of release in words: as it is met, and as it refuses."""


def label_words(
    label: Label,
    *,
    say: Callable[[str], str],
    party_name: Callable[[PartyId], str],
    group_name: Callable[[str], str] = str,
) -> str:
    """One line such as "UNCLASSIFIED · releasable to Iraq, NATO Mission Iraq".

    `say` translates a message id. Names come in the order of their spelling, so that equal labels read alike. A caveat
    this node has no words for is shown as it is written: it still binds.
    """
    comma = say(N_(", "))
    parts = [say(N_("SYNTHETIC"))] if label.policy == SYNTHETIC else []
    parts.append(say(CLASSIFICATION_WORDS[label.classification]))
    parts.append(
        say(N_("releasable to %(parties)s")) % {"parties": comma.join(sorted(map(party_name, label.releasable_to)))}
    )
    if label.groups:
        parts.append(
            say(N_("need to know: %(groups)s")) % {"groups": comma.join(sorted(map(group_name, label.groups)))}
        )
    if label.tlp is not None:
        parts.append(f"TLP:{label.tlp.value}")
    parts.extend(say(CAVEAT_WORDS[caveat]) if caveat in CAVEAT_WORDS else caveat for caveat in sorted(label.caveats))
    if label.exchange_never:
        parts.append(say(N_("never exchanged")))
    return say(N_(" · ")).join(parts)
