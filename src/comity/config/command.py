"""The `comity` command: everything that is done to a node and not in it."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from comity import __version__
from comity.config import arguments, node
from comity.config.hub import arguments as hubs
from comity.config.told import LONG, SHORT
from comity.kernel.disk import PARTIAL

EPILOG = """\
The node's directory is COMITY_HOME (default: ./node). Its database is SQLite in that directory, unless
COMITY_DATABASE_URL names a PostgreSQL database (postgres://user:password@host:port/name).
"""


def parser() -> argparse.ArgumentParser:
    """Every command with its options; `--help` of each says what it does and what it leaves alone."""
    top = argparse.ArgumentParser(
        prog="comity",
        description="A node of Comity.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"comity {__version__}")
    top.add_argument("--home", metavar="DIR", help="the node's directory, instead of COMITY_HOME")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    _add(commands, "init")
    _running(_add(commands, "run"))
    _add(commands, "courier")
    _add(commands, "signer").add_argument(
        "--for", dest="users", metavar="USER", action="append", default=[], help="another system user who may ask"
    )
    live = _add(commands, "live")
    live.add_argument("--host", default="localhost", help="the address to listen on (default: localhost)")
    live.add_argument("--port", type=_port, default=9001, help="the port to listen on (default: 9001)")
    live.add_argument("--socket", type=int, default=-1, help=argparse.SUPPRESS)  # one that listens already
    demo = _add(commands, "demo")
    _serving(demo)
    demo.add_argument("--one-node", action="store_true", help="both parties on one node")
    demo.add_argument("--load-only", action="store_true", help="load the example and stop")
    demo.add_argument("--share-to", type=Path, help=argparse.SUPPRESS)  # steps of making two nodes (introducing.py)
    demo.add_argument("--share-from", type=Path, help=argparse.SUPPRESS)
    demo.add_argument(
        "--size",
        metavar="N",
        type=_size,
        help="instead of the example, a synthetic partnership of at least N records, or small (1,000), medium (10,000)"
        " or large (100,000)",
    )
    demo.add_argument("--seed", metavar="N", type=int, default=1, help="the number it is made from (default: 1)")
    found = _add(commands, "found")
    found.add_argument("handle", metavar="HANDLE", help="small letters, digits and hyphens")
    found.add_argument("--nature", choices=["mission", "host", "member", "organisation"], required=True)
    found.add_argument("--en", metavar="NAME", default="", help="its name in English")
    found.add_argument("--ar", metavar="NAME", default="", help="its name in Arabic")
    found.add_argument(
        "--endpoint", metavar="URL", action="append", default=[], help="where other nodes reach this one"
    )
    several = {
        "party": arguments.parties,
        "join": arguments.joinings,
        "bundle": arguments.bundles,
        "hub": hubs.arguments,
    }
    for name, told in several.items():
        told(_add(commands, name).add_subparsers(dest=name, required=True, metavar="WHAT"), _add)
    invite = _add(commands, "invite")
    invite.add_argument("--party", metavar="HANDLE", default="", help="needed when the node hosts several")
    invite.add_argument("--role", action="append", help="may be given again (default: administrator)")
    invite.add_argument("--office", default="Administrator", help="what others will read (default: Administrator)")
    invite.add_argument("--language", choices=["en", "ar"], default="en")
    invite.add_argument("--address", default="http://localhost:8001", help="where browsers reach the node")
    _add(commands, "import").add_argument("directory", metavar="DIR", type=Path, help="a directory with import.toml")
    audit = _add(commands, "audit").add_subparsers(dest="audit", required=True, metavar="WHAT")
    _add(audit, "verify", "audit ").add_argument(
        "--witness",
        action="store_true",
        help="also against what partners signed of this log, and what they signed of theirs",
    )
    _add(audit, "checkpoint", "audit ")
    _add(audit, "check-proof", "audit ").add_argument("proof", metavar="FILE", type=Path, help="the JSON file")
    _add(commands, "rebuild").add_argument(
        "--check",
        action="store_true",
        help="change nothing; say where tables and revisions differ, and exit 1 if they do",
    )
    _add(commands, "backup").add_argument(
        "file", metavar="FILE", type=Path, help="where to write it; an existing file is not overwritten"
    )
    _add(commands, "restore").add_argument("file", metavar="FILE", type=Path, help="what `comity backup` wrote")
    bench = _add(commands, "bench").add_subparsers(dest="bench", required=True, metavar="WHAT")
    imports = _add(bench, "import", "bench ")
    imports.add_argument("--rows", type=int, default=100_000, help="how many measurements (default: 100000)")
    imports.add_argument("--times", type=int, default=3, help="how many runs (default: 3)")
    imports.add_argument("--form", choices=("csv", "xlsx"), default="csv", help="what the sheet is (default: csv)")
    hubs.measuring(_add(bench, "hub", "bench "))
    _exchanging(_add(bench, "federation", "bench "))
    return top


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, above: str = ""
) -> argparse.ArgumentParser:
    full = above + name
    return commands.add_parser(name, help=SHORT[full], description=LONG[full], epilog=EPILOG)


def _exchanging(bench: argparse.ArgumentParser) -> None:
    for name, usual, what in (
        ("records", 20_000, "how many wait to leave at once"),
        ("behind", 20_000, "how many a node is behind that catches up; 0 leaves that out"),
        ("samples", 100, "how many are released one by one"),
        ("times", 3, "how many runs"),
    ):
        bench.add_argument(f"--{name}", type=int, default=usual, help=f"{what} (default: {usual})")
    bench.add_argument("--database", metavar="URL", default="", help="a PostgreSQL server to make two databases on")
    bench.add_argument("--port", type=int, default=0, help="the first of four ports in a row (default: free ones)")
    bench.add_argument("--json", action="store_true", help="figures for programs")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 refused or failed, 2 not asked rightly, 130 stopped."""
    asked = parser().parse_args(argv)
    os.umask(0o077)  # whatever a command or the server writes is for the node's own user
    try:
        return _carry_out(asked)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except OSError as error:  # of the operating system: said as it says it, with what it is about
        print(f"{error.filename or node.home()}: {error.strerror or error}", file=sys.stderr)
        return 1


def _carry_out(asked: argparse.Namespace) -> int:
    if asked.home:
        os.environ["COMITY_HOME"] = asked.home
    os.environ["COMITY_HOME"] = str(node.home())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.config.settings")
    if (alone := _without_a_node(asked)) is not None:
        return alone
    if wanting := _prepare(asked.command):
        return wanting
    if asked.command == "signer":
        from comity.config.signer import keep

        return keep(asked.users)

    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        print(f"The database cannot be used: {error}", file=sys.stderr)
        return 1
    from comity.config import commands

    return commands.run(asked)


def _without_a_node(asked: argparse.Namespace) -> int | None:
    """What needs no node in the directory, or makes its own there: the exit status; None if it is something else."""
    if asked.command == "audit" and asked.audit == "check-proof":
        from comity.config.proof import check_proof

        return check_proof(asked.proof)
    if asked.command == "hub" and asked.hub in {"serve", "member"}:
        from comity.config.hub.keeping import carry_out

        return carry_out(asked, node.home())
    if asked.command == "bench":
        from comity.config.bench import run

        return run(asked)
    if asked.command == "demo" and not asked.one_node and asked.size is None:
        from comity.config.side_by_side import show

        return show(node.home(), host=asked.host, port=asked.port, workers=asked.workers, load_only=asked.load_only)
    return None


def _prepare(command: str) -> int:
    """See to it that there is a node to work on; 0 when there is, else the exit status."""
    if (node.home() / node.RESTORING).exists() and command != "restore":
        print(f"A restore into {node.home()} was cut short. Run it again; until then this is no node.", file=sys.stderr)
        return 1
    if (node.home() / node.ADOPTING).exists():
        print(
            f"A party is on its way to {node.home()}. Run “comity party move” again where it comes from.",
            file=sys.stderr,
        )
        return 1
    if command in {"init", "demo", "restore"}:
        _refuse_foreign(node.home())
        node.write_secret(node.make_private(node.home()))
    elif not (node.home() / "secret").exists():
        print(f"There is no node in {node.home()}. Make one with: comity init", file=sys.stderr)
        return 2
    return 0


def _serving(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", default="localhost", help="the address to listen on (default: localhost)")
    command.add_argument("--port", type=_port, default=8001, help="the port to listen on (default: 8001)")
    command.add_argument(
        "--live-port", type=_port, default=0, help="the port of live updates (default: 1000 above, or any that is free)"
    )
    command.add_argument("--workers", type=int, default=0, help="worker processes (default: one per core)")
    command.set_defaults(only="")


def _running(command: argparse.ArgumentParser) -> None:
    _serving(command)
    command.add_argument(
        "--only", metavar="NAMES", default="", help="of signer, courier, live and web only these, with commas between"
    )


def _size(text: str) -> int:
    from comity.config.synthetic.partnership import MOST, SIZES

    size = SIZES.get(text, int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0)
    if not 0 < size <= MOST:
        raise argparse.ArgumentTypeError(f"{text} is no size: small, medium, large, or a number from 1 to {MOST:,}")
    return size


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1 << 16:
        raise argparse.ArgumentTypeError(f"{text} is no port: a number from 1 to 65535")
    return int(text)


def _refuse_foreign(folder: Path) -> None:
    """A directory with other things in it is not made private and filled."""
    if not folder.is_dir() or (folder / "secret").exists():
        return
    if any(not path.name.endswith(PARTIAL) for path in folder.iterdir()):  # what a first run that was cut short left
        sys.exit(f"{folder} is not empty and holds no node; name another directory with --home.")


if __name__ == "__main__":
    sys.exit(main())
