"""What an XLSX is before anybody opens it: a ZIP of XML that may be a bomb. Every part is bounded before it is parsed.

Each XML part runs once through a parser that builds nothing and stops at the first thing too much: a definition (XML
bombs need one), a text longer than a cell may be, a row or column beyond the limit, an element too deep, a tag that
never ends. Only what has passed is given to the library that understands it. Sizes are those that the ZIP declares:
Python's `zipfile` never unpacks more than that.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from comity.records.sheets import refusals as r

_CHUNK = 65_536
_LONGEST_TAG = 1_000_000  # bytes that the parser may hold back for one tag
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; counted from 1."""


@dataclass
class Seen:
    """What the guard noticed in one sheet that the library does not tell."""

    rows: int = 0  # that hold something, and columns: up to the last of them
    columns: int = 0
    merged: list[Area] = field(default_factory=list)
    formulas: int = 0
    uncounted: set[tuple[int, int]] = field(default_factory=set)  # formulas whose result was never saved


def inspect(data: bytes) -> dict[str, Seen]:
    """What each sheet of the workbook holds, by the name of its part.

    Raises:
        BadSheet: the file is not what it says, or too much of it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            _check_sizes(parts)
            return {part.filename: _scan(packed, part) for part in parts if part.filename.endswith((".xml", ".rels"))}
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, RuntimeError) as error:
        raise r.BadSheet from error  # RuntimeError: a part behind a password, or packed in an unknown way


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > r.MOST_PARTS or len({part.filename for part in parts}) < len(parts):
        raise r.BadSheet
    whole = sum(part.file_size for part in parts)
    if whole > r.MOST_UNPACKED:
        raise r.SheetTooLarge(size=whole // 1_000_000, most=r.MOST_UNPACKED // 1_000_000)
    for part in parts:
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise r.BadSheet
        most = r.MOST_OF_TEXTS if "sharedStrings" in part.filename else r.MOST_OF_A_PART
        if part.file_size > most and not _is_sheet(part.filename) and part.filename.endswith((".xml", ".rels")):
            raise r.SheetTooLarge(size=part.file_size // 1_000_000, most=most // 1_000_000)


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/")


def _scan(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> Seen:
    """Run one part through the parser in small pieces, so that nothing of it is ever whole in memory."""
    scanner = _Scanner(in_sheet=_is_sheet(part.filename))
    parser = scanner.parser
    fed = 0
    with packed.open(part) as stream:
        while piece := stream.read(_CHUNK):
            fed += len(piece)
            parser.Parse(piece, False)
            if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                raise r.CellTooLong(row=scanner.row, most=r.MOST_CHARACTERS)
        parser.Parse(b"", True)
    return scanner.seen


class _Scanner:
    """The parser's handlers; counts, and keeps no text."""

    def __init__(self, *, in_sheet: bool) -> None:
        self.seen = Seen()
        self.row = self.column = self._depth = self._length = 0
        self._formula = self._result = False
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._definition
        parser.EntityDeclHandler = self._definition
        parser.CharacterDataHandler = self._text
        parser.StartElementHandler = self._cell_start if in_sheet else self._start
        parser.EndElementHandler = self._end

    def _definition(self, *_: Any) -> None:
        raise r.HoldsADefinition

    def _text(self, text: str) -> None:
        self._length += len(text)
        if self._length > r.MOST_CHARACTERS:
            raise r.CellTooLong(row=self.row, most=r.MOST_CHARACTERS)

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > r.MOST_DEPTH:
            raise r.BadSheet
        if name not in ("r", "t", "rPr"):  # runs of one text are one text
            self._length = 0

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _cell_start(self, name: str, attributes: dict[str, str]) -> None:
        self._start(name, attributes)
        name = name.rpartition(":")[2]
        if name == "row":
            self._next_row(attributes.get("r", ""))
        elif name == "c":
            self._next_cell(attributes.get("r", ""))
        elif name in ("v", "is"):
            self._value()
        elif name == "f":
            self._value()
            self._formula = True
            self.seen.formulas += 1
            self.seen.uncounted.add((self.row, self.column))
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _next_row(self, said: str) -> None:
        self.row = int(said[:7]) if said.isdecimal() else self.row + 1
        self.column = 0

    def _next_cell(self, said: str) -> None:
        found = _REFERENCE.fullmatch(said)
        self.column = column_number(found[1]) if found else self.column + 1
        self._formula = False

    def _value(self) -> None:
        """A cell that is not empty: only those count, for programs write styled empty ones to the edge of the sheet."""
        if self.row > r.MOST_ROWS + r.HEADINGS:
            raise r.TooManyRows(most=r.MOST_ROWS)
        if self.column > r.MOST_COLUMNS:
            raise r.TooManyColumns(row=self.row, most=r.MOST_COLUMNS)
        self.seen.rows, self.seen.columns = max(self.seen.rows, self.row), max(self.seen.columns, self.column)
        if self._formula:
            self.seen.uncounted.discard((self.row, self.column))

    def _merge(self, said: str) -> None:
        first, _, last = said.partition(":")
        ends = [_REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last or first)]
        if len(self.seen.merged) >= r.MOST_MERGED:
            raise r.TooManyMerged(most=r.MOST_MERGED)
        if ends[0] and ends[1]:
            (left, top), (right, bottom) = ((column_number(end[1]), int(end[2])) for end in ends if end)
            self.seen.merged.append((top, left, bottom, right))


def column_number(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 is A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
