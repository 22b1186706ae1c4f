"""The marking of what a page shows: one strip at the top, one chip on a card that differs.

A page is marked with the highest of what it shows. Generated data say so whatever else is on the page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from comity.kernel.ids import PartyId
from comity.labels.domain import Label
from comity.labels.scale import PARTNERSHIP, SYNTHETIC
from comity.labels.words import label_words


@dataclass(frozen=True, slots=True)
class Marking:
    """What the strip says: `words` in the reader's language, `level` 0-4, and whether the data are generated."""

    words: str
    level: int
    synthetic: bool = False


def marking_of(label: Label, names: Mapping[PartyId, str]) -> Marking:
    """The marking of one label; `names` gives the parties' names in the reader's language."""
    synthetic = label.policy == SYNTHETIC
    # The strip says "synthetic" in a louder way than the first word of a line.
    shown = replace(label, policy=PARTNERSHIP) if synthetic else label
    words = label_words(shown, say=gettext, party_name=lambda party: names.get(party, party[:8]))
    return Marking(words, int(label.classification), synthetic)


def highest(labels: Iterable[Label], names: Mapping[PartyId, str]) -> Marking | None:
    """The marking of a page that shows all of `labels`; None when it shows no record.

    The highest classification, every caveat and group, and releasable only to those to whom every record is (its
    reader is always one of them). Synthetic only when everything is: a page that mixes the two is real, and its
    generated cards say so each.
    """
    several = list(labels)
    if not several:
        return None
    real = [label for label in several if label.policy != SYNTHETIC]
    together = replace(
        max(real or several, key=lambda label: label.classification),
        classification=max(label.classification for label in several),
        releasable_to=frozenset.intersection(*(label.releasable_to for label in several)),
        groups=frozenset[str]().union(*(label.groups for label in several)),
        tlp=max((label.tlp for label in several if label.tlp), key=lambda tlp: tlp.narrowness, default=None),
        caveats=frozenset[str]().union(*(label.caveats for label in several)),
        exchange_never=any(label.exchange_never for label in several),
    )
    return marking_of(together, names)
