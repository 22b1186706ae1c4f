"""The form of a channel: who is in it, what it carries, what its members undertake."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.accounts.queries import group_names
from comity.federation.protocol.channel import ChannelManifest
from comity.kernel.ids import PartyId
from comity.kernel.text import N_, Text
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, USE_CAVEATS, Classification, Tlp
from comity.labels.subject import Subject
from comity.labels.words import CAVEAT_WORDS, CLASSIFICATION_WORDS
from comity.parties.models import Party
from comity.parties.queries import introduced
from comity.records.kinds import all_kinds
from comity.shell.fields import MultilingualField
from comity.shell.texts import plain

CEILING_WORDS = {
    PARTNERSHIP: N_("Records of the partnership: carried up to"),
    SYNTHETIC: N_("Synthetic records: carried up to"),
}
_NONE = ""


def _levels() -> list[tuple[str, str]]:
    return [(_NONE, gettext("none")), *((c.name, gettext(CLASSIFICATION_WORDS[c])) for c in Classification)]


def _marks() -> list[tuple[str, str]]:
    return [(_NONE, gettext("none")), *((mark.value, f"TLP:{mark.value}") for mark in Tlp)]


class ChannelForm(forms.Form):
    """What a release officer says of a channel."""

    name = MultilingualField(label=_("Name of the channel"), rows=1)
    members = forms.MultipleChoiceField(
        label=_("Who is in it, beside your party"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each of them reads everything that is released here."),
    )
    kinds = forms.MultipleChoiceField(label=_("Kinds of records it carries"), widget=forms.CheckboxSelectMultiple)
    caveats = forms.MultipleChoiceField(
        label=_("Caveats that every member honours"), required=False, widget=forms.CheckboxSelectMultiple
    )
    groups = forms.MultipleChoiceField(
        label=_("Need-to-know groups that every member keeps"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tlp = forms.ChoiceField(label=_("Narrowest mark of the traffic light protocol"), required=False, choices=_marks)
    history = forms.BooleanField(label=_("Whoever joins later is given what was released before"), required=False)
    carries = forms.MultipleChoiceField(
        label=_("Whose records it carries"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("By their consent. Nobody chosen: the records of every member."),
    )

    def __init__(self, *args: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        for policy, words in CEILING_WORDS.items():
            label = lazy(lambda said=words: gettext(said), str)()
            self.fields[f"level_{policy}"] = forms.ChoiceField(label=label, choices=_levels, required=False)
        parties = [(party.pk, plain(party.name)) for party in introduced()]
        self._choose("members", [one for one in parties if one[0] != subject.party])
        self._choose("carries", parties)
        self._choose("kinds", [(kind.name, gettext(kind.plural)) for kind in all_kinds()])
        self._choose("caveats", [(caveat, gettext(CAVEAT_WORDS[caveat])) for caveat in sorted(USE_CAVEATS)])
        self._choose("groups", sorted(group_names(subject.party).items(), key=lambda one: one[1]))
        if not self.fields["groups"].choices:  # type: ignore[attr-defined]  # a choice field, as made above
            del self.fields["groups"]
        self.order_fields(("name", "members", *(f"level_{policy}" for policy in CEILING_WORDS), "kinds"))

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = choices

    @staticmethod
    def initial_of_new(members: list[str]) -> dict[str, Any]:
        """The form of a channel that is to be founded: what harms least, of every kind that names nobody."""
        return {
            "members": members,
            "kinds": [kind.name for kind in all_kinds() if not kind.names_people],
            **{f"level_{policy}": Classification.UNCLASSIFIED.name for policy in CEILING_WORDS},
        }

    @staticmethod
    def initial_of(manifest: ChannelManifest) -> dict[str, Any]:
        """The form as a channel stands."""
        return {
            "name": manifest.name.json(),
            "members": sorted(manifest.members - {manifest.owner}),
            "kinds": sorted(manifest.kinds),
            "caveats": sorted(manifest.caveats),
            "groups": sorted(manifest.groups),
            "tlp": manifest.tlp.value if manifest.tlp else _NONE,
            "history": manifest.history,
            "carries": sorted(manifest.carries),
            **{f"level_{policy}": most.name for policy, most in manifest.ceiling.items()},
        }

    def said(self, before: ChannelManifest | None = None) -> dict[str, Any]:
        """What was chosen, as the actions take it; what this form could not show stays as it was `before`."""
        chosen = self.cleaned_data
        levels = {policy: chosen[f"level_{policy}"] for policy in CEILING_WORDS}
        kept = {
            name: getattr(before, name) - {key for key, _words in self.fields[name].choices}  # type: ignore[attr-defined]
            for name in ("kinds", "caveats", "groups", "carries")
            if before is not None and name in self.fields
        }
        strangers = frozenset[PartyId]() if before is None else before.members - _known()
        return {
            "name": Text.of(chosen["name"]),
            "members": frozenset(PartyId(one) for one in chosen["members"]) | strangers | {self.subject.party},
            "ceiling": {policy: Classification[level] for policy, level in levels.items() if level},
            "kinds": frozenset(chosen["kinds"]) | kept.get("kinds", frozenset()),
            "caveats": frozenset(chosen["caveats"]) | kept.get("caveats", frozenset()),
            "groups": frozenset(chosen.get("groups", ())) | kept.get("groups", frozenset()),
            "tlp": Tlp(chosen["tlp"]) if chosen["tlp"] else None,
            "history": chosen["history"],
            "carries": frozenset(PartyId(one) for one in chosen["carries"]) | kept.get("carries", frozenset()),
        }


class ChangeForm(ChannelForm):
    """A channel as somebody saw it, to be changed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CloseForm(forms.Form):
    """That it is meant, of the version that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    meant = forms.BooleanField(label=_("I understand that a closed channel is not opened again"))


def _known() -> frozenset[PartyId]:
    return frozenset(PartyId(pk) for pk in Party.objects.values_list("pk", flat=True))
