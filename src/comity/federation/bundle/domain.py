"""What is refused of bundles and slips, and for whom they are. No Django."""

from __future__ import annotations

from enum import StrEnum

from comity.kernel.errors import DomainError
from comity.kernel.text import N_

CHUNK = 1024 * 1024
"""Bytes of a chunk, unless a single frame is larger: how much a spoiled place on a medium costs."""
LEAST_PART = 64 * 1024
MOST_ON_A_PAGE = 64 * 1024 * 1024
"""Bytes of a file that a page writes or reads; the command has no such bound."""


class Since(StrEnum):
    """Where a bundle begins."""

    CONFIRMED = "confirmed"  # after what the partner is known to have, by its receipts or by slips that people entered
    WRITTEN = "written"  # after what was written for it last, whether or not that arrived
    START = "start"


class NotAPartner(DomainError):
    """Bundles go to and come from parties whose fingerprint was compared."""

    message = N_("Nobody here has joined with that party.")


class WhichPartner(DomainError):
    """A command names its partner by a handle or by an id that is known."""

    message = N_("No partner is called “%(name)s”. The partners are: %(known)s.")


class PartTooSmall(DomainError):
    """A part holds the index and at least the largest chunk."""

    message = N_("A part has to hold at least %(least)s bytes here.")


class TooMuch(DomainError):
    """More than one bundle can list."""

    message = N_("This is more than one bundle can hold. Write what is new since the last one instead.")


class TooMuchForAPage(DomainError):
    """Large bundles are written and read with the command."""

    message = N_("This is more than a page writes or reads (%(most)s MB). Whoever keeps the node can do it with the command “comity bundle”.")  # fmt: skip  # noqa: E501


class ChangedMeanwhile(DomainError):
    """What was to be written was destroyed between counting and writing."""

    message = N_("Something was destroyed here while the file was written. Write it again.")


class NotABundleFile(DomainError):
    """The file is something else."""

    message = N_("This file is no bundle of a partner.")


class SpoiledIndex(DomainError):
    """Where the file says what it holds, it was changed or spoiled, or is not signed by whom it names."""

    message = N_("The beginning of this file is spoiled, or its sender has not signed it. Try another copy, or another part.")  # fmt: skip  # noqa: E501


class NewerBundle(DomainError):
    """Written by a version to come."""

    message = N_("This bundle was written by a later version. Bring this node up to date, then read it again.")


class ForSomebodyElse(DomainError):
    """The bundle names another recipient than the party that reads it."""

    message = N_("This bundle is for another party than yours.")


class Paused(DomainError):
    """The disk is nearly full; nothing is taken in."""

    message = N_("The disk of this node is nearly full, so nothing was read. Make room, then read the file again.")


class NoSlip(DomainError):
    """Nothing in the text is a line of a return slip."""

    message = N_("There is no line of a return slip in this. A line has a feed, a step, a count and four words.")


class SlipDoesNotFit(DomainError):
    """What was typed is not what any bundle from here can have led to."""

    message = N_("The line “%(line)s” does not fit anything that was said here. Compare it with the slip.")
