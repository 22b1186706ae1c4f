from collections.abc import Iterator

import pytest

from comity.federation.sync import epochs, extras
from comity.federation.sync.tests.releases import release_many, release_one  # noqa: F401
from comity.records.tests.conftest import abroad, home, host, iraq, mission, planner, shared  # noqa: F401


@pytest.fixture(autouse=True)
def _nobody_says_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other rooms let travel is tested there."""
    monkeypatch.setattr(extras, "_sources", [])
    monkeypatch.setattr(extras, "_listeners", {})


@pytest.fixture(autouse=True)
def _no_keys_from_before() -> Iterator[None]:
    """Each test is a process of its own, as far as memory goes."""
    epochs.forget_all()
    yield
    epochs.forget_all()
