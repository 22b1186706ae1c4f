"""The scales a label is written in: classification and TLP. No Django."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from types import MappingProxyType

PARTNERSHIP = "PARTNERSHIP"
SYNTHETIC = "SYNTHETIC"
POLICIES = frozenset({PARTNERSHIP, SYNTHETIC})
"""The security policies this node understands: the partnership's own, and generated data's."""


class Classification(IntEnum):
    """How much harm disclosure would do, least first. Only comparable within one policy."""

    UNCLASSIFIED = 0
    RESTRICTED = 1
    CONFIDENTIAL = 2
    SECRET = 3
    TOP_SECRET = 4


class Tlp(StrEnum):
    """Traffic Light Protocol 2.0 (FIRST): how far a recipient may pass something on."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER+STRICT"
    RED = "RED"

    @property
    def narrowness(self) -> int:
        """0 for CLEAR up to 4 for RED: of two marks the higher is the narrower."""
        return _NARROWNESS[self.value]


_NARROWNESS = MappingProxyType({mark.value: place for place, mark in enumerate(Tlp)})

USE_CAVEATS = frozenset({"USE-ADVISORY-ONLY", "USE-NO-ACTION-AGAINST-PERSONS"})
"""Caveats that bind what a reader may do with information; one must be on all that names a person."""
