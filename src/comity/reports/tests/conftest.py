"""One node with two parties, for every test here that asks for it."""

from comity.responses.tests.world import world

__all__ = ["world"]
