"""A synthetic partnership of any size: offices whose holders rotate, objectives, indicators and what was measured.

Everything in it comes from the seed number: the same seed, size and day give the same records on every machine. Its
figures are as figures are: some are missing, some late, some corrected, some get worse, and some are disputed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from comity.config.synthetic import offices, undertakings
from comity.config.synthetic.book import HOST, LABEL, MISSION, Book, in_order, words
from comity.config.synthetic.quarters import Quarters, month
from comity.records.datafile import BadDataFile, DataDirectory, assembled

SIZES = {"small": 1_000, "medium": 10_000, "large": 100_000}
MOST = 1_000_000  # records
UNTIL = date(2026, 11, 15)  # the last day it tells of; fixed, so that the same figures come again
_YEARS = 3
_RECORDS_A_PLACE = 2_500  # a larger partnership measures in more places
_MOST_PLACES = 18


def generate(seed: int, *, size: int, until: date = UNTIL) -> DataDirectory:
    """At least `size` records, and fewer than one undertaking more (about 160 in the smallest, 1,900 in the largest).

    Raises BadDataFile: a size that is none.
    """
    if not 1 <= size <= MOST:
        raise BadDataFile(file="synthetic", reason=f"the size is a number of records from 1 to {MOST:,}")
    places = max(1, min(_MOST_PLACES, size // _RECORDS_A_PLACE))
    book = Book(seed, Quarters(until, _YEARS), tuple(f"ZZ{number:02}" for number in range(1, places + 1)))
    _mandate(book)
    offices.heads(book)
    number = 0
    while len(book.written) < size:
        number += 1
        offices.directorate(book, number)
        undertakings.write(book, number)
    return assembled(f"synthetic-{seed}-{size}", about(seed), PARTIES, in_order(book.entries))


PARTIES: tuple[Mapping[str, Any], ...] = (
    {"key": HOST, "nature": "host", "name": words("Host nation (synthetic)", "الدولة المضيفة (كيان اصطناعي)")},
    {
        "key": MISSION,
        "nature": "mission",
        "name": words("Advisory mission (synthetic)", "البعثة الاستشارية (كيان اصطناعي)"),
    },
)


def is_synthetic(name: str) -> bool:
    """Whether a party of this English name is one of a synthetic partnership."""
    return name.endswith("(synthetic)")


def about(seed: int) -> Mapping[str, Any]:
    """What is said of the whole partnership."""
    return {
        "title": words("Synthetic partnership", "شراكة اصطناعية"),
        "notice": words(
            f"Synthetic: generated from seed number {seed}; no real figure, event or person.",
            f"اصطناعي: وُلّد من رقم البذرة {seed}، وليس فيه رقم ولا حدث ولا شخص حقيقي.",
        ),
        "label": {LABEL: {"policy": "SYNTHETIC", "classification": "UNCLASSIFIED", "releasable_to": [MISSION, HOST]}},
    }


def _mandate(book: Book) -> None:
    years = book.days.years
    advice = words("The mission advises the ministry.", "تقدم البعثة المشورة إلى الوزارة.")
    book.add(
        "programme.mandate",
        "mandate",
        HOST,
        title=words("Synthetic partnership", "شراكة اصطناعية"),
        purpose=words(
            "To show a partnership of this size, on data that a program made.",
            "عرض شراكة بهذا الحجم ببيانات ولّدها برنامج حاسوبي.",
        ),
        clauses=[{"key": "advice", "text": advice}],
        areas=list(undertakings.AREAS),
        institutions=["org.ministry"],
        begins=month(years[0].start),
        review=month(years[-1].end),
        ends=month(book.days.year(len(years) + 3).end),
    )
