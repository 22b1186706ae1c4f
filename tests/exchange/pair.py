"""Two nodes, each a process with a directory, a database and keys of its own, joined, with a channel between them."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.browser.node import comity, environment
from tests.durability.server import Server

PATIENCE = 60.0
MORE = {"COMITY_PRIVATE_PEERS": "127.0.0.0/8", "DJANGO_SETTINGS_MODULE": "comity.config.settings"}


class Side:
    """One node, served, and a process inside it that answers questions."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server = Server(home, workers=1, more=MORE)
        self._inside: subprocess.Popen[str] | None = None

    def ask(self, what: str, *arguments: Any) -> Any:
        if self._inside is None:
            self._inside = subprocess.Popen(
                [sys.executable, "-m", "tests.exchange.inside"],
                env={**environment(self.home), **MORE},
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

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def close(self) -> None:
        if self._inside is not None:
            assert self._inside.stdin is not None
            assert self._inside.stdout is not None
            self._inside.stdin.close()
            self._inside.wait(20)
            self._inside.stdout.close()
            self._inside = None
        if self.server.starts and self.server.is_running():
            self.server.stop()

    def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The state of the node once this holds of it."""
        give_up = time.monotonic() + PATIENCE
        while not holds(state := self.ask("state")):
            assert time.monotonic() < give_up, state
            time.sleep(0.1)
        return dict(state)


def make(folder: Path) -> None:
    """Two nodes that have not heard of each other; made once and copied."""
    for name, nature in (("mission", "mission"), ("host", "host")):
        home = folder / name
        for command in (("init",), ("found", name, "--nature", nature, "--en", name.title())):
            done = comity(home, *command)
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
