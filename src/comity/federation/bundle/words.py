"""What came of a bundle, as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.federation.models import Bundle
from comity.federation.protocol import errors
from comity.kernel.text import N_
from comity.shell.format import number

REFUSAL_WORDS = {
    errors.UnknownAudience.code: N_("it names a version of a channel that is not here yet; read the first part again"),
    errors.BadSignature.code: N_("it is signed by nobody who is known here; read the first part again"),
    errors.Quarantined.code: N_("its party said two things before; a person has to look at that first"),
    errors.Equivocation.code: N_("its party said something else at the same step; nothing more is taken from it"),
    errors.UnknownVersion.code: N_("it was said by a later version; bring this node up to date, then read it again"),
    errors.NotAMember.code: N_("it is of a channel that your party is not in"),
    errors.Revoked.code: N_("it is signed with a key that was revoked"),
}


def outcome(row: Bundle) -> Iterator[str]:
    """Sentences about a bundle that was written or read, the most telling one first."""
    if not row.came:
        yield ngettext("Written, in one file", "Written, in %(num)s files", row.parts) % {"num": number(row.parts)}
        return
    found: Mapping[str, Any] = row.found
    if not (found["missing"] or found["waiting"] or found["refused"]):
        yield _("Everything in it is here")
    if found["missing"]:
        yield _("Not here yet, or not whole: part %(parts)s of %(all)s") % {
            "parts": _listed(found["missing"]),
            "all": number(row.parts),
        }
    if found["waiting"]:
        yield _("Kept until what comes before it is here: part %(parts)s") % {"parts": _listed(found["waiting"])}
    if found["spoiled"]:
        yield _("Spoiled in the file that was read last: chunk %(chunks)s. Read another copy of it.") % {
            "chunks": _listed(found["spoiled"])
        }
    for code in found["refused"]:
        yield _("Something was refused: %(why)s.") % {"why": _(REFUSAL_WORDS.get(code, code))}


def _listed(numbers: list[int]) -> str:
    return _(", ").join(number(one) for one in numbers[:20]) + (" …" if len(numbers) > 20 else "")
