"""The benches measure what they say, and leave nothing behind."""

import json
from pathlib import Path

import pytest

from comity.config.tests.nodes import comity


@pytest.mark.node
@pytest.mark.soak
@pytest.mark.sqlite
def test_two_nodes_exchange_and_the_figures_are_told(tmp_path: Path) -> None:
    asked = ("--records", "600", "--behind", "300", "--samples", "3", "--times", "1", "--json")
    done = comity(tmp_path, "bench", "federation", *asked, TMPDIR=str(tmp_path))
    assert done.status == 0, done.err
    told = json.loads(done.out)["told"]
    assert 0 < told["latency"]["median"] <= told["latency"]["99th"]
    assert (told["sustained"]["records"], told["catching up"]["records"]) == (600, 300)
    for flow in (told["sustained"], told["catching up"]):
        assert min(flow["per second"], flow["per CPU second, taking"], flow["per CPU second, giving"]) > 0
        assert flow["processes"]["taking: courier"]["peak"] > 10_000
    assert told["limits"]["SQLite inserts per second"] > told["sustained"]["per second"]
    assert list(tmp_path.iterdir()) == []
