"""A small programme made from a seed number: every kind of figure that the system knows, and nothing real.

The same seed, day and size give the same entries on every machine; another seed gives other figures that show the
same things. States hold as of `until`: what is on track on that day is on track for every seed.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from comity.config.synthetic import frame, inclusion, money, networks, outlook, plans, schools, supply, talk
from comity.config.synthetic.book import LABEL, Book, in_order, words
from comity.config.synthetic.quarters import Quarters
from comity.records.datafile import BadDataFile, DataDirectory, assembled

NAME = "synthetic"


def generate(seed: int, *, until: date, years: int = 3, places: int = 3) -> DataDirectory:
    """The programme as it would be read from data files, told until the day `until`.

    `years` (at least 2) is how long it has been measured, `places` (at least 2) in how many places: its size grows
    with both. It has no parties of its own: it belongs to those that this node calls "nmi" and "iraq".
    """
    if years < 2 or places < 2:
        raise ValueError("years and places are at least 2")
    book = Book(seed, Quarters(until, years), tuple(f"ZZ{number:02}" for number in range(1, places + 1)))
    for part in (frame, plans, supply, schools, money, networks, inclusion, outlook, talk):
        part.write(book)
    return assembled(NAME, about(seed), (), in_order(book.entries))


def load(folder: Path) -> DataDirectory:
    """The programme that `import.toml` in `folder` asks for: its seed number, day and size under `generate`.

    Raises BadDataFile.
    """
    path = folder / "import.toml"
    try:
        asked = tomllib.loads(path.read_text(encoding="utf-8"))
        wanted = asked["generate"]
        seed, until, size = int(wanted["seed"]), date.fromisoformat(str(wanted["until"])), wanted["size"]
        made = generate(seed, until=until, years=int(size["years"]), places=int(size["places"]))
    except KeyError as error:
        raise BadDataFile(file=path.name, reason=f"{error.args[0]} is missing") from error
    except (OSError, TypeError, ValueError) as error:
        raise BadDataFile(file=path.name, reason=str(error)) from error
    return assembled(str(asked.get("name", NAME)), asked, (), made.entries)


def about(seed: int) -> Mapping[str, Any]:
    """What `import.toml` says of a programme made from `seed`."""
    return {
        "name": NAME,
        "title": words("Synthetic programme", "برنامج اصطناعي"),
        "notice": words(
            f"Synthetic: generated from seed number {seed}; no real figure, no real event.",
            f"اصطناعي: وُلّد من رقم البذرة {seed}، وليس فيه رقم حقيقي ولا حدث حقيقي.",
        ),
        "order": [],
        "label": {LABEL: {"policy": "SYNTHETIC", "classification": "UNCLASSIFIED", "releasable_to": ["nmi", "iraq"]}},
    }
