"""`comity bench hub`: what a channel of many members costs its sender, when they meet at a hub.

The sender is a node as it always is, and the hub the one that `comity hub serve` keeps. The other members are keys:
they are in the channel and let in at the hub, and nobody fetches. Each frame carries one record of about 2 KB, which
is marked for as many parties in each channel, so that the marking does not count.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

_STARTS_WITHIN = 30.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one sender: CPU in milliseconds, sizes in bytes, of what its members get first and of a frame after it."""

    members: int
    keyset_cpu: float
    keyset_bytes: int
    notice_bytes: int
    frame_cpu: float
    frame_bytes: float


def run(asked: Namespace) -> int:
    """Measure, and print a table."""
    table = Table(title=f"A channel through a hub, {asked.frames} frames of one record")
    for heading in (
        "members", "first: CPU ms", "keyset, bytes", "notice, bytes", "each frame: CPU ms", "bytes to the hub",
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    for members in asked.members:
        cost = _once(members, max(asked.members), asked.frames)
        table.add_row(
            str(cost.members), f"{cost.keyset_cpu:.1f}", f"{cost.keyset_bytes:,}", f"{cost.notice_bytes:,}",
            f"{cost.frame_cpu:.2f}", f"{cost.frame_bytes:,.0f}",
        )  # fmt: skip
    Console(highlight=False).print(table)
    return 0


def _once(members: int, parties: int, frames: int) -> Cost:
    """One sender and one hub, in processes and directories of their own, which are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
        environment = {
            **os.environ,
            "COMITY_HOME": f"{folder}/node",
            "DJANGO_SETTINGS_MODULE": "comity.config.settings",
        }
        environment.pop("COMITY_DATABASE_URL", None)  # never a database that somebody uses
        done = subprocess.run(
            [sys.executable, "-m", "comity.config.bench.hub", str(members), str(parties), str(frames), f"{folder}/hub"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Cost(**told)


def _measure(members: int, parties: int, frames: int, home: Path) -> Cost:
    from comity.config.bench import inside
    from comity.federation.hub import keeping, nkeys
    from comity.federation.hub.address import Place
    from comity.federation.hub.line import Line
    from comity.federation.hub.link import HubLink
    from comity.federation.models import Hub
    from comity.federation.sync.emit import emit
    from comity.kernel.clock import now
    from comity.parties.models import Party

    node = Path(os.environ["COMITY_HOME"])
    sender, channel = _party("sender", node), ""
    others = [_party(f"member-{number}", home.parent / "elsewhere") for number in range(1, parties)]
    Party.objects.exclude(pk=sender.pk).update(hosted=False)
    others = others[: members - 1]
    channel = _channel(others)
    port = _free_port()
    serving = subprocess.Popen(
        [sys.executable, "-m", "comity.config.command", "--home", str(home), "hub", "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    seed = keeping.made_in(node)
    line = _Counted(Line(Place("127.0.0.1", port, tls=False), seed))
    try:
        _wait_for(home / "nats.pid")
        _let_in(home, sender, node, nkeys.public_of(seed))
        for number, other in enumerate(others):
            _let_in(home, other, home.parent / "elsewhere", nkeys.public_of(number.to_bytes(32, "big")))
        link = HubLink(Hub.objects.create(url=f"nats://127.0.0.1:{port}", since=now()), line)
        _patiently(link.exchange)

        def say() -> None:
            while emit(party=sender, channel=channel, at=now()):
                link.push()

        records = [inside.enter(1, f"{number}")[0] for number in range(frames + 1)]
        inside.release(channel, records[0])
        first = _cpu(say)
        notice = line.sent["notice"]
        keyset = _keyset_bytes()
        line.sent.clear()
        each = 0.0
        for record in records[1:]:
            inside.release(channel, record)
            each += _cpu(say)
        return Cost(members, 1000 * first, keyset, notice, 1000 * each / frames, line.sent["give"] / frames)
    finally:
        line.line.close()
        serving.terminate()
        serving.wait(30)


class _Counted:
    """A line that counts the bytes of what is asked."""

    def __init__(self, line: Any) -> None:
        self.line, self.sent = line, Counter[str]()

    def ask(self, verb: str, body: bytes) -> bytes:
        self.sent[verb] += len(body)
        answer: bytes = self.line.ask(verb, body)
        return answer

    def listen(self, told: Callable[[], None]) -> None:
        """As `Line`."""
        self.line.listen(told)

    def cut(self) -> None:
        """As `Line`."""
        self.line.cut()

    def close(self) -> None:
        """As `Line`."""
        self.line.close()


def _party(handle: str, home: Path) -> Any:
    from comity.kernel.clock import now
    from comity.parties.actions import found_party

    name = {"original": "en", "text": {"en": handle}}
    return found_party(handle=handle, name=name, nature="organisation", home=home, at=now())


def _channel(others: list[Any]) -> str:
    from comity.config.bench.inside import officer
    from comity.federation.channels.actions import found_channel
    from comity.kernel.clock import now
    from comity.kernel.ids import PartyId
    from comity.kernel.text import Text
    from comity.labels.scale import SYNTHETIC, Classification

    made = found_channel(
        name=Text.single("en", "Bench"),
        members=[PartyId(one.pk) for one in others],
        ceiling={SYNTHETIC: Classification.UNCLASSIFIED},
        kinds={"people.organisation/1"},
        actor=officer(),
        at=now(),
    )
    return str(made.pk)


def _let_in(home: Path, party: Any, keys: Path, key: str) -> None:
    """Take a party's statement at the hub, as its keeper does."""
    from comity.config.hub import keeping, members
    from comity.federation.hub import membership
    from comity.federation.joining.documents import Introduction
    from comity.federation.protocol.dsse import Key
    from comity.kernel.clock import now
    from comity.kernel.ids import PartyId
    from comity.parties import fingerprint
    from comity.parties.manifest import Purpose
    from comity.parties.queries import history_of
    from comity.parties.signing import public_key, sign

    owner = PartyId(party.pk)
    public = public_key(owner, "release")
    introduction = Introduction(owner, party.handle, tuple(history_of(owner)))
    expires = (now() + timedelta(days=1)).replace(microsecond=0)
    said = membership.sign(
        membership.Membership(introduction, key, expires),
        Key(public, lambda message: sign(owner, Purpose.RELEASE, message, keys, public=public)),
    )
    members.add(home, said, " ".join(fingerprint.words_of(owner, "en")), at=now())
    keeping.tell(home)


def _keyset_bytes() -> int:
    from comity.federation.models import Frame

    row = Frame.objects.filter(frame_class="keyset").latest("pk")
    return len(row.header) + len(row.content or b"")


def _cpu(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _wait_for(path: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.05)


def _patiently(work: Callable[[], Any]) -> None:
    """Until the warden is there, and has heard of the members."""
    from comity.federation.transport.client import Unreachable
    from comity.federation.transport.link import Refused

    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until:
        with suppress(Unreachable, Refused):
            work()
            return
        time.sleep(0.1)
    work()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """One run, told as JSON."""
    import django

    from comity.config import node

    node.write_secret(node.make_private(node.home()))
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    print(json.dumps(asdict(_measure(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))))


if __name__ == "__main__":
    main()
