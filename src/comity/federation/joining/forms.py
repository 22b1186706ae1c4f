"""The forms of joining: whom an invitation is for, a file that came, and the words that were compared."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.federation.joining.documents import MAX_BYTES


class InviteForm(forms.Form):
    """Whom the invitation is for; only this party reads it."""

    purpose = forms.CharField(
        label=_("Whom it is for"),
        max_length=200,
        help_text=_("A note for your own party. The file does not say it, and whoever has the file can answer it."),
    )


class FileForm(forms.Form):
    """What another party handed over."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".json"}),
        help_text=_("An invitation, the answer to one, or a leaving. Opening it trusts nobody."),
    )

    def clean_file(self) -> bytes:
        """The content, as much of it as a document can be and one byte more."""
        return bytes(self.cleaned_data["file"].read(MAX_BYTES + 1))


class ConfirmForm(forms.Form):
    """The fingerprint of the other party, as its people read it out."""

    words = forms.CharField(
        label=_("The sixteen words, as they were read to you"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
        help_text=_(
            "Call somebody of that party whom you know, on a number that you already had, or meet them. Let them read"
            " the words of their own page Keys; type what you hear. English or Arabic."
        ),
    )
