"""Two nodes, each a process with a directory, a database and keys of its own, joined, with a channel between them."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from comity.config.tests.nodes import blank
from tests.browser.node import comity, environment
from tests.durability.server import Server, Wrapper

PATIENCE = 60.0
MORE = {"COMITY_PRIVATE_PEERS": "127.0.0.0/8", "DJANGO_SETTINGS_MODULE": "comity.config.settings"}
NOTHING_STRANGE = [0, 0, "None", []]
CLOCK = Path(__file__).parent / "clock"


class Side:
    """One node, served, and a process inside it that answers questions."""

    def __init__(self, home: Path, *, under: Wrapper = list, **more: str) -> None:
        self.home = home
        self._clock = home.parent / f"{home.name}.clock"
        self.set_clock(0)
        path = os.pathsep.join(filter(None, (str(CLOCK), os.environ.get("PYTHONPATH"))))
        self.more = {**MORE, "COMITY_TEST_CLOCK": str(self._clock), "PYTHONPATH": path, **more}
        self.server = Server(home, workers=1, more=self.more, under=under)
        self._inside: subprocess.Popen[str] | None = None

    def ask(self, what: str, *arguments: Any) -> Any:
        if self._inside is None:
            self._inside = subprocess.Popen(
                [*self._into(), sys.executable, "-m", "tests.exchange.inside"],
                env={**environment(self.home), **self.more},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._inside.stdin is not None
        assert self._inside.stdout is not None
        self._inside.stdin.write(json.dumps([what, *arguments]) + "\n")
        self._inside.stdin.flush()
        answer = self._inside.stdout.readline()
        assert answer, f"asking {what} ended the process"
        return json.loads(answer)

    def _into(self) -> list[str]:
        """What runs a command where the node sees its directory, if that is a disk of its own."""
        if self.server.under is list:
            return []
        return ["nsenter", "--mount", f"--target={self.server.process.pid}", f"--wd={Path.cwd()}"]

    def set_clock(self, seconds: float) -> None:
        """Let the node's clock be so many seconds fast."""
        partial = self._clock.with_suffix(".partial")
        partial.write_text(str(seconds))
        partial.replace(self._clock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def close(self) -> None:
        self.leave()
        if self.server.starts and self.server.is_running():
            self.server.stop()

    def leave(self) -> None:
        """End the process that answers questions."""
        if self._inside is not None:
            assert self._inside.stdin is not None
            assert self._inside.stdout is not None
            self._inside.stdin.close()
            self._inside.wait(20)
            self._inside.stdout.close()
            self._inside = None

    def until(self, holds: Callable[[dict[str, Any]], bool], *, patience: float = PATIENCE) -> dict[str, Any]:
        """How far the node is once this holds of it."""
        give_up = time.monotonic() + patience
        while not holds(now := self.ask("progress")):
            assert time.monotonic() < give_up, now
            time.sleep(0.05)
        return dict(now)

    def until_heard(self, party: str, holds: Callable[[list[str]], bool]) -> list[str]:
        """Address and last error of a partner once this holds of them."""
        give_up = time.monotonic() + PATIENCE
        while not holds(peer := self.ask("heard", party)["peer"]):
            assert time.monotonic() < give_up, peer
            time.sleep(0.05)
        return list(peer)

    def has(self, *released: list[str], patience: float = PATIENCE) -> None:
        """The node has exactly this of its partner, each once, and shows it; and all agrees with its log."""
        wanted = sorted(record for some in released for record in some)
        self.until(lambda now: now["copies"] >= len(wanted), patience=patience)
        state = self.ask("state")
        assert state["copies"] == state["received"] == wanted
        assert set(wanted) <= set(state["found"])
        assert state["strange"] == NOTHING_STRANGE


def agree(one: Side, other: Side, *, patience: float = PATIENCE) -> list[Any]:
    """Wait until each has as much of every feed as the other, and the same of it; the heads."""
    give_up = time.monotonic() + patience
    while True:
        heads = [side.ask("progress")["heads"] for side in (one, other)]
        if heads[0] == heads[1]:
            return list(heads[0])
        assert time.monotonic() < give_up, heads
        time.sleep(0.1)


def make(folder: Path) -> None:
    """Two nodes that have not heard of each other; made once and copied."""
    for name, nature in (("mission", "mission"), ("host", "host")):
        home = folder / name
        done = comity(blank(home), "found", name, "--nature", nature, "--en", name.title())
        assert done.returncode == 0, done.stderr


@contextmanager
def pair(made: Path, folder: Path) -> Iterator[tuple[Side, Side]]:
    """Copies of the two, not yet started."""
    with ExitStack() as stack:
        sides = []
        for name in ("mission", "host"):
            side = Side(Path(shutil.copytree(made / name, folder / name)))
            stack.callback(side.close)
            sides.append(side)
        yield sides[0], sides[1]


def join(one: Side, other: Side, *, url_of_one: str, url_of_other: str, unreached: str = "outbound_only") -> str:
    """Let each take the other for a partner, at these addresses ("" where it cannot be called), and found a channel."""
    for side, partner, url in ((one, other, url_of_other), (other, one, url_of_one)):
        side.ask("confirm", partner.ask("manifest"), url, "both" if url else unreached)
    return str(one.ask("found_channel", other.ask("manifest")["party"]))
