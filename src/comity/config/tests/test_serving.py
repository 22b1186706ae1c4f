"""Which of a node's processes run, as whoever starts it says."""

from pathlib import Path

import pytest
from django.utils import translation

from comity.config.processes import NAMES, processes
from comity.config.serving import NoSuchProcess, named


@pytest.mark.parametrize(
    ("words", "names"),
    [("", NAMES), ("web", ("web",)), ("web, live", ("live", "web")), ("web,signer,web", ("signer", "web"))],
)
def test_processes_start_in_their_order_whatever_the_order_of_words(words: str, names: tuple[str, ...]) -> None:
    assert named(words) == names


@pytest.mark.parametrize(
    ("words", "wrong"), [("wbe", "wbe"), ("web,", ""), ("web live", "web live"), ("web,Live", "Live")]
)
def test_a_name_of_no_process_is_refused_with_those_that_there_are(words: str, wrong: str) -> None:
    with pytest.raises(NoSuchProcess) as refused:
        named(words)
    assert f"“{wrong}”" in str(refused.value)
    assert "signer, courier, live, web" in str(refused.value)
    with translation.override("ar"):
        assert translation.gettext(refused.value.message) != refused.value.message


@pytest.mark.parametrize(
    ("signer_of", "only", "run"),
    [
        ("here", NAMES, ["signer", "courier", "process of live updates", "web server"]),
        ("here", ("web",), ["web server"]),
        ("here", ("live", "signer"), ["signer", "process of live updates"]),
        ("elsewhere", NAMES, ["courier", "process of live updates", "web server"]),
    ],
)
def test_only_what_is_named_runs_and_no_second_signer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signer_of: str, only: tuple[str, ...], run: list[str]
) -> None:
    monkeypatch.setenv("COMITY_HOME", str(tmp_path / "here"))
    monkeypatch.setenv("COMITY_SIGNER", str(tmp_path / signer_of))
    found = processes(host="127.0.0.1", port=8001, workers=1, live=-1, only=only)
    assert [process.name for process in found] == run
