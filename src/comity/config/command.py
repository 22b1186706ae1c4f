"""The `comity` command: everything that is done to a node and not in it."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from comity import __version__
from comity.config import node
from comity.kernel.disk import PARTIAL

EPILOG = """\
The node's directory is COMITY_HOME (default: ./node). Its database is SQLite in that directory, unless
COMITY_DATABASE_URL names a PostgreSQL database (postgres://user:password@host:port/name).
"""


SHORT = {
    "init": "make the node's directory, its secret and its tables",
    "run": "serve the node",
    "demo": "load the example partnership and serve it",
    "found": "found a party on this node",
    "invite": "make a link with which somebody opens an account",
    "import": "import data files",
    "audit": "look after the log",
    "audit verify": "recompute the log from the stored revisions",
    "audit checkpoint": "sign the log as it stands",
    "audit check-proof": "check a record's inclusion proof",
    "rebuild": "make the tables anew from the stored revisions",
    "backup": "write a backup while the node runs",
    "restore": "make a node from a backup",
    "bench": "measure what things cost on this machine",
    "bench import": "read, validate and apply a sheet of measurements",
}
LONG = {
    "init": "Safe to run again: it brings the tables of an older version up to date and replaces nothing.",
    "run": "One worker process per core; stop it with Ctrl-C.",
    "demo": """Makes a node for NATO Mission Iraq and the Republic of Iraq, with a sign-in for each office (printed
        and kept in <home>/sign-ins.json). Running it again loads only what is new. With --size it is a partnership that
        does not exist, made from a seed number: the same seed and size make the same records on every machine.""",
    "found": """Makes the party's keys below <home>/keys and signs its first manifest. HANDLE is the short name by which
        commands and files know it.""",
    "invite": """Prints a link that works once. Whoever opens it chooses a user name and a password. This is how the
        first administrator of a party comes in; administrators invite everybody else on the page Administration.""",
    "import": """Reads DIR/import.toml and the files it lists, founds the parties that are new, and brings all records
        in or none: each entry that cannot be accepted is named with its reason. Importing the same files twice changes
        nothing; changed entries become new revisions.""",
    "audit": "The log holds an entry for every act on this node.",
    "audit verify": """Recomputes every entry of the log from the stored revisions, bodies included, and checks what the
        parties signed. Exits 0 when all is well; otherwise names the first bad entry and exits 1. Changes nothing.""",
    "audit checkpoint": "Lets every party on this node sign the size and root of the log as it stands now.",
    "audit check-proof": """Checks an inclusion proof that a record's page offers, without a node: exits 0 when it
        holds, 1 when not.""",
    "rebuild": """Empties the tables of every kind and the search index and fills them again, in one transaction. The
        revisions and the log stay as they are.""",
    "backup": """One .tar.gz with the database as of one moment, the files and the keys, readable by its owner alone:
        keep it as you keep the keys. A PostgreSQL node needs pg_dump.""",
    "restore": """Only into a directory that holds no node, and a database of the same kind. The restore is put on the
        log.""",
    "bench": "Works on nodes of its own, which it throws away; no node that exists is read or written.",
    "bench import": """Prints, for a sheet of synthetic measurements, how long it takes to read it, to validate every
        row, to apply them, and to validate the same sheet again; medians of several runs and peak memory, on
        SQLite.""",
}


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
    _serving(_add(commands, "run"))
    demo = _add(commands, "demo")
    _serving(demo)
    demo.add_argument("--load-only", action="store_true", help="load the example and stop")
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
    invite = _add(commands, "invite")
    invite.add_argument("--party", metavar="HANDLE", default="", help="needed when the node hosts several")
    invite.add_argument("--role", action="append", help="may be given again (default: administrator)")
    invite.add_argument("--office", default="Administrator", help="what others will read (default: Administrator)")
    invite.add_argument("--language", choices=["en", "ar"], default="en")
    invite.add_argument("--address", default="http://localhost:8001", help="where browsers reach the node")
    _add(commands, "import").add_argument("directory", metavar="DIR", type=Path, help="a directory with import.toml")
    audit = _add(commands, "audit").add_subparsers(dest="audit", required=True, metavar="WHAT")
    _add(audit, "verify", "audit ")
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
    return top


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, above: str = ""
) -> argparse.ArgumentParser:
    full = above + name
    return commands.add_parser(name, help=SHORT[full], description=LONG[full], epilog=EPILOG)


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
    if asked.command == "audit" and asked.audit == "check-proof":
        from comity.config.proof import check_proof

        return check_proof(asked.proof)
    if asked.command == "bench":
        from comity.config.bench import run

        return run(asked)
    if (node.home() / node.RESTORING).exists() and asked.command != "restore":
        print(f"A restore into {node.home()} was cut short. Run it again; until then this is no node.", file=sys.stderr)
        return 1
    if asked.command in {"init", "demo", "restore"}:
        _refuse_foreign(node.home())
        node.write_secret(node.make_private(node.home()))
    elif not (node.home() / "secret").exists():
        print(f"There is no node in {node.home()}. Make one with: comity init", file=sys.stderr)
        return 2

    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        print(f"The database cannot be used: {error}", file=sys.stderr)
        return 1
    from comity.config import commands

    return commands.run(asked)


def _serving(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", default="localhost", help="the address to listen on (default: localhost)")
    command.add_argument("--port", type=_port, default=8001, help="the port to listen on (default: 8001)")
    command.add_argument("--workers", type=int, default=0, help="worker processes (default: one per core)")


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
