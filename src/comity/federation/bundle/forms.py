"""The forms of the page of files: from where to write, a file that came, and a slip that somebody brought."""

from __future__ import annotations

from typing import BinaryIO, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from comity.federation.bundle.domain import MOST_ON_A_PAGE, Since, TooMuchForAPage

SINCE_WORDS = {
    Since.CONFIRMED: _("What the partner has not confirmed yet, by receipts or by slips"),
    Since.WRITTEN: _("What has come since the last file was written for it"),
    Since.START: _("Everything, from the beginning"),
}


class WriteForm(forms.Form):
    """How much of what was said goes into the file."""

    since = forms.ChoiceField(
        label=_("What goes into the file"), choices=[(each.value, words) for each, words in SINCE_WORDS.items()]
    )


class ReadForm(forms.Form):
    """A bundle that came."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Reading one twice changes nothing, and the parts of a bundle may come in any order."),
    )

    def clean_file(self) -> BinaryIO:
        """The file, if a page reads one as large."""
        file = self.cleaned_data["file"]
        if file.size > MOST_ON_A_PAGE:
            raise ValidationError(_now(TooMuchForAPage.message) % {"most": MOST_ON_A_PAGE // 1_000_000})
        return cast(BinaryIO, file)


class SlipForm(forms.Form):
    """The lines of a return slip."""

    slip = forms.CharField(
        label=_("The lines of the slip"),
        max_length=65_536,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false", "dir": "auto"}),
        help_text=_("A feed, a step, a count and four words to a line, as the partner’s page shows them."),
    )
