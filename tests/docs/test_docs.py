"""The documents are true of the code as far as a program can tell: what they name is there, and the other way round."""

from pathlib import Path

import pytest

from comity.config.command import parser
from tests.docs import documents as docs

DECISIONS = "docs/decisions/"


@pytest.fixture(scope="module")
def texts(root: Path) -> dict[str, str]:
    return docs.documents(root)


def files(root: Path) -> set[str]:
    tops = ("docs", "examples", "src", "tests", "scripts", "requirements")
    inner = (path for top in tops for path in (root / top).rglob("*"))
    return {path.relative_to(root).as_posix() for path in (*root.iterdir(), *inner)}


def program(root: Path) -> list[str]:
    return [path.read_text() for path in (root / "src").rglob("*.py") if "tests" not in path.parts]


def around(root: Path) -> list[str]:
    """What tests and builds the program; these tests' own samples are not settings."""
    inner = (path for top in ("src", "tests", "scripts") for path in (root / top).rglob("*.py"))
    return [path.read_text() for path in (root / "conftest.py", *inner) if path.parent != Path(__file__).parent]


def test_every_link_leads_somewhere(root: Path, texts: dict[str, str]):
    assert docs.broken_links(texts, files(root)) == []


def test_every_comity_command_that_is_told_exists(texts: dict[str, str]):
    told = [words for text in texts.values() for words in docs.commands(text, "comity")]
    assert len(told) > 20
    assert [words for words in told if docs.no_such_command(words, parser())] == []


def test_the_readme_tells_every_comity_command(texts: dict[str, str]):
    told = [" ".join(words) for words in docs.commands(texts["README.md"], "comity")]
    assert docs.leaves(parser()) - set(told) == set()


def test_every_make_target_that_is_told_exists(root: Path, texts: dict[str, str]):
    known = docs.targets((root / "Makefile").read_text())
    told = {words[0] for text in texts.values() for words in docs.commands(text, "make")}
    assert {"demo", "test"} <= told
    assert told - known == set()


def test_contributing_tells_every_make_target(root: Path, texts: dict[str, str]):
    told = {words[0] for words in docs.commands(texts["CONTRIBUTING.md"], "make")}
    assert docs.targets((root / "Makefile").read_text()) - told == set()


def test_operating_tells_every_setting_of_a_node(root: Path, texts: dict[str, str]):
    read = docs.settings_read(program(root))
    assert len(read) > 8
    assert docs.uncovered(read, docs.settings_named(texts["docs/operating.md"])) == []


def test_contributing_tells_every_setting_of_the_tests(root: Path, texts: dict[str, str]):
    read = docs.settings_read(around(root)) - docs.settings_read(program(root))
    assert "COMITY_REQUIRE" in read
    assert docs.uncovered(read, docs.settings_named(texts["CONTRIBUTING.md"])) == []


def test_every_setting_that_is_told_is_read(root: Path, texts: dict[str, str]):
    read = docs.settings_read(around(root))
    named = {name for text in texts.values() for name in docs.settings_named(text)}
    assert docs.unread(named, read) == []


def test_every_dependency_has_its_reason_and_every_reason_its_dependency(root: Path, texts: dict[str, str]):
    given = docs.reasons(texts["docs/dependencies.md"])
    assert set(given) == docs.asked_for(root)
    assert all(given.values())


def test_every_decision_is_in_the_list_under_a_number_of_its_own(texts: dict[str, str]):
    found = sorted(name.removeprefix(DECISIONS) for name in texts if name.startswith(f"{DECISIONS}0"))
    assert len({name[:4] for name in found}) == len(found)
    assert [name for name in found if f"]({name})" not in texts[f"{DECISIONS}README.md"]] == []


HOW_TO = sorted(
    path.name for path in Path(__file__).parents[2].glob("docs/how-to/*.md") if not path.name.endswith(".ar.md")
)


@pytest.fixture(scope="module")
def catalogue(root: Path) -> dict[str, str]:
    with (root / "src/comity/locale/ar/LC_MESSAGES/django.po").open("rb") as stream:
        return docs.messages(stream)


