"""CSV as spreadsheets read it (RFC 4180): UTF-8 with a byte-order mark, without which Excel misreads Arabic."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import IO

from comity.shell.safe_cells import is_command, plain_number, text
from comity.shell.values import Bare


def write(
    heading: Sequence[tuple[str, str]],
    columns: Sequence[str],
    lines: Iterable[Sequence[Bare]],
    *,
    marking: str,  # noqa: ARG001  (stands in the heading; a CSV has no printed page)
) -> IO[bytes]:
    """The file, at its beginning: the heading, an empty line, the names of the columns, the lines."""
    above: list[Sequence[Bare]] = [*([words] if not said else [words, said] for words, said in heading), [], columns]
    file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by the answer that sends it)
    file.write("\ufeff".encode())
    file.writelines(_row(cells).encode() for cells in chain(above, lines))
    file.seek(0)
    return file


def _row(cells: Sequence[Bare]) -> str:
    return ",".join(map(_cell, cells)) + "\r\n"


def _cell(value: Bare) -> str:
    """Texts in quotation marks; one that looks like a formula behind an apostrophe. Numbers and dates stand bare."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return plain_number(value)
    shown = text(value)
    quoted = shown.replace('"', '""')
    return f'"\'{quoted}"' if is_command(shown) else f'"{quoted}"'
