"""The hub's own process, which `comity hub serve` starts beside the message server. No Django."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from comity.config.hub.home import settings_of, warden_seed
from comity.config.hub.members import Roll
from comity.federation.hub.address import Place
from comity.federation.hub.serving import serve


def main(home: Path) -> int:
    """Answer for the hub in `home` until told to stop."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("nats").setLevel(logging.CRITICAL)
    settings = settings_of(home)
    # On the same machine: a certificate names the host that others know, and no byte leaves the machine.
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    authority = Path(settings.certificate).read_text() if settings.tls else ""

    async def run() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await serve(
            Place(here, settings.port, settings.tls, authority, local=True),
            warden_seed(home),
            Roll(home),
            store=home / "store",
            most_bytes=settings.most_bytes,
            days=settings.days,
            stop=stop,
        )

    asyncio.run(run())
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(os.environ["COMITY_HOME"])))
