"""The forms with which a person decides about a partner that contradicted itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.federation.sharing.domain import Branch
from comity.shell.typed import TypedField

ON, UP = "on", "up"
_ON_WORDS = {
    Branch.OURS: _("Take from it again: it stands by the steps that are here"),
    Branch.OTHER: _("Take from it again: it stands by the other steps, which then replace those that are here"),
    Branch.NEITHER: _("Take from it again, from the last step that it stands by"),
}


class ReasonForm(forms.Form):
    """Why, and that it is meant."""

    reason = TypedField(label=_("Why"), max_length=300, help_text=_("Stays with the decision; name nobody."))
    meant = forms.BooleanField(label=_("I have spoken with somebody of that party whom I know, by another way"))


class FeedForm(ReasonForm):
    """What becomes of a feed that was stopped."""

    decision = forms.ChoiceField(label=_("Your decision"), widget=forms.RadioSelect)
    field_order = ("decision", "reason", "meant")

    def __init__(self, *args: Any, branch: Branch, given_up: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(ON, _ON_WORDS[branch])] if branch in _ON_WORDS else []
        if not given_up:
            choices.append((UP, _("Give this feed up for good: its party goes on in a new one")))
        field = self.fields["decision"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
