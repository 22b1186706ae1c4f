"""Bringing a directory of data into this node: its parties first, hosted here if they are new, then its records,
then what it tells of the texts they come from.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from comity.config import node, synthetic
from comity.parties.actions import found_party
from comity.parties.models import Party
from comity.records.datafile import BadDataFile, DataDirectory, read
from comity.records.filevalues import text_of_table
from comity.records.importing import Imported, import_directory
from comity.reports import actions as reports


def data_in(folder: Path) -> DataDirectory:
    """The data files of `folder`, or what its generator makes of its seed number."""
    data = read(folder)
    return synthetic.load(folder) if "generate" in data.about else data


def bring(
    data: DataDirectory, *, at: datetime, progress: Callable[[int, int], None] = lambda done, of: None
) -> Imported:
    """Found the parties that `data` names and this node does not know, and import its records.

    Raises:
        BadDataFile, ImportRefused: as `import_directory`. The parties stay.
        BadDataFile, Unreadable, NumberTaken: the account of its texts is not whole, or not this node's to keep.
    """
    reading = reports.read(data)
    known = set(Party.objects.values_list("handle", flat=True))
    for table in data.parties:
        if table["key"] not in known:
            name = text_of_table(table["name"])
            try:
                found_party(handle=table["key"], name=name, nature=table["nature"], home=node.home(), at=at)
            except ValueError as error:  # of a name that is no text, or a nature that is none
                raise BadDataFile(file=data.name, reason=f"the party {table['key']}: {error}") from error
    done = import_directory(data, at=at, progress=progress)
    if reading is not None:
        reports.keep(reading, data, at=at)
    return done
