"""What may not stand in a file of the project, whatever its kind."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

MAX_LINES = 400

# Each with its reason. Spelled with a class of one letter, so that this file does not find itself.
WORDS = {
    r"\bT[O]DO\b|\bF[I]XME\b|\bX[X]X\b": "unfinished work belongs in an issue",
    r"\bNot[I]mplementedError\b": "what is not written is not called",
    r"py[p]i\.org|python[h]osted\.org|npm[j]s\.(org|com)|deb\.[d]ebian\.org": "whoever installs chooses the index",
    r"(?<![\w.~-])/(w[o]rk|r[o]ot|t[m]p)/\w": "a place on somebody's machine",
}

# Directions that mean something else on a page that reads from the right.
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)[\w-]*|left|right)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)


def files(root: Path) -> Iterator[Path]:
    """Every text file that git keeps, or would."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        path = root / name
        if path.is_file() and path.suffix not in {".png", ".mo", ".bundle"}:
            yield path


def forbidden_words(text: str) -> list[str]:
    """Each forbidden word in `text` with the reason it is."""
    return [f"{found[0]!r}: {reason}" for word, reason in WORDS.items() for found in re.finditer(word, text)]


def too_long(text: str) -> bool:
    """Whether a Python file has more than one subject, judged by its length."""
    return text.count("\n") > MAX_LINES


def physical_directions(stylesheet: str) -> list[str]:
    """Declarations that would not turn round on a page that reads from the right."""
    without_remarks = re.sub(r"/\*.*?\*/", "", stylesheet, flags=re.DOTALL)
    return PHYSICAL.findall(without_remarks)
