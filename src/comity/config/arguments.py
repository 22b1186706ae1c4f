"""What the commands about parties and partners are told on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    Subcommands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (it has no other name)
    Add: TypeAlias = Callable[[Subcommands, str, str], argparse.ArgumentParser]
    """(commands, name, what stands before the name) → the command, with its help."""


def parties(party: Subcommands, add: Add) -> None:
    """What `comity party` is told."""
    for name in ("fingerprint", "renew", "rotate", "revoke", "export-root", "remove-root", "import-root"):
        command = add(party, name, "party ")
        command.add_argument("handle", metavar="HANDLE")
        if name.endswith("-root"):
            command.add_argument("file", metavar="FILE", type=Path, help="where the sealed key is")
        if name == "renew":
            reached = "where other nodes reach this one from now on"
            command.add_argument("--endpoint", metavar="URL", action="append", default=[], help=reached)
        if name == "rotate":
            command.add_argument("--root", action="store_true", help="a new root key too; old and new sign")
        if name == "revoke":
            command.add_argument("--key", choices=("release", "audit"), default="release", help="which key; release")
            good = "the last good step of a feed, or size and root of the log"
            command.add_argument("--good", action="append", default=[], metavar="LAST", help=good)
    move = add(party, "move", "party ")
    move.add_argument("handle", metavar="HANDLE")
    move.add_argument("--to", metavar="DIR", type=Path, required=True, help="a new directory for the new node")


def joinings(join: Subcommands, add: Add) -> None:
    """What `comity join` is told."""
    for name in ("invite", "open", "confirm", "answer", "leave", "remove", "list"):
        command = add(join, name, "join ")
        command.add_argument("--party", metavar="HANDLE", default="", help="ours; needed when the node hosts several")
        if name in {"confirm", "answer", "leave", "remove"}:
            command.add_argument("number", metavar="NUMBER", type=int, help="as comity join list says")
        if name == "confirm":
            command.add_argument("words", metavar="WORDS", nargs="+", help="the sixteen words, in English or Arabic")
        if name in {"invite", "open", "answer", "leave"}:
            command.add_argument("file", metavar="FILE", type=Path)


def bundles(bundle: Subcommands, add: Add) -> None:
    """What `comity bundle` is told."""
    written = add(bundle, "export", "bundle ")
    written.add_argument("--to", metavar="PARTNER", required=True)
    written.add_argument(
        "--since",
        choices=["confirmed", "written", "start"],
        default="confirmed",
        help="begin after what the partner confirmed, by receipts or slips (default), after what was written for it"
        " last, or at the start",
    )
    written.add_argument("--part-size", metavar="SIZE", type=_bytes, help="of one file, such as 650M; K, M and G count")
    written.add_argument("file", metavar="FILE", type=Path)
    add(bundle, "import", "bundle ").add_argument("files", metavar="FILE", type=Path, nargs="+")
    slip = add(bundle, "slip", "bundle ")
    slip.add_argument("--of", metavar="PARTNER", required=True)
    slip.add_argument("--file", metavar="FILE", type=Path, help="a text with the lines of the slip")
    slip.add_argument("words", metavar="LINE", nargs="*", help="or one line, as it stands on the slip")
    for command in bundle.choices.values():
        command.add_argument("--party", metavar="HANDLE", default="", help="ours; needed when the node hosts several")


def _bytes(text: str) -> int:
    number, unit = (text[:-1], text[-1:]) if text[-1:] in "KMG" else (text, "")
    if not (number.isascii() and number.isdecimal() and len(number) < 13):
        raise argparse.ArgumentTypeError(f"{text} is no size: a number of bytes, perhaps with K, M or G")
    return int(number) << 10 * (" KMG".find(unit) if unit else 0)
