"""Checking an inclusion proof by itself: no node, no database, no settings."""

import json
import sys
from pathlib import Path

from comity.audit.standalone import check


def check_proof(path: Path) -> int:
    """Say whether the proof in this file holds; returns the exit status."""
    try:
        proof = json.loads(path.read_text())
        holds = check(proof)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        print(f"This is no inclusion proof: {error!r}", file=sys.stderr)
        return 1
    if not holds:
        print("The proof does NOT hold.", file=sys.stderr)
        return 1
    print(
        f"The proof holds: entry {proof['index']} is in the log of {proof['size']} entries with root {proof['root']}."
    )
    return 0
