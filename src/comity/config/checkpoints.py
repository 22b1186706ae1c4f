"""Every party of this node puts its signature under the log as it stands."""

from datetime import datetime
from functools import partial

from comity.audit.checkpoints import sign_checkpoint
from comity.kernel.ids import PartyId
from comity.parties.models import Party
from comity.parties.signing import sign_for


def sign_all(*, at: datetime) -> str:
    """Sign for each hosted party; returns what was signed, a line each."""
    lines = []
    for party in Party.objects.filter(hosted=True).order_by("handle"):
        kept = sign_checkpoint(PartyId(party.pk), partial(sign_for, party, "audit"), at)
        lines.append(f"{party.handle}: {kept.size} entries, root {bytes(kept.root).hex()}")
    return "\n".join(lines)
