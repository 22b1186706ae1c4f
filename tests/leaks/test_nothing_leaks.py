"""Nobody meets what is hidden from them: not in a page, a file, a count, an order, a refusal, or the lack of one.

Each low reader asks the node everything (`asks`, `sendings`) and

- no canary of a hidden record is in any answer, however it is packed or spelt;
- what is hidden is answered exactly as what does not exist;
- once everything hidden is taken out of the node, every page is exactly what it was (`twin`).

Here one of each group of like requests is asked; `make soak` asks one of each in every role, another one each time
(`-k met_nowhere`, about a minute each), and then all of them, in both languages (`-k everybody`, some minutes each).
"""

import pytest

from comity.records.kinds import all_kinds
from tests.leaks import asks
from tests.leaks.crawl import Crawl
from tests.leaks.dataset import Dataset
from tests.leaks.judging import answers, dead_ends, offered, unlike_their_twins
from tests.leaks.markings import CLEARED, HIDING, LOW, QUICK, READING, ROLES, Reader
from tests.leaks.sendings import sendings
from tests.leaks.steps import steps

pytestmark = pytest.mark.django_db


def told(crawl: Crawl, addresses: int) -> None:
    """The counts, for whoever runs this with `-s`."""
    hidden = sum(1 for canary in crawl.data.canaries.planted.values() if canary.revision in crawl.hidden)
    said = f"{addresses} addresses, {crawl.asked} answers, {hidden} canaries in {len(crawl.hidden)} revisions"
    print(f"{crawl.reader}: {said}")  # noqa: T201


def judged(crawl: Crawl, turn: int, share: int) -> list[str]:
    """Everything that is wrong with what this reader is answered to one request of each group."""
    given, found = answers(crawl, asks.one_of_each(asks.every(crawl.data), turn, share))
    found += dead_ends(crawl, asks.one_of_each(offered(crawl, given), turn))
    sent, wrong = answers(crawl, asks.one_of_each([*sendings(crawl), *steps(crawl)], turn, share))
    found += wrong + (unlike_their_twins(crawl, given | sent) if crawl.reader.party else [])
    told(crawl, len(given))
    return found


@pytest.mark.parametrize(
    ("turn", "reader"),
    [
        pytest.param(turn, one, id=str(one), marks=() if one in QUICK else pytest.mark.soak)
        for turn, one in enumerate([*LOW, *ROLES])
    ],
)
def test_what_is_hidden_is_met_nowhere(data: Dataset, turn: int, reader: Reader):
    crawl = Crawl(data, reader, language=("en", "ar")[turn % 2])
    assert judged(crawl, turn, share=8 if reader in READING else 16) == []


def test_whoever_may_see_a_canary_finds_it(data: Dataset):
    """Otherwise a crawl would prove nothing: here every way of hiding shows what it hides, of every kind."""
    seen = set()
    for reader in CLEARED:
        crawl = Crawl(data, reader)
        pages = [
            ask
            for ask in asks.every(data)
            if (one := ask.names) is not None and ask.pattern == one.kind.page and one.way in HIDING
        ]
        assert answers(crawl, pages)[1] == []
        seen |= {(data.at[canary.revision][0].kind.code, data.at[canary.revision][0].way) for canary in crawl.seen}
    assert seen >= {(kind.code, way) for kind in all_kinds() for way in HIDING}


@pytest.mark.soak
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("reader", [*LOW, *ROLES], ids=str)
def test_everything_is_asked_by_everybody(data: Dataset, reader: Reader, language: str):
    crawl = Crawl(data, reader, language=language)
    given, found = answers(crawl, asks.every(data))
    sent, wrong = answers(crawl, [*sendings(crawl), *steps(crawl)])
    found += dead_ends(crawl, offered(crawl, given)) + wrong
    found += unlike_their_twins(crawl, given | sent) if reader.party else []
    told(crawl, len(given))
    assert found == []
