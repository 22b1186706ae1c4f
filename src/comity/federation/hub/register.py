"""The parties that a hub was told of, by their own manifests: with whose keys headers are verified. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from comity.federation.protocol import fields
from comity.federation.protocol.errors import Malformed
from comity.federation.protocol.ring import Ring, ring_from
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId
from comity.parties import manifest
from comity.parties.manifest import BadManifest, Envelope

MOST_PARTIES = 10_000


class Register:
    """Chains of manifests, each verified from the first on, since the first one makes the party's id."""

    def __init__(self) -> None:
        self._chains: dict[PartyId, list[Envelope]] = {}
        self._rings: dict[PartyId, Ring | None] = {}

    def take(self, party: PartyId, envelope: Envelope) -> bool:
        """Take one version, if it follows what is known; whether it is new. Raises BadManifest."""
        chain = self._chains.get(party, [])
        if not chain:
            founded, _ = manifest.verify_first(envelope)
            if founded != party or len(self._chains) >= MOST_PARTIES:
                raise BadManifest("the first manifest founds another party, or there are too many")
        else:
            version = manifest.parse(envelope.data).version
            if version <= len(chain):
                return False
            manifest.verify_next(chain[-1].data, envelope)
        self._chains.setdefault(party, []).append(envelope)
        self._rings.pop(party, None)
        return True

    def ring(self, party: PartyId) -> Ring | None:
        """The keys that sign for a party; None for one that nobody told of."""
        if party not in self._rings:
            self._rings[party] = ring_from(party, [manifest.parse(one.data) for one in self._chains.get(party, [])])
        return self._rings[party]

    def version(self, party: PartyId) -> int:
        """The newest version known of a party; 0 for none."""
        return len(self._chains.get(party, []))

    def after(self, party: PartyId, version: int) -> Sequence[Envelope]:
        """The versions that follow this one."""
        return self._chains.get(party, [])[version:]


def to_json(party: PartyId, envelope: Envelope) -> dict[str, Json]:
    """One version as it travels and is kept."""
    signatures: Json = {name: signature.hex() for name, signature in envelope.signatures.items()}
    return {"party": party, "data": fields.to_text(envelope.data), "signatures": signatures}


def of_json(value: Any) -> tuple[PartyId, Envelope]:
    """Read what `to_json` wrote. Raises Malformed."""
    body = fields.members(value, "party", "data", "signatures")
    signatures: Mapping[str, Any] = fields.mapping(body["signatures"])
    if len(signatures) > manifest.MAX_KEYS:
        raise Malformed("too many signatures")
    try:
        read = {fields.digest(name): bytes.fromhex(fields.text(sig)) for name, sig in signatures.items()}
    except ValueError as error:
        raise Malformed("a signature is hexadecimal") from error
    return fields.party(body["party"]), Envelope(fields.octets(body["data"]), read)
