"""`comity signer`: the process that alone reads the private keys. It loads neither settings nor database."""

import logging
import os
import pwd
import sys

from comity.config import node
from comity.federation.signer import server


def keep(users: list[str]) -> int:
    """Answer on the node's socket until told to stop; returns the exit status. `users`: who may ask besides its own."""
    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(name)s %(message)s", level=os.environ.get("COMITY_LOG_LEVEL", "WARNING")
    )
    try:
        others = {pwd.getpwnam(name).pw_uid for name in users}
    except KeyError as error:
        print(f"There is no such system user: {error}", file=sys.stderr)
        return 2
    try:
        server.serve(node.home(), users={os.geteuid(), *others})
    except server.RunsAlready:
        print("A signer of this node runs already.", file=sys.stderr)
        return 1
    return 0
