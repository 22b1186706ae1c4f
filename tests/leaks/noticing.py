"""Whether the crawl notices a mutant: some request is answered otherwise than it may be.

A mutant is noticed with the first answer that is wrong: a canary, something unlike nothing, or a page unlike its twin.
What noticed it last is remembered in `noticed.json` and asked first. Only a mutant that this does not notice is looked
for everywhere: all is asked once while the product tells which functions each request runs, and then asked again of
whatever runs the mutated one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from comity.labels import queries
from tests.leaks import asks, mutants
from tests.leaks.asks import Ask
from tests.leaks.crawl import Crawl
from tests.leaks.dataset import Dataset
from tests.leaks.markings import ASKING
from tests.leaks.mutants import Mutant, in_place
from tests.leaks.naming import Names
from tests.leaks.probes import PROBES, Probe
from tests.leaks.sendings import Wanted, anything, sendings
from tests.leaks.steps import steps
from tests.leaks.twin import twin

RAN: set[str] = set()
"""The functions that were run since somebody emptied this; see `told`."""

Hint = tuple[str, str]
"""A reader and a request, by their names."""


@dataclass(frozen=True)
class Asking:
    """One request of one reader."""

    crawl: Crawl
    ask: Ask

    def answer(self) -> object:
        """What comes of it."""
        return self.crawl.answer(self.ask)

    def wrong(self) -> str | None:
        """What is wrong with that, the product being what it is now."""
        crawl, ask = self.crawl, self.ask
        crawl.forget()
        answer = crawl.answer(ask)
        if wrong := next(crawl.problems(ask, answer), None):
            return wrong
        if not crawl.reader.party or (ask.names is not None and not ask.names.is_read_by(crawl.reader.reads)):
            return None
        with twin(crawl.data, crawl.reader):
            bare = crawl.answer(ask)
        return f"{crawl.reader}: {ask} is unlike its twin" if bare != answer else None


@dataclass(frozen=True)
class Probing:
    """One probe."""

    data: Dataset
    probe: Probe

    def answer(self) -> object:
        """What comes of it."""
        return self.probe.answer(self.data)

    def wrong(self) -> str | None:
        """What is wrong with that."""
        came = self.answer()
        return None if came == self.probe.right else f"{self.probe.name}: {came}"


Trial = Asking | Probing


class Trials:
    """Everything that can be asked and done, of the product as it is and of its mutants."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.names = Names(data)
        self.crawls = {reader.name: Crawl(data, reader) for reader in ASKING}
        self.probes = {probe.name: Probing(data, probe) for probe in PROBES}

    def noticed(self, mutant: Mutant, hint: Hint | None, behind: Sequence[Mutant] = ()) -> Hint | None:
        """What notices the mutant; None where nothing does.

        Together with those `behind` it, it must let out more than they do by themselves.
        """
        for trial in self._likely(mutant, hint, behind):
            with product(mutant, *behind):
                is_wrong = trial.wrong()
                answer = trial.answer() if is_wrong and behind else None
            if is_wrong and (not behind or answer != self._without(behind, trial)):
                return self._hint(trial)
        return None

    def _without(self, behind: Sequence[Mutant], trial: Trial) -> object:
        with product(*behind):
            return trial.answer()

    def _likely(self, mutant: Mutant, hint: Hint | None, behind: Sequence[Mutant]) -> Iterator[Trial]:
        """What may notice it: the hint, what runs its function, and what would, were it not for those `behind`."""
        if hint is not None and (trial := self._hinted(hint)) is not None:
            yield trial
        own = self.running[mutant.place]
        yield from own
        pages = {_page(trial) for trial in own}
        for other in behind:
            yield from (trial for trial in self.running[other.place] if _page(trial) in pages)

    def _hint(self, trial: Trial) -> Hint:
        if isinstance(trial, Probing):
            return "", trial.probe.name
        return trial.crawl.reader.name, self.names.of(trial.ask)

    def _hinted(self, hint: Hint) -> Trial | None:
        reader, name = hint
        if not reader:
            return self.probes.get(name)
        if name in self._every:
            return Asking(self.crawls[reader], self._every[name])
        crawl = self.crawls[reader]
        for leads in (self.names.leads_to, self.names.is_like):  # a form may be sent to another address than its own
            for ask in self._sent(crawl, lambda form: leads(form, name)):  # noqa: B023
                if self.names.of(ask) == name:
                    return Asking(crawl, ask)
        return None

    @cached_property
    def _every(self) -> dict[str, Ask]:
        return {self.names.of(ask): ask for ask in asks.every(self.data)}

    def _sent(self, crawl: Crawl, wanted: Wanted = anything) -> Iterator[Ask]:
        yield from steps(crawl, wanted)
        yield from sendings(crawl, wanted)

    @cached_property
    def running(self) -> dict[str, list[Trial]]:
        """Every probe, and every request that is one of its group, by the functions that it runs."""
        several: list[Trial] = list(self.probes.values())
        for turn, crawl in enumerate(self.crawls.values()):
            chosen = asks.one_of_each([*self._every.values(), *self._sent(crawl)], turn)
            several += [Asking(crawl, ask) for ask in chosen]
        found: dict[str, list[Trial]] = defaultdict(list)
        with told(mutants.mutants()):
            for trial in several:
                RAN.clear()
                queries._readable.cache_clear()
                trial.answer()
                for function in RAN:
                    found[function].append(trial)
        return defaultdict(list, {function: _spread(several) for function, several in found.items()})


@contextmanager
def product(*several: Mutant) -> Iterator[None]:
    """Let the product be these mutants, with nothing in mind that another one said."""
    with in_place(*several):
        queries._readable.cache_clear()
        try:
            yield
        finally:
            queries._readable.cache_clear()


@contextmanager
def told(several: Iterable[Mutant]) -> Iterator[None]:
    """Let each function that can be mutated say in `RAN` that it is run."""
    by_place = {mutant.place: mutant for mutant in several}
    tell = "__import__('tests.leaks.noticing', fromlist=['RAN']).RAN.add({!r})"
    with in_place(*(mutants.said_by(mutant, tell.format(place)) for place, mutant in by_place.items())):
        yield


def _page(trial: Trial) -> str:
    return trial.probe.name if isinstance(trial, Probing) else f"{trial.ask.method} {trial.ask.pattern}"


def _spread(several: list[Trial]) -> list[Trial]:
    """The same, unlike ones first: of every page one for each reader, then of every page another."""
    seen: dict[str, int] = defaultdict(int)
    order: list[tuple[int, Trial]] = []
    for one in several:
        key = _page(one) if isinstance(one, Probing) else f"{one.crawl.reader} {_page(one)}"
        order.append((seen[key], one))
        seen[key] += 1
    return [one for _turn, one in sorted(order, key=lambda pair: pair[0])]
