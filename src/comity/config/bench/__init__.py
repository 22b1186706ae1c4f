"""`comity bench`: what things cost here, measured on throw-away nodes; medians of several runs, and peak memory.

Each run is a process of its own, so that its memory is its own. A node that exists is neither read nor written.
"""

import json
import os
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Phase:
    """One part of a run: how many rows it took on, in how long, and the most memory that was in use until its end.

    `cpu` is how long it was really at work: the fair figure on a machine that does other things too.
    """

    name: str
    rows: int
    seconds: float
    cpu: float
    peak: int  # kB


def run(asked: Namespace) -> int:
    """Measure what is asked for, and print a table."""
    if asked.bench == "federation":
        from comity.config.bench import federation

        return federation.run(asked)
    if asked.bench == "hub":
        from comity.config.bench import hub

        return hub.run(asked)
    told = [_once([f"comity.config.bench.{asked.bench}s", str(asked.rows), asked.form]) for _ in range(asked.times)]
    table = Table(title=f"{asked.bench} of {asked.rows:,} measurements from {asked.form}, medians of {asked.times}")
    for heading in ("phase", "seconds", "rows/s", "CPU seconds", "rows/s of CPU", "peak memory, MB"):
        table.add_column(heading, justify="left" if heading == "phase" else "right")
    for several in zip(*told, strict=True):
        seconds, cpu, peak = (median(getattr(one, name) for one in several) for name in ("seconds", "cpu", "peak"))
        rates = (f"{several[0].rows / taken:,.0f}" if taken else "–" for taken in (seconds, cpu))
        by_clock, by_cpu = rates
        table.add_row(several[0].name, f"{seconds:.2f}", by_clock, f"{cpu:.2f}", by_cpu, f"{peak / 1024:,.0f}")
    Console(highlight=False).print(table)
    return 0


def _once(arguments: Sequence[str]) -> list[Phase]:
    """One run on a node of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as home:
        environment = {**os.environ, "COMITY_HOME": home, "DJANGO_SETTINGS_MODULE": "comity.config.settings"}
        environment.pop("COMITY_DATABASE_URL", None)  # never a database that somebody uses
        done = subprocess.run(
            [sys.executable, "-m", *arguments], env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
    phases: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return [Phase(**phase) for phase in phases]
