"""Every dependency earns its place, has its reason in the documents, and is declared where it is used."""

from pathlib import Path

from tests.house.dependencies import BROUGHT, UNSEEN, declared, imported, installed, program, used

KNOWN = {"django": ["Django"], "nh3": ["nh3"], "yaml": ["PyYAML"]}


def test_every_dependency_is_used(root: Path):
    assert declared(root) - used(program(root), installed()) - UNSEEN.keys() == set()


def test_everything_imported_is_declared(root: Path):
    assert imported(program(root), installed()) - declared(root) - BROUGHT.keys() - {"comity"} == set()


def test_every_dependency_has_its_reason(root: Path):
    reasons = (root / "docs" / "dependencies.md").read_text().lower()
    assert [name for name in sorted(declared(root)) if name not in reasons] == []


def test_what_a_file_imports_or_names_is_found():
    assert used({"a.py": "import nh3"}, KNOWN) == {"nh3"}
    assert used({"a.py": "from yaml.x import y"}, KNOWN) == {"pyyaml"}
    assert used({"a.py": "APPS = ['django.contrib.auth']"}, KNOWN) == {"django"}
    assert used({"a.py": "def f():\n    import nh3"}, KNOWN) == {"nh3"}
    assert used({"a.py": "'''A sentence about nh3 alone.'''"}, KNOWN) == set()


def test_a_name_in_a_string_is_no_import():
    assert imported({"a.py": "A = 'nh3.clean'"}, KNOWN) == set()
    assert imported({"a.py": "import nh3"}, KNOWN) == {"nh3"}
