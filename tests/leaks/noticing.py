"""Whether the crawl notices a mutant: only what comes by the mutated function is asked again.

While the whole product is crawled once, a profile says which of the functions that can be mutated each request runs.
A mutant is then asked just the requests that run it, and is noticed with the first answer that is wrong: a canary,
something unlike nothing, or a page unlike its twin.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from types import CodeType
from typing import Any

from comity.labels import queries
from tests.leaks import asks
from tests.leaks.asks import Ask
from tests.leaks.crawl import Answer, Crawl
from tests.leaks.dataset import Dataset
from tests.leaks.markings import Reader
from tests.leaks.mutants import Mutant, function_of, in_place
from tests.leaks.scratch import scratch
from tests.leaks.sendings import sendings
from tests.leaks.twin import take_out_hidden


class Trials:
    """Every request of some readers with its right answer, by the functions that it runs."""

    def __init__(self, data: Dataset, readers: Iterable[Reader], several: Iterable[Mutant], share: int) -> None:
        self.running: Mapping[CodeType, list[tuple[Crawl, Ask]]] = defaultdict(list)
        self.right: dict[tuple[Crawl, Ask], Answer] = {}
        wanted = {function_of(mutant).__code__ for mutant in several}
        for turn, reader in enumerate(readers):
            crawl = Crawl(data, reader)
            for ask in asks.one_of_each([*asks.every(data), *sendings(crawl)], turn, share):
                self.right[crawl, ask], ran = _watched(lambda: crawl.answer(ask), wanted)  # noqa: B023
                for code in ran:
                    self.running[code].append((crawl, ask))

    def noticed(self, *several: Mutant, most: int = 10_000) -> str | None:
        """What is wrong once these mutants stand together; None where nothing is."""
        asked = dict.fromkeys(one for mutant in several for one in self.running[function_of(mutant).__code__])
        with in_place(*several):
            queries._readable.cache_clear()
            try:
                for crawl, ask in _spread(list(asked))[:most]:
                    if wrong := self._wrong(crawl, ask):
                        return wrong
            finally:
                queries._readable.cache_clear()
        return None

    def _wrong(self, crawl: Crawl, ask: Ask) -> str | None:
        crawl.forget()
        answer = crawl.answer(ask)
        if wrong := next(crawl.problems(ask, answer), None):
            return wrong
        is_hidden = ask.names is not None and not ask.names.is_read_by(crawl.reader.reads)
        if is_hidden or answer == self.right[crawl, ask]:
            return None
        with scratch():
            take_out_hidden(crawl.data, crawl.reader)
            bare = crawl.answer(ask)
        return f"{crawl.reader}: {ask} is unlike its twin" if bare != answer else None


def _spread(asked: list[tuple[Crawl, Ask]]) -> list[tuple[Crawl, Ask]]:
    """The same, unlike ones first: of every page one, then of every page another."""
    seen: dict[str, int] = defaultdict(int)
    order = []
    for one in asked:
        key = f"{one[1].method} {one[1].pattern}"
        order.append((seen[key], one))
        seen[key] += 1
    return [one for _turn, one in sorted(order, key=lambda pair: pair[0])]


def _watched(action: Callable[[], Any], wanted: set[CodeType]) -> tuple[Any, set[CodeType]]:
    """What an action gives, and which of the functions it ran."""
    ran: set[CodeType] = set()

    def watch(frame: Any, event: str, _given: Any) -> None:
        if event == "call" and frame.f_code in wanted:
            ran.add(frame.f_code)

    sys.setprofile(watch)
    try:
        return action(), ran
    finally:
        sys.setprofile(None)
