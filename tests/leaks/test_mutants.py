"""Every visibility check of the product is needed: with any one taken out, the crawl notices.

A check behind which another one holds is a second lock. It stands in `locks` with the others that hold behind it, and
is shown to hold by itself: with all of them out, more gets out than without it alone.
"""

import json
import os
from pathlib import Path

import pytest

from tests.leaks.dataset import Dataset
from tests.leaks.locks import SECOND
from tests.leaks.mutants import Mutant, mutants
from tests.leaks.noticing import Hint, Trials

NOTICED = Path(__file__).with_name("noticed.json")
"""Which request notices which mutant: asked first. Where it does not any more, all are asked, which takes minutes;
`COMITY_REMEMBER=1 make mutation` writes down what was found."""


def test_every_check_of_the_source_is_found():
    changes = {mutant.change.partition(" (")[0] for mutant in mutants()}
    assert changes == {
        "check removed",
        "every label",
        "every row",
        "not required",
        "purged too",
        "read or not",
        "shown or not",
    }


@pytest.mark.mutation
@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of files that a mutant left open
def test_no_check_can_be_taken_out_unnoticed(data: Dataset):
    trials, by_name = Trials(data), {mutant.name: mutant for mutant in mutants()}
    assert len(by_name) > 100  # fewer: they are looked for where they no longer are
    assert SECOND.keys() <= by_name.keys(), "checks that are not there any more"
    hints: dict[str, Hint] = {name: (reader, ask) for name, (reader, ask) in json.loads(NOTICED.read_text()).items()}
    found = {name: _noticed(trials, name, by_name, hints.get(name)) for name in by_name}
    assert [str(by_name[name]) for name, hint in found.items() if hint is None] == []
    _remember({name: hint for name, hint in found.items() if hint is not None}, hints)


def _noticed(trials: Trials, name: str, by_name: dict[str, Mutant], hint: Hint | None) -> Hint | None:
    behind = [by_name[other] for other in SECOND.get(name, ())]
    return trials.noticed(by_name[name], hint, behind)


def _remember(found: dict[str, Hint], hints: dict[str, Hint]) -> None:
    """Say what was looked for anew; and write it down, if that is wanted."""
    for name in sorted(name for name, hint in found.items() if hints.get(name) != hint):
        print(f"{name}: noticed by {found[name][1]}")  # noqa: T201
    if found != hints and "COMITY_REMEMBER" in os.environ:
        NOTICED.write_text(json.dumps(dict(sorted(found.items())), indent=1, ensure_ascii=False) + "\n")
