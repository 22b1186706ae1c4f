"""Places where a test lets a process die or stop, to look at what is left.

A process that was not started with COMITY_FAILPOINTS passes them all. With it, a point that has a file of its name in
the directory that the variable names sends the signal that the file holds ("SIGKILL", "SIGSTOP"): to this process, or
to its whole group where "node" follows. The file is taken away first, so that each does it once. `comity run` says on
its standard error that it was started so.
"""

import os
from pathlib import Path
from signal import Signals

# Every point there is, by what has happened and what has not.
BEFORE_LOG = "before-log"  # the rows are written, nothing is on the log; inside the transaction
BEFORE_COMMIT = "before-commit"  # everything is written and nothing is durable; inside the transaction
AFTER_COMMIT = "after-commit"  # durable, and nobody was told
IN_IMPORT = "in-import"  # some units of an import are applied; inside the transaction
IN_CHECKPOINT = "in-checkpoint"  # signed, and not kept
IN_BACKUP = "in-backup"  # the archive is written, and does not have its name yet
IN_RESTORE = "in-restore"  # the database is in its place, the rest is not
MOVE_ADOPTED = "move-adopted"  # the new node is made, and the old one still hosts the party
MOVE_LEFT = "move-left"  # nobody hosts the party
MOVE_SETTLED = "move-settled"  # the new node hosts it, and the keys are here too


def reached(point: str) -> None:
    """Die or stop here if a test asked for it."""
    if folder := os.environ.get("COMITY_FAILPOINTS"):
        _signal_if_armed(Path(folder) / point)


def _signal_if_armed(armed: Path) -> None:
    fired = armed.with_suffix(f".{os.getpid()}")
    try:
        armed.rename(fired)  # only one process of a node can
    except FileNotFoundError:
        return
    name, _, scope = fired.read_text().partition(" ")
    if scope == "node":
        os.killpg(0, Signals[name])
    else:
        os.kill(os.getpid(), Signals[name])
