"""The forms of release: where to, why, yes or no, a standing rule, a withdrawal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.federation.channels.forms import CEILING_WORDS
from comity.federation.channels.queries import Known
from comity.federation.channels.views import kind_words
from comity.federation.models.release import Mode
from comity.federation.release.standing import LONGEST
from comity.labels.scale import Classification
from comity.labels.words import CLASSIFICATION_WORDS
from comity.shell.texts import plain
from comity.shell.typed import TypedField

MODE_WORDS = {
    Mode.HIDE: _("Members hide their copy: nobody is shown it any more"),
    Mode.PURGE: _("Members destroy their copy: its content is gone"),
}


class ReleaseForm(forms.Form):
    """Why it is released; for the party's own record of it."""

    reason = TypedField(
        label=_("Why it is released"),
        max_length=300,
        required=False,
        help_text=_("Stays with the decision; name nobody."),
    )


class ConfirmForm(forms.Form):
    """What a second person says."""

    seen = forms.CharField(widget=forms.HiddenInput)
    says = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("yes", _("I have looked at it, and confirm it")), ("no", _("I refuse it"))],
        widget=forms.RadioSelect,
    )
    reason = TypedField(label=_("Reason"), max_length=300, required=False)


class WithdrawForm(forms.Form):
    """How, why, and that it is meant."""

    mode = forms.ChoiceField(
        label=_("What becomes of the copies"), choices=list(MODE_WORDS.items()), widget=forms.RadioSelect
    )
    reason = TypedField(
        label=_("Why it is withdrawn"), max_length=300, required=False, help_text=_("Stays with you; name nobody.")
    )
    meant = forms.BooleanField(label=_("I understand that it is for good"))


class RuleForm(forms.Form):
    """A standing rule: kinds, ceiling, period."""

    kinds = forms.MultipleChoiceField(label=_("Kinds of records"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label=_("For how many days"),
        min_value=1,
        max_value=LONGEST.days,
        initial=90,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    also_before = forms.BooleanField(label=_("Also what is there already"), required=False)

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        carried = sorted((kind_words(name), name) for name in known.manifest.kinds)
        field = self.fields["kinds"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(name, words) for words, name in carried]
        for policy, most in sorted(known.manifest.ceiling.items()):
            words = CEILING_WORDS.get(policy, policy)
            label = lazy(lambda said=words: gettext(said), str)()
            choices = [("", gettext("none"))]
            choices += [(c.name, gettext(CLASSIFICATION_WORDS[c])) for c in Classification if c <= most]
            self.fields[f"level_{policy}"] = forms.ChoiceField(label=label, choices=choices, required=False)
        self.order_fields(("kinds", *(f"level_{policy}" for policy in sorted(known.manifest.ceiling)), "days"))
        self.policies = sorted(known.manifest.ceiling)

    def rule(self, at: datetime) -> dict[str, Any]:
        """What was chosen, as the action takes it."""
        chosen = self.cleaned_data
        levels = {policy: chosen[f"level_{policy}"] for policy in self.policies}
        return {
            "kinds": chosen["kinds"],
            "ceiling": {policy: Classification[level] for policy, level in levels.items() if level},
            "begins": at,
            "until": at + timedelta(days=chosen["days"]),
            "also_before": chosen["also_before"],
        }


def channel_choices(known: list[Known]) -> list[tuple[str, str]]:
    """Channels as a list offers them."""
    return [(one.row.pk, plain(one.row.name)) for one in known]
