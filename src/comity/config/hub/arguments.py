"""The arguments of `comity hub`. Imports nothing that the command does not need at once."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.config.arguments import Add, Subcommands


def arguments(hub: Subcommands, add: Add) -> None:
    """What each `comity hub` command is told."""
    serve = add(hub, "serve", "hub ")
    serve.add_argument("--host", help="the address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="the port to listen on (default: 4222)")
    serve.add_argument("--certificate", metavar="FILE", type=_existing, help="for TLS, with whatever vouches for it")
    serve.add_argument("--private-key", metavar="FILE", type=_existing, help="of the certificate")
    serve.add_argument("--gigabytes", metavar="N", type=float, help="of frames to keep, the newest (default: 10)")
    serve.add_argument("--days", metavar="N", type=int, help="to keep a frame (default: 90)")
    member = add(hub, "member", "hub ").add_subparsers(dest="member", required=True, metavar="WHAT")
    taken = add(member, "add", "hub member ")
    taken.add_argument("file", metavar="FILE", type=Path, help="the party's statement")
    taken.add_argument("words", metavar="WORDS", nargs="+", help="the sixteen words, in English or Arabic")
    add(member, "remove", "hub member ").add_argument("party", metavar="PARTY")
    add(member, "list", "hub member ")
    ask = add(hub, "ask", "hub ")
    ask.add_argument("file", metavar="FILE", type=Path)
    ask.add_argument("--party", metavar="HANDLE", default="", help="ours; needed when the node hosts several")
    use = add(hub, "use", "hub ")
    use.add_argument("url", metavar="URL")
    use.add_argument(
        "--authority", metavar="FILE", type=Path, help="certificates that may vouch for it, instead of the machine's"
    )
    add(hub, "leave", "hub ").add_argument("url", metavar="URL")
    add(hub, "list", "hub ")


def measuring(bench: argparse.ArgumentParser) -> None:
    """What `comity bench hub` is told."""
    bench.add_argument("--members", metavar="N", type=int, nargs="+", default=[2, 10, 50], help="default: 2 10 50")
    bench.add_argument("--frames", metavar="N", type=int, default=100, help="of one record each (default: 100)")


def _existing(text: str) -> str:
    path = Path(text).resolve()
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {path}")
    return str(path)
