"""The least account of one text, and the record that one of its sentences became."""

import copy
from typing import Any

from comity.records.datafile import DataDirectory, FileEntry, assembled

BOTH = {"original": "en", "ar_by": "comity", "ar_checked": False}
SHARED = {"policy": "PARTNERSHIP", "releasable_to": ["nmi", "iraq"]}


def said(english: str, arabic: str = "كلام") -> dict[str, Any]:
    return {**BOTH, "en": english, "ar": arabic}


def sentence(number: str, report: str = "001", **account: Any) -> dict[str, Any]:
    account = account or {"nothing": "opinion"}
    return {"report": report, "number": number, "mode": "asserted", "words": said(f"Words of {number}"), **account}


def report(number: str = "001", paragraphs: int = 2, sentences: int = 3, **more: Any) -> dict[str, Any]:
    texts = {name: said(name.capitalize()) for name in ("title", "outlet", "tells_of", "reason")}
    counted = {"paragraphs": paragraphs, "sentences": sentences}
    return {"number": number, "date": "undated", "grade": "C", **counted, **texts, **more}


TABLES: dict[str, list[dict[str, Any]]] = {
    "report": [report()],
    "sentence": [
        sentence("1.1", became=["ministry"]),
        sentence("1.2", rules=["rule.owner"]),
        sentence("2.1", nothing="repetition", repeats="1.1"),
    ],
    "rule": [
        {"key": "rule.owner", "title": said("One owner"), "words": said("Only its owner"), "page": "reports:reports"}
    ],
    "finding": [
        {
            "key": "both",
            "nature": "contradiction",
            "title": said("Who said it?"),
            "words": said("Both cannot be."),
            "sides": [["001:1.1"], ["001:1.2"]],
            "records": ["ministry"],
        }
    ],
}


def tables() -> dict[str, list[dict[str, Any]]]:
    """A copy to break."""
    return copy.deepcopy(TABLES)


def data(
    beside: dict[str, list[dict[str, Any]]] | None = None,
    *,
    name: str = "test",
    records: str = "shared",
    reading: str = "shared",
    title: str = "Ministry of Rivers",
) -> DataDirectory:
    """One ministry, whose source is sentence 1.1, and the account; `records` and `reading` name their labels."""
    about = {
        "counting": said("By paragraph"),
        "reading": {"label": reading, "keeper": "nmi"},
        "label": {"shared": SHARED, "own": {**SHARED, "releasable_to": ["nmi"]}},
    }
    fields = {"name": said(title), "nature": "ministry", "sources": [{"report": "001", "sentence": "1.1"}]}
    entry = FileEntry("test.toml", "people.organisation", "ministry", "nmi", records, fields)
    return assembled(name, about, (), [entry], tables() if beside is None else beside)
