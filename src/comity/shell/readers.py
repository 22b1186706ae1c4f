"""Who will see a name: said beside the choice of its marking, before the name is entered."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.accounts.queries import colleagues, group_names
from comity.kernel.ids import PartyId
from comity.labels.domain import may_read
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.labels.words import CAVEAT_WORDS
from comity.parties.models import Party
from comity.shell.format import number
from comity.shell.texts import plain


@dataclass(frozen=True, slots=True)
class Readers:
    """Under one marking: how many offices of the asking party on this node may read, and which other parties.

    What another party lets its own people read is its own affair, and how many they are is not told. `groups` and
    `caveats` narrow both.
    """

    label: str
    words: str
    own: int
    party: str
    others: tuple[str, ...]
    groups: tuple[str, ...]
    caveats: tuple[str, ...]

    def lines(self) -> list[str]:
        """The same in sentences."""
        said = ngettext(
            "%(number)s office of %(party)s on this node", "%(number)s offices of %(party)s on this node", self.own
        )
        found = [said % {"number": number(self.own), "party": self.party}]
        if self.others:
            found.append(_("%(parties)s: whomever each of them clears") % {"parties": _(", ").join(self.others)})
        if self.groups:
            found.append(_("Of them only members of: %(groups)s") % {"groups": _(", ").join(self.groups)})
        if self.caveats:
            found.append(_("Of them only holders of: %(caveats)s") % {"caveats": _(", ").join(self.caveats)})
        return found


def readers_of(labels: Iterable[tuple[str, str]], subject: Subject) -> list[Readers]:
    """For each (id of a label, its words): who may read under it. Four queries however many there are."""
    people = colleagues(subject.party)
    names = {PartyId(party.pk): plain(party.name) for party in Party.objects.all()}
    groups = group_names(subject.party)
    found = []
    for pk, words in labels:
        label = label_of(int(pk))
        others = (names.get(party, _("unknown party")) for party in label.releasable_to - {subject.party})
        found.append(
            Readers(
                label=pk,
                words=words,
                own=sum(may_read(one, label) for one in people),
                party=names[subject.party],
                others=tuple(sorted(others)),
                groups=tuple(sorted(groups.get(key, key) for key in label.groups)),
                caveats=tuple(_(CAVEAT_WORDS.get(caveat, caveat)) for caveat in sorted(label.caveats)),
            )
        )
    return found
