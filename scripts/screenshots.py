"""Picture every page the node knows: wide and phone, both languages, light and dark.

    python -m scripts.screenshots FOLDER [NAME …]     only pages whose name contains one of the NAMEs

A fresh node with the example partnership is made for it and thrown away. What the browser complained of is printed.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import django
from playwright.sync_api import Browser, sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.config.settings")
django.setup()  # the list of pages is made from the kinds, which are known once the applications are

from tests.browser.addresses import Sample, pages  # noqa: E402
from tests.browser.conftest import signed_in  # noqa: E402
from tests.browser.node import Node, load_example, serving  # noqa: E402
from tests.browser.visitor import Language, Theme, window  # noqa: E402

LANGUAGES: tuple[Language, ...] = ("en", "ar")
THEMES: tuple[Theme, ...] = ("light", "dark")


def wanted(names: list[str]) -> Iterator[tuple[str, Sample]]:
    """The pages whose name contains one of `names`; all of them when none is given."""
    for name, samples in pages().items():
        if not names or any(part in name for part in names):
            yield from ((name, sample) for sample in samples)


def picture(browser: Browser, node: Node, name: str, sample: Sample, folder: Path, known: dict[Any, Any]) -> list[str]:
    """Write `<page>.<language>.<theme>.<wide|phone>.png` for every look; returns what the browser complained of."""
    complaints = []
    stem = re.sub(r"\W+", "-", f"{name}-{sample.label}").strip("-")
    print(f"  {stem}", flush=True)
    storage = signed_in(node, sample.account, known) if sample.account else None
    for language, theme, phone in product(LANGUAGES, THEMES, (False, True)):
        with window(browser, node, signed_in=storage, language=language, theme=theme, phone=phone) as visitor:
            page = visitor.visit(sample.address(name, node))
            size = "phone" if phone else "wide"
            page.screenshot(path=folder / f"{stem}.{language}.{theme}.{size}.png", full_page=True)
            complaints += visitor.complaints
    return complaints


def main(folder: Path, names: list[str]) -> int:
    """Picture the wanted pages; 0 when none complained."""
    folder.mkdir(parents=True, exist_ok=True)
    complaints: list[str] = []
    known: dict[Any, Any] = {}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        home = Path(scratch) / "node"
        print("loading the example …", flush=True)
        load_example(home)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with serving(home) as node:
            for name, sample in wanted(names):
                complaints += picture(browser, node, name, sample, folder, known)
        browser.close()
    print(*complaints, sep="\n")
    print(f"{sum(1 for _ in folder.glob('*.png'))} pictures in {folder}, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
