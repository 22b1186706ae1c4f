"""How a label reads to a person, in their language. No Django: the translation is a parameter."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.labels.domain import Label
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
