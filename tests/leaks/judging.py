"""Judging what one reader is answered: canaries, what is unlike nothing, dead ends, pages unlike their twins."""

from collections.abc import Iterable, Mapping

from tests.leaks.asks import Ask
from tests.leaks.crawl import Answer, Crawl, differing, followed
from tests.leaks.twin import twin

OK, OFFERED = 200, 399


def answers(crawl: Crawl, asked: Iterable[Ask]) -> tuple[dict[Ask, Answer], list[str]]:
    """What was answered, and what is wrong with any answer by itself."""
    given: dict[Ask, Answer] = {}
    found: list[str] = []
    for ask in asked:
        given[ask] = crawl.answer(ask)
        found += crawl.problems(ask, given[ask])
    return given, found


def offered(crawl: Crawl, given: Mapping[Ask, Answer]) -> list[Ask]:
    """The requests that pages offer besides those that were asked."""
    known = {ask.address for ask in given}
    pages = (answer for ask, answer in given.items() if answer.status == OK and ask.method == "GET")
    links = {address for page in pages for address in crawl.links(page)}
    return [followed(address) for address in sorted(links - known)]


def dead_ends(crawl: Crawl, asked: Iterable[Ask]) -> list[str]:
    """What is wrong behind the links that pages offer: they lead to nothing that their reader may not see.

    A figure that is shown may have no page: its indicator is hidden, and by itself it tells nothing.
    """
    given, found = answers(crawl, asked)
    shown = [one.slug for one in crawl.data.planted if one.is_read_by(crawl.reader.reads)]
    dead = {ask: answer.status for ask, answer in given.items() if answer.status > OFFERED}
    refused = [(ask, status) for ask, status in dead.items() if not any(slug in ask.path for slug in shown)]
    return found + [f"{crawl.reader}: a page offers {ask}, which answers {status}" for ask, status in refused]


def unlike_their_twins(crawl: Crawl, given: Mapping[Ask, Answer]) -> list[str]:
    """The pages that change when what is hidden from their reader is taken out of the node."""
    reads = crawl.reader.reads
    before = {ask: answer for ask, answer in given.items() if ask.names is None or ask.names.is_read_by(reads)}
    with twin(crawl.data, crawl.reader):
        after = {ask: crawl.answer(ask) for ask in before}
    return [
        f"{crawl.reader}: {ask} without what is hidden: {differing(answer, after[ask])}"
        for ask, answer in before.items()
        if answer != after[ask]
    ]