@pytest.mark.parametrize("name", HOW_TO)
def test_a_how_to_names_what_stands_on_the_pages(texts: dict[str, str], catalogue: dict[str, str], name: str):
    english, arabic = texts[f"docs/how-to/{name}"], texts[f"docs/how-to/{name.removesuffix('.md')}.ar.md"]
    assert len(docs.in_bold(english)) > 10
    assert docs.not_on_pages(docs.in_bold(english), catalogue.keys()) == []
    assert docs.not_on_pages(docs.in_bold(arabic), catalogue.values()) == []


@pytest.mark.parametrize("name", HOW_TO)
def test_a_how_to_says_the_same_in_both_languages(texts: dict[str, str], name: str):
    english, arabic = texts[f"docs/how-to/{name}"], texts[f"docs/how-to/{name.removesuffix('.md')}.ar.md"]
    assert docs.outline(english) == docs.outline(arabic)


def test_every_address_that_is_told_is_a_page(texts: dict[str, str]):
    told = {address for text in texts.values() for address in docs.addresses(text)}
    assert "/healthz" in told
    assert [address for address in sorted(told) if not docs.leads_to_a_page(address)] == []


# --- and each check notices what it is for


def test_a_link_to_nothing_is_noticed():
    texts = {"docs/a.md": "[x](b.md) [y](../c.md#here) [z](https://example.org) ```[no](no.md)```", "c.md": "# Here"}
    assert docs.broken_links(texts, {"docs/a.md", "c.md"}) == ["docs/a.md: b.md", "docs/a.md: no.md"]
    assert docs.broken_links({"a.md": "[x](a.md#there)\n# Here"}, {"a.md"}) == ["a.md: a.md#there"]


def test_an_invented_command_is_noticed():
    top = parser()
    assert docs.no_such_command(["dance"], top)
    assert docs.no_such_command(["audit", "dance"], top)
    assert docs.no_such_command(["demo", "--dance"], top)
    assert not docs.no_such_command(["--home", "there", "restore", "backup.tar.gz"], top)
    assert not docs.no_such_command(["run", "--port", "8002"], top)


def test_commands_are_read_from_code_only():
    text = "comity is good. `comity init` is code.\n```sh\n.venv/bin/comity run  # serves\n```\n"
    assert list(docs.commands(text, "comity")) == [["run"], ["init"]]


def test_a_setting_in_the_code_is_found():
    asked = 'os.environ.get("COMITY_A")\nos.environ["COMITY_B"]\nos.environ.get(f"COMITY_C_{x}")'
    source = f'{asked}\nCOMITY_D = 1\nE = "COMITY_E"'
    read = docs.settings_read([source])
    assert read == {"COMITY_A", "COMITY_B", "COMITY_C_", "COMITY_E"}
    assert docs.uncovered(read, {"COMITY_A", "COMITY_C_EN"}) == ["COMITY_B", "COMITY_E"]
    assert docs.unread({"COMITY_A", "COMITY_C_EN", "COMITY_D"}, read) == ["COMITY_D"]


def test_a_row_without_a_reason_gives_none():
    assert docs.reasons("| `a` (`b`) | why |\n| `c` |  |\nplain `d`") == {"a": "why", "c": ""}


def test_a_button_that_is_on_no_page_is_noticed():
    bold = docs.in_bold("Press **Add:\nPosition**, then **Dance**, and take **CSV**. `**no**`")
    assert bold == ["Add: Position", "Dance", "CSV"]
    assert docs.not_on_pages(bold, ["Add: %(kind)s", "Position"]) == ["Dance"]
    assert docs.not_on_pages(["Add: Dance", "Add: 3"], ["Add: %(kind)s"]) == ["Add: Dance"]
    assert docs.not_on_pages(["anything: at all"], ["%(a)s: %(b)s"]) == ["anything: at all"]


def test_a_step_that_one_language_lacks_is_noticed():
    assert docs.outline("# A\n\n1. x\n2. y\n") != docs.outline("# أ\n\n1. س\n")
    assert docs.outline("# A\n\n1. x\n   more\n") == docs.outline("# أ\n\n1. س\n")


def test_an_address_that_leads_nowhere_is_noticed():
    assert set(docs.addresses("`/people/` and `/var/lib/comity` and `/dance/` /not/code/")) == {"/people/", "/dance/"}
    assert docs.leads_to_a_page("/people/")
    assert not docs.leads_to_a_page("/dance/")
