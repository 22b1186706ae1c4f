"""What each command does, once the node's settings are loaded."""

from argparse import Namespace

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from rich.console import Console

from comity.config import node
from comity.kernel import clock
from comity.kernel.errors import DomainError
from comity.parties.keys import KeyMissing
from comity.parties.signing import BadSignature
from comity.shell.storage import NoRoom, refusal_of

# What is said goes to pipes and narrow windows alike: a line is a line, and brackets are brackets.
screen = Console(highlight=False, markup=False, soft_wrap=True)
problems = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def run(asked: Namespace) -> int:
    """Carry out one command; a refusal is said in words and exits 1."""
    try:
        return {
            "init": _init, "run": _run, "live": _live, "courier": _courier, "demo": _demo, "found": _found,
            "invite": _invite, "party": _party, "join": _join, "bundle": _bundle, "hub": _hub,
            "import": _import, "audit": _audit, "rebuild": _rebuild, "backup": _backup, "restore": _restore,
        }[asked.command](asked)  # fmt: skip
    except DomainError as refusal:
        for entry, reason in getattr(refusal, "problems", ()):  # of an import, entry by entry
            where = f"{reason.field}: " if reason.field else ""
            problems.print(f"{entry.file}: {entry.key}: {where}{reason}")
        problems.print(str(refusal), style="red")
    except (KeyMissing, BadSignature) as missing:
        problems.print(f"A party of this node cannot sign or be verified: {missing}", style="red")
    except (DatabaseError, ImproperlyConfigured) as failure:
        if isinstance(full := refusal_of(failure), NoRoom):
            problems.print(str(full), style="red")
            return 1
        problems.print(f"The database cannot be used: {str(failure).strip()}", style="red")
        problems.print(
            "“comity init” makes or updates its tables; COMITY_DATABASE_URL names it, where it is not SQLite."
        )
    return 1


def migrate() -> None:
    """Bring the tables up to date: all of them or none.

    Django notes of some migrations that they were made only after they are durable. Cut off in between, a node could
    never be brought up to date again; so everything is one transaction, in which SQLite takes no pragma.
    """
    from django.core.management import call_command

    with connection.constraint_checks_disabled(), transaction.atomic():
        call_command("migrate", verbosity=0, interactive=False)


def _init(_asked: Namespace) -> int:
    migrate()
    screen.print(f"The node in {node.home()} is ready. Serve it with: comity run")
    return 0


def _run(asked: Namespace) -> int:
    from django.core.management import call_command

    from comity.config.serving import named, serve
    from comity.records.sheets.drafts import forget_old

    only = named(asked.only)
    forget_old(clock.now())
    call_command("clearsessions")  # of those who left without signing out
    serve(host=asked.host, port=asked.port, workers=asked.workers, live_port=asked.live_port, only=only)
    return 0


def _live(asked: Namespace) -> int:
    from comity.config.serving import serve_live

    serve_live(host=asked.host, port=asked.port, descriptor=asked.socket)
    return 0


def _courier(_asked: Namespace) -> int:
    from comity.config.courier import keep_going

    keep_going()
    return 0


def _demo(asked: Namespace) -> int:
    from comity.config import demo

    migrate()  # also of nodes that an older version made
    if asked.share_to or asked.share_from:
        from comity.config import example_channel

        if asked.share_to:
            example_channel.found(asked.share_to, at=clock.now())
        else:
            example_channel.take(asked.share_from, at=clock.now())
        return 0
    from rich.progress import Progress

    with Progress(console=screen, transient=True) as progress:
        task = progress.add_task("Loading the example partnership", total=None)

        def told(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of)

        if asked.size is None:
            loaded = demo.load(at=clock.now(), progress=told)
        else:
            loaded = demo.load_synthetic(seed=asked.seed, size=asked.size, at=clock.now(), progress=told)
    screen.print(f"The example partnership: {loaded.entered} records entered, {loaded.unchanged} already there.")
    screen.print(demo.sign_ins(f"http://{asked.host}:{asked.port}"))
    return 0 if asked.load_only else _run(asked)


