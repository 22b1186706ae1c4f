"""Run the suite on each thing found here, and say plainly what was left out.

    SQLite       always
    PostgreSQL   where COMITY_TEST_POSTGRES (or postgres@127.0.0.1:5432) answers
    a browser    where chromium is found

COMITY_REQUIRE=all (or 1) makes an absence, or a test that skips itself, a failure. Arguments go to pytest.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("COMITY_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/comity")
REQUIRED = os.environ.get("COMITY_REQUIRE", "") not in {"", "0"}
SLOW = "not soak and not mutation"


@dataclass(frozen=True)
class Round:
    """One run of pytest: the tests that `marks` chooses, with `environment` added."""

    name: str
    marks: str
    paths: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of a round."""

    name: str
    seconds: float
    passed: int
    failed: int
    skipped: tuple[str, ...]

    def __str__(self) -> str:
        skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
        return f"{self.name + ':':12} {self.passed} passed, {self.failed} failed{skipped} in {self.seconds:.0f} s"


def why_no_postgres() -> str:
    """Why PostgreSQL cannot be used; empty when it can."""
    import psycopg

    server = re.sub(r"/[^/]*$", "/postgres", POSTGRES)
    try:
        psycopg.connect(server, connect_timeout=3).close()
    except psycopg.OperationalError as problem:
        return f"no PostgreSQL answers at {re.sub(r'//.*@', '//', server)} ({str(problem).strip().splitlines()[-1]})"
    return ""


def why_no_browser() -> str:
    """Why no browser can be used; empty when one can."""
    if not shutil.which("chromium"):
        return "no chromium is on PATH"
    driver = subprocess.run(
        [sys.executable, "-m", "playwright", "--version"], capture_output=True, text=True, check=False
    )
    if driver.returncode != 0:
        said = (driver.stderr or driver.stdout).strip().splitlines() or ["it says nothing"]
        return f"the driver of the browser does not start ({said[-1]})"
    return ""


def run(this: Round, arguments: list[str], workers: str) -> Outcome:
    """Run pytest in its own process, its output as it comes; what it counted is read from its report."""
    print(f"\n── {this.name} " + "─" * (100 - len(this.name)), flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n", workers]
        command += ["--dist", "loadscope", "--no-loadscope-reorder"]  # a module's tests share its fixtures
        command += ["-m", this.marks, f"--junitxml={report}", "--durations=5", "--durations-min=5"]
        command += [*this.paths, *arguments]
        # The node that tests see is theirs: never the one a person keeps in ./node.
        environment = {**os.environ, "COMITY_HOME": str(Path(folder) / "node"), **dict(this.environment)}
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        outcome = counted(this.name, report, time.monotonic() - started)
    if status != 0 and not outcome.failed:  # collection broke, or nothing was collected
        return Outcome(this.name, outcome.seconds, outcome.passed, 1, outcome.skipped)
    return outcome


def counted(name: str, report: Path, seconds: float) -> Outcome:
    """The numbers of a JUnit report; all nought when pytest died before writing one."""
    if not report.exists():
        return Outcome(name, seconds, 0, 0, ())
    cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 - written by pytest a moment ago
    failed = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
    skipped = tuple(
        f"{case.get('classname')}::{case.get('name')}" for case in cases if case.find("skipped") is not None
    )
    return Outcome(name, seconds, len(cases) - failed - len(skipped), failed, skipped)


def main(arguments: list[str]) -> int:
    """Run every round that can be run; 0 when all passed and nothing required was absent."""
    rounds = [Round("SQLite", f"{SLOW} and not browser and not postgresql")]
    left_out = []
    if reason := why_no_postgres():
        left_out.append(f"PostgreSQL: {reason}")
    else:
        elsewhere = (("COMITY_DATABASE_URL", POSTGRES),)
        rounds.append(
            # What cannot reach a database said on SQLite all that it has to say.
            Round("PostgreSQL", f"{SLOW} and database and not sqlite", ("src", "tests/durability"), elsewhere)
        )
    if reason := why_no_browser():
        left_out.append(f"browser: {reason}")
    else:
        rounds.append(Round("browser", f"{SLOW} and browser", ("tests/browser",)))

    workers = os.environ.get("COMITY_TEST_WORKERS", str(min(os.cpu_count() or 1, 4)))
    outcomes = [run(this, arguments, workers) for this in rounds]

    print("\n── together " + "─" * 91)
    for outcome in outcomes:
        print(outcome)
    skipped = [f"{outcome.name}: {case}" for outcome in outcomes for case in outcome.skipped]
    for case in skipped:
        print(f"skipped      {case}")
    for what in left_out:
        print(f"LEFT OUT     {what}")
    if REQUIRED and (left_out or skipped):
        print("Everything was required: what was left out or skipped counts as failed.")
    failed = sum(outcome.failed for outcome in outcomes) + (len(left_out) + len(skipped) if REQUIRED else 0)
    total = f"{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed"
    results = ROOT / "test-results"
    results.mkdir(exist_ok=True)
    (results / "summary.txt").write_text("".join(f"{line}\n" for line in (*outcomes, total)))
    print(total)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
