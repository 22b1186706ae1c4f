"""`comity bench federation`: two nodes of one machine exchange records over loopback HTTP, as real processes.

What is measured, of records of about 2 KB: how long after a person's release a reader of the other node finds it, on
a link that is idle; how many records a second are durable on the other node when many wait to leave, and how much
later a search finds the last of them; how a node that was away catches up, and in how much memory. Beside it stands
what the machine can do at most.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from rich.console import Console
from rich.table import Table

from comity.config.bench import limits
from comity.config.bench.inside import RECORD_BYTES
from comity.config.bench.sides import Side, Used, databases

_PATIENCE = 3_600.0
_LOOKS = 0.005
_LIMIT_ROWS, _LIMIT_SIGNATURES = 25_600, 5_000
HIGHEST = {"median": 0.25, "99th": 1.0, "searchable": 2.0, "peak": 300 * 1024}
LEAST = {"sqlite": 3_500, "postgresql": 3_000}


@dataclass(slots=True)
class Flow:
    """Records that went over: how many, by the clock, and what each process used meanwhile (CPU seconds, peak kB).

    `behind`: how many seconds after the last was durable a search found it.
    """

    records: int
    seconds: float
    behind: float = 0.0
    giving: dict[str, Used] = field(default_factory=dict)
    taking: dict[str, Used] = field(default_factory=dict)

    def per_second(self) -> float:
        """By the clock."""
        return self.records / self.seconds

    def per_cpu(self, side: Mapping[str, Used]) -> float:
        """By the time that one node was at work: the fair figure where the machine does other things too."""
        return self.records / (sum(one.cpu for one in side.values()) or 1)

    def peak(self, side: Mapping[str, Used]) -> int:
        """Of the largest process, in kB."""
        return max((one.peak for one in side.values()), default=0)


@dataclass(slots=True)
class Measured:
    """One run."""

    latencies: list[float]
    sustained: Flow
    caught_up: Flow | None


def run(asked: Namespace) -> int:
    """Measure, and print a table, or JSON for programs."""
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        rows = limits.inserts(Path(folder), rows=_LIMIT_ROWS, size=RECORD_BYTES)
        signatures = limits.verifications(count=_LIMIT_SIGNATURES)
    runs = [_once(asked) for _ in range(asked.times)]
    told = _told(asked, runs, rows, signatures)
    if asked.json:
        print(json.dumps({"told": told, "runs": [asdict(one) for one in runs]}, indent=1))
    else:
        _print(asked, told)
    return 0


def _once(asked: Namespace) -> Measured:
    with (
        tempfile.TemporaryDirectory(prefix="comity-bench-") as folder,
        databases(asked.database) as urls,
        ExitStack() as stack,
    ):
        natures = (("mission", "mission"), ("nation", "host"))
        sides = []
        for (name, nature), url, beyond in zip(natures, urls, (0, 2), strict=True):
            port = asked.port + beyond if asked.port else 0
            sides.append(Side(Path(folder) / name, nature=nature, database=url, port=port))
            stack.callback(sides[-1].close)
        giving, taking = sides
        for side in sides:
            side.start()
        taking.ask("confirm", giving.ask("manifest"), giving.url)
        giving.ask("confirm", taking.ask("manifest"), taking.url)
        channel = giving.ask("found_channel", taking.ask("manifest")["party"])
        latencies = list(_latencies(giving, taking, channel, asked.samples))
        sustained = _sustained(giving, taking, channel, asked.records)
        caught_up = _catch_up(giving, taking, channel, asked.behind) if asked.behind else None
        said = taking.ask("copies")
        wanted = asked.samples + 1 + asked.records + asked.behind
        if said["records"] != wanted or said["held"]:
            raise RuntimeError(f"Other records came over than were released: {said} of {wanted}")
        return Measured(latencies, sustained, caught_up)


def _latencies(giving: Side, taking: Side, channel: str, samples: int) -> Iterator[float]:
    """One record at a time, on a link on which nothing else happens. The first, which opens everything, is left out."""
    chance = random.Random(samples)  # noqa: S311  (no secret)
    for number in range(samples + 1):
        first, _, _ = giving.ask("enter", 1, f"sample{number}")
        time.sleep(0.05 + chance.random() / 10)  # so that no rhythm of the courier's is met
        start = giving.ask("release", channel, first)
        latency = taking.ask("visible", first, _LOOKS, _PATIENCE) - start
        if number:
            yield latency


def _sustained(giving: Side, taking: Side, channel: str, records: int) -> Flow:
    """Many records wait to leave at once; timed until the last of them is durable on the other node."""
    _, last, word = giving.ask("enter", records, "sustained")
    with _watched(giving, taking) as flow:
        start = giving.ask("let_go", channel)
        _end(flow, taking, last, word, start)
    flow.records = records
    return flow


def _catch_up(giving: Side, taking: Side, channel: str, records: int) -> Flow:
    """The other node is away while all these leave the outbox, and comes back."""
    taking.stop()
    _, last, word = giving.ask("enter", records, "behind")
    giving.ask("let_go", channel)
    giving.ask("said", 0, _PATIENCE)
    taking.start()
    start = time.monotonic()
    with _watched(giving, taking) as flow:
        _end(flow, taking, last, word, start)
    flow.records = records
    return flow


def _end(flow: Flow, taking: Side, last: str, word: str, start: float) -> None:
    durable = taking.ask("visible", last, 0.02, _PATIENCE)
    found = taking.ask("searchable", word, _PATIENCE)
    flow.seconds, flow.behind = durable - start, found - durable


@contextmanager
def _watched(giving: Side, taking: Side) -> Iterator[Flow]:
    """What the processes of both nodes use until the block ends."""
    flow = Flow(0, 0.0)
    before = []
    for side in (giving, taking):
        side.forget_peaks()
        before.append(side.used())
    yield flow
    for side, used, told in zip((giving, taking), before, (flow.giving, flow.taking), strict=True):
        for name, one in side.used().items():
            told[name] = Used(one.cpu - (used[name].cpu if name in used else 0.0), one.peak)


def _told(
    asked: Namespace, runs: list[Measured], rows: tuple[float, float], signatures: tuple[float, float]
) -> dict[str, Any]:
    """The figures, medians of the runs."""
    latencies = sorted(latency for one in runs for latency in one.latencies)
    told: dict[str, Any] = {
        "database": "postgresql" if asked.database else "sqlite",
        "limits": {
            "SQLite inserts per second": rows[0],
            "SQLite inserts per CPU second": rows[1],
            "Ed25519 verifications per second": signatures[0],
            "Ed25519 verifications per CPU second": signatures[1],
        },
        "latency": {"median": median(latencies), "99th": quantiles(latencies, n=100, method="inclusive")[98]},
        "sustained": _flow([one.sustained for one in runs]),
    }
    if asked.behind:
        told["catching up"] = _flow([one.caught_up for one in runs if one.caught_up is not None])
    return told


def _flow(flows: list[Flow]) -> dict[str, Any]:
    return {
        "records": flows[0].records,
        "per second": median(one.per_second() for one in flows),
        "per CPU second, giving": median(one.per_cpu(one.giving) for one in flows),
        "per CPU second, taking": median(one.per_cpu(one.taking) for one in flows),
        "searchable after": median(one.behind for one in flows),
        "processes": {
            f"{side}: {name}": {
                "cpu": median(getattr(one, side)[name].cpu for one in flows),
                "peak": median(getattr(one, side)[name].peak for one in flows),
            }
            for side in ("giving", "taking")
            for name in getattr(flows[0], side)
            if all(name in getattr(one, side) for one in flows)
        },
    }


def _print(asked: Namespace, told: Mapping[str, Any]) -> None:
    screen = Console(highlight=False)
    flows = [(name, told[name]) for name in ("sustained", "catching up") if name in told]
    table = Table(
        title=f"{asked.records:,} records of {RECORD_BYTES} bytes between two nodes on {told['database']},"
        f" medians of {asked.times}"
    )
    for heading in ("measured", "figure", "wanted"):
        table.add_column(heading, justify="left" if heading == "measured" else "right")
    latency = told["latency"]
    for name in ("median", "99th"):
        label = "release to visible, " + ("median" if name == "median" else "99th percentile")
        table.add_row(label, f"{latency[name] * 1000:,.0f} ms", f"≤ {HIGHEST[name] * 1000:,.0f} ms")
    bare = told["limits"]["SQLite inserts per CPU second"]
    for name, flow in flows:
        least = f"≥ {LEAST[told['database']]:,}"
        table.add_row(f"{name}: records per second", f"{flow['per second']:,.0f}", least)
        for side in ("giving", "taking"):
            table.add_row(f"{name}: records per CPU second, {side}", f"{flow[f'per CPU second, {side}']:,.0f}", "")
        ratio = f"{flow['per CPU second, taking'] / bare:.0%}"
        table.add_row(f"{name}: taking, of bare inserts", ratio, "")
        after = f"{flow['searchable after']:.2f} s"
        table.add_row(f"{name}: searchable after durable", after, f"≤ {HIGHEST['searchable']:.0f} s")
    for name, figure in told["limits"].items():
        table.add_row(f"limit: {name}", f"{figure:,.0f}", "")
    screen.print(table)
    for name, flow in flows:
        used = Table(title=f"{name}, {flow['records']:,} records: what each process used")
        for heading in ("process", "CPU seconds", "peak memory, MB"):
            used.add_column(heading, justify="left" if heading == "process" else "right")
        for process, one in flow["processes"].items():
            used.add_row(process, f"{one['cpu']:.2f}", f"{one['peak'] / 1024:,.0f}")
        screen.print(used)
