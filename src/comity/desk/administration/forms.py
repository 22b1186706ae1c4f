"""The forms of the room: what somebody is allowed, an invitation, its acceptance, groups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.accounts.domain import ROLE_WORDS
from comity.accounts.invitations import LASTS, LONGEST
from comity.accounts.models import Account, Language
from comity.desk.administration.queries import POLICY_WORDS
from comity.labels.scale import USE_CAVEATS, Classification
from comity.labels.subject import Role
from comity.labels.words import CAVEAT_WORDS, CLASSIFICATION_WORDS
from comity.shell.fields import MultilingualField
from comity.shell.typed import TypedField

_NONE = ""


def _roles() -> list[tuple[str, str]]:
    return [(role.value, gettext(ROLE_WORDS[role])) for role in Role]


def _levels() -> list[tuple[str, str]]:
    return [(_NONE, gettext("none")), *((str(int(c)), gettext(CLASSIFICATION_WORDS[c])) for c in Classification)]


def _caveats() -> list[tuple[str, str]]:
    return [(caveat, gettext(CAVEAT_WORDS[caveat])) for caveat in sorted(USE_CAVEATS)]


class AllowedForm(forms.Form):
    """What an account is allowed: roles, up to what it is cleared under each policy, and the caveats it may read."""

    roles = forms.MultipleChoiceField(label=_("Roles"), choices=_roles, widget=forms.CheckboxSelectMultiple)
    caveats = forms.MultipleChoiceField(
        label=_("May read what is marked"),
        choices=_caveats,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Records that name people carry one of these."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for policy, words in POLICY_WORDS.items():
            label = lazy(lambda said=words: gettext("%(records)s: cleared up to") % {"records": gettext(said)}, str)()
            self.fields[f"level_{policy}"] = forms.ChoiceField(label=label, choices=_levels, required=False)

    @staticmethod
    def initial_of(account: Account) -> dict[str, Any]:
        """The form as an account stands."""
        levels = {f"level_{policy}": str(account.clearances.get(policy, _NONE)) for policy in POLICY_WORDS}
        return {"roles": account.roles, "caveats": account.caveats, **levels}

    def allowed(self, before: Mapping[str, int] | None = None) -> dict[str, Any]:
        """What was chosen, as the actions take it; a policy that this form does not know stays as it was `before`."""
        chosen = {policy: self.cleaned_data[f"level_{policy}"] for policy in POLICY_WORDS}
        known = {level.value for level in Classification}
        kept = {p: Classification(v) for p, v in (before or {}).items() if p not in POLICY_WORDS and v in known}
        return {
            "roles": [Role(role) for role in self.cleaned_data["roles"]],
            "clearances": kept | {policy: Classification(int(level)) for policy, level in chosen.items() if level},
            "caveats": self.cleaned_data["caveats"],
        }


class InviteForm(AllowedForm):
    """An invitation: for which office, allowed what, until when."""

    display_name = TypedField(
        label=_("Office"),
        max_length=120,
        help_text=_("What others will read, such as “Adviser, logistics”. Not the person’s name."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    days = forms.IntegerField(label=_("Days that the link lasts"), min_value=1, max_value=LONGEST, initial=LASTS.days)
    field_order = ("display_name", "language", "roles")

    def invitation(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        named = {name: self.cleaned_data[name] for name in ("display_name", "language")}
        return {**named, **self.allowed(), "lasts": timedelta(days=self.cleaned_data["days"])}


class PasswordForm(forms.Form):
    """A new password, twice."""

    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Long is better than odd: four words that do not belong together serve well."),
    )
    password2 = forms.CharField(
        label=_("The same password again"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """The same twice, and none that is easily guessed."""
        cleaned = super().clean() or {}
        password = cleaned.get("password1", "")
        if password and "password2" in cleaned:
            if password != cleaned["password2"]:
                self.add_error("password2", gettext("The two passwords are not the same."))
            try:
                password_validation.validate_password(password, Account(username=cleaned.get("username", "")))
            except forms.ValidationError as weak:
                self.add_error("password1", weak)
        return cleaned


class JoinForm(PasswordForm):
    """What an invited person chooses."""

    username = forms.RegexField(
        r"\A[\w.@+-]+\Z",
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "dir": "ltr"}),
        help_text=_("For signing in only. Letters, digits and the signs . - _ @ +"),
        error_messages={"invalid": _("A user name has letters, digits and the signs . - _ @ + only.")},
    )
    field_order = ("username",)


class GroupForm(forms.Form):
    """A need to know, by its name."""

    name = MultilingualField(label=_("Name of the group"), rows=1)


class MemberForm(forms.Form):
    """Somebody to take into a group."""

    account = forms.ChoiceField(label=_("Account"))

    def __init__(self, *args: Any, accounts: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(one.pk), f"{one.display_name} ({one.username})") for one in accounts]