def _found(asked: Namespace) -> int:
    from comity.config.beginning import found

    names = {"en": asked.en, "ar": asked.ar}
    party = found(handle=asked.handle, nature=asked.nature, names=names, at=clock.now(), endpoints=asked.endpoint)
    screen.print(f"Founded {party.handle} ({party.pk}). Its keys are in {node.home() / 'keys' / party.pk}.")
    screen.print("Invite who will administer it with: comity invite")
    return 0


def _invite(asked: Namespace) -> int:
    from django.urls import reverse

    from comity.accounts.invitations import LASTS
    from comity.config.beginning import first_invitation

    secret, party = first_invitation(
        handle=asked.party,
        roles=asked.role or ["administrator"],
        office=asked.office,
        language=asked.language,
        at=clock.now(),
    )
    screen.print(f"Hand this link over. It works once, for {LASTS.days} days, and opens an account of {party.handle}:")
    screen.print(f"{asked.address.rstrip('/')}{reverse('administration:join', args=[secret])}")
    return 0


def _party(asked: Namespace) -> int:
    if asked.party == "move":
        from comity.config.moving.departure import move

        move(asked.handle, to=asked.to.resolve(), at=clock.now(), said=screen.print)
        screen.print(
            f"{asked.handle} has a node of its own in {asked.to.resolve()}. Serve it with --home or COMITY_HOME."
        )
        return 0
    from comity.config.parties import carry_out

    for line in carry_out(asked, at=clock.now()):
        screen.print(line)
    return 0


def _join(asked: Namespace) -> int:
    from comity.config.joining import carry_out

    for line in carry_out(asked, at=clock.now()):
        screen.print(line)
    return 0


def _bundle(asked: Namespace) -> int:
    from comity.config.bundles import carry_out

    for line in carry_out(asked, at=clock.now()):
        screen.print(line)
    return 0


def _hub(asked: Namespace) -> int:
    from comity.config.hub.using import carry_out

    for line in carry_out(asked, at=clock.now()):
        screen.print(line)
    return 0


def _import(asked: Namespace) -> int:
    from rich.progress import Progress

    from comity.config.loading import bring, data_in

    with Progress(console=screen, transient=True) as progress:
        task = progress.add_task("Importing", total=None)
        done = bring(
            data_in(asked.directory),
            at=clock.now(),
            progress=lambda done, of: progress.update(task, completed=done, total=of),
        )
    screen.print(f"{done.entered} entered, {done.amended} changed, {done.unchanged} as they were.")
    return 0


def _audit(asked: Namespace) -> int:
    if asked.audit == "checkpoint":
        from comity.config.checkpoints import sign_all

        screen.print(sign_all(at=clock.now()))
        return 0
    from comity.audit.log import head
    from comity.records.verification import verify_log

    problem = verify_log()
    if problem is not None:
        problems.print(f"BAD at entry {problem}")
        return 1
    state = head()
    screen.print(f"The log is whole: {state.size} entries, every stored revision is what was logged.")
    screen.print(f"Root: {state.root.hex()}")
    return _witnesses() if asked.witness else 0


def _witnesses() -> int:
    """What partners signed of this node's log, and what they signed of their own: told apart from the log itself."""
    from comity.audit.witnesses import counted
    from comity.records.verification import verify_witnesses

    found = list(verify_witnesses())
    for problem in found:
        problems.print(f"BAD at size {problem}")
    if found:
        return 1
    own, partners = counted()
    screen.print(f"{own} signatures of witnesses under this log hold; {partners} checkpoints of partners are linked.")
    return 0


def _rebuild(asked: Namespace) -> int:
    from comity.records.rebuild import differences, rebuild

    if asked.check:
        found = 0
        for found, line in enumerate(differences(), 1):  # noqa: B007 the last number is the count
            problems.print(line)
        if found:
            problems.print(f"{found} differences between tables and revisions.")
            return 1
        screen.print("Tables and revisions say the same.")
        return 0
    made = rebuild()
    screen.print(f"Made anew: {sum(made.values())} rows of {len(made)} kinds.")
    return 0


def _backup(asked: Namespace) -> int:
    from comity.config.backup import backup

    size = backup(asked.file)
    screen.print(f"Wrote {asked.file} ({size / 1_000_000:.1f} MB).")
    return 0


def _restore(asked: Namespace) -> int:
    from comity.config.backup import restore

    restore(asked.file, at=clock.now())
    screen.print(f"Restored into {node.home()}; the log says so.")
    return 0
