"""What a request is called, whatever ids this run has given out: so that a later run finds it again."""

import re
from collections.abc import Iterator

from tests.leaks.asks import Ask
from tests.leaks.dataset import Dataset, Planted

_OTHERS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Names:
    """Names of the requests over one dataset: ids in addresses are told by what they are the ids of."""

    def __init__(self, data: Dataset) -> None:
        self._named = {one.slug: called(one) for one in data.planted}
        for what, several in data.beside.items():
            self._named |= {key: f"{what} {place}" for place, key in enumerate(several)}
        self._channels = data.beside["channel"]

    def of(self, ask: Ask) -> str:
        """Method, address, what it is about and what it is like; two that share a name are asked alike."""
        about = f" about {called(ask.names)}" if ask.names else ""
        return " ".join(self._bare(f"{ask.method} {ask.address} {ask.like}").split()) + about

    def leads_to(self, form: Ask, name: str) -> bool:
        """Whether the request of that name sends this form."""
        return name.split(" ", 1)[1].startswith(self._bare(form.address))

    def is_like(self, form: Ask, name: str) -> bool:
        """Whether the request of that name sends a form of the same page, about a record of the same kind."""
        return _without_ways(name.split(" ", 1)[1]).startswith(_without_ways(self._bare(form.address)))

    def _bare(self, text: str) -> str:
        for channel in self._channels:
            text = text.replace(channel, "{" + self._named[channel] + "}")
        for slug in set(_slugs(text)):
            text = text.replace(slug, "{" + self._named.get(slug, "none") + "}")
        return _OTHERS.sub(lambda found: "{" + self._named.get(found[0], "none") + "}", text)


def called(one: Planted) -> str:
    """What a planted record is called: in one dataset no two are called so."""
    return f"{one.kind.code} {one.scene or one.way}"


def _without_ways(name: str) -> str:
    return re.sub(r"\{([a-z.]+)[^}]*\}", r"{\1}", name)


def _slugs(text: str) -> Iterator[str]:
    yield from re.findall(rf"[a-z2-7]{{8}}-{_OTHERS.pattern}", text)
