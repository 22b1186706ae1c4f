"""What a person may say about how pages look to them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.accounts.models import Language


class PreferencesForm(forms.Form):
    """The language that pages open in, and Hijri dates."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=Language.choices,
        help_text=_("What pages open in when you sign in somewhere new."),
    )
    hijri = forms.BooleanField(label=_("Show Hijri dates beside Gregorian ones"), required=False)
