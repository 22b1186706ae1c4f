"""Keep the Arabic catalogue complete: every message of the source, translated, none left in English.

python -m scripts.translations           update and compile src/comity/locale, list what is to do
python -m scripts.translations --check   change nothing; fail when anything lacks, is stale or is still its English
"""

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "comity"
LANGUAGES = ("ar",)
METHODS = [
    ("**/tests/**", "ignore"),
    ("**.py", "python"),
    ("**/templates/**", "jinja2.ext:babel_extract"),
]
OPTIONS = {"**/templates/**": {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.do"}}
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# nought, one, two, 3-10, 11-99, the rest: the order that Arabic translators know.
PLURALS = (
    "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;"
)
HEADER = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {PLURALS}\\n"\n\n'
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
# Names and codes that are written the same in Arabic.
SAME_IN_BOTH = re.compile(
    r"%\(\w+\)[sd]|[\W\d_]|\b(Comity|CSV|XLSX|JSON|SHA-256|TLP|PDF|ID|AMBER|STRICT|RED|GREEN|CLEAR)\b"
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


def messages() -> Catalog:
    """What the source says to people, as a catalogue without translations."""
    found = Catalog()
    for name, _line, message, _comments, context in extract_from_dir(SOURCE, METHODS, OPTIONS, KEYWORDS):
        found.add(message, locations=[(f"src/comity/{name}", 0)], context=context)
    return found


def catalogue(language: str) -> Path:
    """Where the translations of a language are kept."""
    return SOURCE / "locale" / language / "LC_MESSAGES" / "django.po"


def updated(language: str) -> Catalog:
    """The kept translations, with what is new in the source and without what is gone."""
    path = catalogue(language)
    kept = Catalog(locale=language, project="comity", version="0.1")
    if path.exists():
        with path.open("rb") as stream:
            kept = read_po(stream, locale=language)
    kept.update(messages(), no_fuzzy_matching=True)
    kept.obsolete.clear()
    for message in kept:
        message.locations = sorted({(name, 0) for name, _ in message.locations})
    return kept


def as_po(translations: Catalog) -> bytes:
    """The text of a catalogue, the same for the same content: no dates, no line numbers, one order."""
    buffer = io.BytesIO()
    write_po(
        buffer,
        translations,
        width=120,
        sort_output=True,
        omit_header=True,
        include_lineno=False,
        include_previous=False,
    )
    return HEADER.encode() + buffer.getvalue().strip() + b"\n"


def as_mo(translations: Catalog) -> bytes:
    """The compiled catalogue, likewise the same for the same content."""
    fixed = read_po(io.BytesIO(as_po(translations)), locale=str(translations.locale))
    fixed.creation_date = fixed.revision_date = NO_DATE
    buffer = io.BytesIO()
    write_mo(buffer, fixed)
    return buffer.getvalue()


def faults(translations: Catalog) -> Iterator[str]:
    """What keeps a catalogue from being complete, message by message."""
    for message in translations:
        if message.id and (fault := fault_of(message)):
            said = message.id if isinstance(message.id, str) else message.id[0]
            yield f"{fault}: {said!r} ({', '.join(name for name, _ in message.locations[:2])})"


def fault_of(message: Message) -> str:
    """What is wrong with one translation; "" when nothing is."""
    originals = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    texts = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    if not texts or not all(texts):
        return "not translated"
    if message.fuzzy:
        return "unsure"
    if any(text in originals and SAME_IN_BOTH.sub("", text) for text in texts):
        return "still English"
    wanted = set(PLACEHOLDER.findall(originals[-1]))
    # A language may leave the number out where its form says it (one, two); it may never invent a name.
    if len(texts) == 1 and set(PLACEHOLDER.findall(texts[0])) != wanted:
        return "other placeholders"
    if any(not set(PLACEHOLDER.findall(text)) <= wanted for text in texts):
        return "other placeholders"
    return ""


def main(arguments: list[str]) -> int:
    """Update or check every language; 0 when all are complete."""
    complete = True
    for language in LANGUAGES:
        path = catalogue(language)
        fresh = updated(language)
        po, mo = as_po(fresh), as_mo(fresh)
        if "--check" in arguments:
            stale = [file.name for file, now in ((path, po), (path.with_suffix(".mo"), mo)) if not same(file, now)]
            for name in stale:
                print(f"{language}: {name} is not what the source makes; run python -m scripts.translations")
            complete &= not stale
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(po)
            path.with_suffix(".mo").write_bytes(mo)
        told = list(faults(fresh))
        print(*(f"{language}: {fault}" for fault in told), sep="\n")
        print(f"{language}: {len(fresh)} messages, {len(told)} to do")
        complete &= not told
    return 0 if complete else 1


def same(file: Path, content: bytes) -> bool:
    """Whether `file` holds `content`."""
    return file.exists() and file.read_bytes() == content


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
