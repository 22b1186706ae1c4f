"""Why a file, as a whole, is not taken; each says what is wrong and what to do. And how much a file may hold."""

from comity.kernel.errors import DomainError
from comity.kernel.text import N_

MOST_BYTES = 12_000_000  # of an uploaded file: what one request may carry
MOST_UNPACKED = 256_000_000  # of a whole XLSX, unpacked
MOST_OF_A_PART = 4_000_000  # of its small parts; sheets and the table of texts may have more
MOST_OF_TEXTS = 48_000_000  # of the table of texts, which is held in memory
MOST_PARTS = 1_000
MOST_DEPTH = 64
MOST_ROWS = 100_000
HEADINGS = 20  # rows above the first row of data, at most
MOST_COLUMNS = 100
MOST_CHARACTERS = 20_000  # of a cell; as many as a text of a form
MOST_MERGED = 10_000
MOST_DRAFTS = 20  # of one author at one time
MOST_PROBLEMS = 1_000  # rows that are named; a file with more of them is sent back as it is


class Typed:
    """What stands in a cell, as a fact of a refusal: shown as it was typed, never taken for a word of the interface."""

    def __init__(self, text: str, most: int = 40) -> None:
        self._text = text[:most]

    def __str__(self) -> str:
        return self._text


class BadSheet(DomainError):
    """The file cannot be read as a spreadsheet."""

    message = N_("This is no spreadsheet that can be read. Save it as XLSX or as CSV, and choose it again.")


class EmptySheet(BadSheet):
    """Nothing to import."""

    message = N_("The file holds no row below its headings.")


class OldFormat(BadSheet):
    """A workbook of before 2007, or one behind a password: both begin alike."""

    message = N_(
        "This is an old Excel workbook (XLS), or one with a password. Save it as XLSX without a password, or as CSV."
    )


class SheetTooLarge(BadSheet):
    """More bytes than a file may have, as it came or unpacked: what unpacks to much more than it shows is an attack."""

    message = N_("Unpacked, the file holds %(size)s MB; %(most)s MB is the most. Divide it into several files.")


class UploadTooLarge(BadSheet):
    """More bytes than one request may carry."""

    message = N_("The file has %(size)s MB; %(most)s MB is the most. Divide it into several files.")


class TooManyRows(BadSheet):
    """More rows than one import takes."""

    message = N_("The sheet has more than %(most)s rows. Divide it into several files.")


class TooManyColumns(BadSheet):
    """More columns than any kind has fields, by far."""

    message = N_("Row %(row)s has more than %(most)s columns. Leave out those that are not imported.")


class CellTooLong(BadSheet):
    """A cell that no record could hold; it was not read to its end."""

    message = N_("A cell near row %(row)s holds more than %(most)s characters. Shorten it.")


class HoldsADefinition(BadSheet):
    """A document type definition: no spreadsheet program writes one, XML bombs need one."""

    message = N_("The file holds definitions (DTD) that no spreadsheet program writes. It was not opened.")


class TooManyMerged(BadSheet):
    """More merged cells than anybody merges by hand."""

    message = N_("The sheet has more than %(most)s merged areas. Undo the merging, and choose it again.")


class EncodingUnknown(BadSheet):
    """Bytes that are no text in any way that is read here."""

    message = N_("This text is written in an encoding that is not read here. Save it as “CSV UTF-8”.")


class TooManyDrafts(BadSheet):
    """More files on their way than one person can look after."""

    message = N_("You have %(most)s files on their way. Import or discard one of them first.")
