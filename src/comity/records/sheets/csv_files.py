"""CSV as people's programs write it: four encodings, four separators, and formulas that are never more than text."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from comity.records.sheets import refusals as r

ARABIC, WESTERN = "windows-1256", "windows-1252"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, ""),  # begins like UTF-16
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = ",;\t|"
_SAMPLE_LINES = 30
_SAID = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)  # what Excel writes to tell itself
_ARABIC_WORD = re.compile("[\u0621-\u064a]{2,}")
FORMULA = re.compile(r"\s*(=|@|[+\-](?![\s\d.,٠-٩۰-۹٫]))")
"""How a text begins that a spreadsheet program would run."""


def csv_rows(data: bytes, noticed: dict[str, int]) -> tuple[Iterator[list[str]], str]:
    """The rows, and the encoding that was taken where the bytes do not tell it ("" where they do).

    Raises:
        EncodingUnknown: no text.
    """
    text, guessed = _decoded(data)
    if "\x00" in text:
        raise r.EncodingUnknown
    said = _SAID.match(text)
    body = text[said.end() :] if said else text
    return _rows(body, said[1] if said else _separator(body), noticed), guessed


def _decoded(data: bytes) -> tuple[str, str]:
    try:
        for mark, encoding in _BOMS:
            if data.startswith(mark):
                if not encoding:
                    raise r.EncodingUnknown
                return data.decode(encoding), ""
        return data.decode(), ""
    except UnicodeDecodeError as error:
        if data.startswith(tuple(mark for mark, _ in _BOMS)):
            raise r.EncodingUnknown from error
    # Windows-1256 gives every byte a character of its own, so nothing is lost if it was the other (see `reread`).
    text = data.decode(ARABIC)
    return text, ARABIC if _looks_arabic(text) else WESTERN


def _looks_arabic(text: str) -> bool:
    """Whether most letters beyond ASCII stand in Arabic words, as they hardly would if they were French."""
    beyond = sum(not character.isascii() for character in text)
    return sum(len(word) for word in _ARABIC_WORD.findall(text)) * 2 > beyond


def reread(text: str, encoding: str) -> str:
    """A text that was taken for Windows-1256, as `encoding` reads its bytes."""
    if encoding == ARABIC or text.isascii():
        return text
    return text.encode(ARABIC, "replace").decode(encoding, "replace")


def _separator(text: str) -> str:
    """The separator that divides the first lines into most columns, and evenly; a comma where none does."""
    sample = "".join(text[:200_000].splitlines(keepends=True)[:_SAMPLE_LINES])

    def columns(separator: str) -> tuple[float, int]:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if row]
        except csv.Error:
            return 0, 0
        if not widths or max(widths) < 2:
            return 0, 0
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        return (0 if usual < 2 else widths.count(usual) / len(widths)), usual

    return max(_SEPARATORS, key=columns)


def _rows(text: str, separator: str, noticed: dict[str, int]) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            runs = sum(1 for cell in cells if cell[:1] in "=@+-" and FORMULA.match(cell))
            if runs:
                noticed["formulas"] = noticed.get("formulas", 0) + runs
            yield cells
    except csv.Error as error:  # the library's own limit of 131,072 characters in a cell
        raise r.CellTooLong(row=reader.line_num, most=r.MOST_CHARACTERS) from error
