"""Search over every kind, in Arabic and Latin script: FTS5 on SQLite, a GIN index on PostgreSQL.

Both databases store and look up the same folded words, made here, so that they find the same things. There is no
stop list: a common word is found too, newest first, which both can answer without sorting all of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from comity.kernel.text import fold
from comity.labels.queries import readable_label_ids
from comity.labels.subject import Subject

_WORD = re.compile(r"[^\W_]+")
_ARTICLES = ("وال", "بال", "كال", "فال", "لل", "ال")  # the article, also behind and, by, like, so, for
_LEAST = 3  # letters that are left of a word without its article
MAX_LETTERS = 64  # of a word; what is longer is found by its beginning
MAX_WORDS = 12  # of a query; more would only slow it down
MAX_QUERY = 1_000  # characters of a query that are looked at
_LABELS_AT_ONCE = 400
_UPSERT = {
    "sqlite": "INSERT OR REPLACE INTO records_search (rowid, label_id, kind, words) VALUES (%s, %s, %s, %s)",
    "postgresql": (
        "INSERT INTO records_search (record_id, label_id, kind, words) VALUES (%s, %s, %s, array_to_tsvector(%s))"
        " ON CONFLICT (record_id) DO UPDATE SET label_id = EXCLUDED.label_id, kind = EXCLUDED.kind,"
        " words = EXCLUDED.words"
    ),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found; `record_pk` is also the cursor of the next page."""

    record_pk: int
    kind: str


def words(text: str) -> list[str]:
    """The folded words of `text`, each once; an Arabic word with an article is followed by itself without."""
    found: dict[str, None] = {}
    for word in _WORD.findall(fold(text)):
        found[word[:MAX_LETTERS]] = None
        found[_bare(word)[:MAX_LETTERS]] = None
    return list(found)


def _words_of(body: Mapping[str, Any]) -> set[str]:
    """What `words` finds in all the texts of a body: they are folded one by one, for those in ASCII are cheap."""
    found: set[str] = set()
    for text in texts(body):
        folded = fold(text)
        here = _WORD.findall(folded)
        found.update(here)
        if not folded.isascii():
            found.update([_bare(word) for word in here if word.startswith(_ARTICLES)])
    if max(map(len, found), default=0) > MAX_LETTERS:
        return {word[:MAX_LETTERS] for word in found}
    return found


def _bare(word: str) -> str:
    """The word without its article."""
    for article in _ARTICLES:
        if word.startswith(article) and len(word) >= len(article) + _LEAST:
            return word[len(article) :]
    return word


def index(rows: Mapping[int, tuple[int, str, Mapping[str, Any]]]) -> None:
    """Make the search rows say what the records say now: record pk → (label id, kind, body)."""
    sqlite = connection.vendor == "sqlite"
    entries: list[tuple[int, int, str, Any]] = []
    for pk, (label_id, kind, body) in rows.items():
        found = sorted(_words_of(body))  # the same row, in whatever order the body came
        entries.append((pk, label_id, kind, " ".join(found) if sqlite else found))
    with connection.cursor() as cursor:
        cursor.executemany(_UPSERT[connection.vendor], entries)


def differing(rows: Mapping[int, tuple[int, str, Mapping[str, Any]]]) -> list[int]:
    """The pks among `rows` (as `index` takes them) whose search row is missing or says something else."""
    if not rows:
        return []
    columns = "words" if connection.vendor == "sqlite" else "array_to_string(tsvector_to_array(words), ' ')"
    sql = f"SELECT {_key()}, label_id, kind, {columns} FROM records_search WHERE {_key()} IN ({_marks(list(rows))})"  # noqa: S608  (constants and marks)
    with connection.cursor() as cursor:
        cursor.execute(sql, list(rows))
        stored = {pk: (label_id, kind, set(found.split())) for pk, label_id, kind, found in cursor.fetchall()}
    return [pk for pk, (label_id, kind, body) in rows.items() if stored.get(pk) != (label_id, kind, _words_of(body))]


def forget(record_pks: Sequence[int]) -> None:
    """Take records out of the index."""
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM records_search WHERE {_key()} = %s", [(pk,) for pk in record_pks])  # noqa: S608  (a constant)


def forget_all() -> None:
    """Empty the index, to be made anew."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_search")


def find(query: str, subject: Subject, *, kinds: Sequence[str] = (), before: int = 0, limit: int = 50) -> list[Hit]:
    """The newest records that contain every word of `query` (or a longer word that begins with it).

    Only what `subject` may read is counted or shown. `before` is the pk of the last hit of the page before.
    """
    asked = _asked(query)
    labels = readable_label_ids(subject)
    if not asked or not labels:
        return []
    condition, match = _match(asked)
    key = _key()
    found: list[Hit] = []
    with connection.cursor() as cursor:
        for some in _in_parts(labels):
            sql = f"SELECT {key}, kind FROM records_search WHERE {condition} AND label_id IN ({_marks(some)})"  # noqa: S608
            values: list[Any] = [match, *some]
            if kinds:
                sql += f" AND kind IN ({_marks(kinds)})"
                values += kinds
            if before:
                sql += f" AND {key} < %s"
                values.append(before)
            cursor.execute(f"{sql} ORDER BY {key} DESC LIMIT %s", [*values, limit])
            found += [Hit(pk, kind) for pk, kind in cursor.fetchall()]
    return sorted(found, key=lambda hit: -hit.record_pk)[:limit]


def matching(query: str) -> RawSQL:
    """The pks of records that contain every word of `query`, whoever may read them: for lists that ask it."""
    asked = _asked(query)
    if not asked:
        return RawSQL("SELECT 0 WHERE 1 = 0", ())
    condition, match = _match(asked)
    return RawSQL(f"SELECT {_key()} FROM records_search WHERE {condition}", (match,))  # noqa: S608, S611  (constants)


def _match(asked: Sequence[str]) -> tuple[str, str]:
    """The condition that every word is there, and its value.

    Words are letters and digits alone, so that nothing in them means anything to either query language.
    """
    if connection.vendor == "sqlite":
        return "records_search MATCH %s", " AND ".join(f'"{word}"*' for word in asked)
    return "words @@ %s::tsquery", " & ".join(f"'{word}':*" for word in asked)


def _asked(query: str) -> list[str]:
    """The words of a query, articles off: what is stored stands there with and without."""
    bare = (_bare(word)[:MAX_LETTERS] for word in _WORD.findall(fold(query[:MAX_QUERY])))
    return list(dict.fromkeys(bare))[:MAX_WORDS]


def texts(value: Any) -> Iterator[str]:
    """Every text a person wrote in a body: versions of multilingual texts, names, letter numbers."""
    if isinstance(value, str):
        if len(value) not in _ID_LENGTHS or not _ID.fullmatch(value):
            yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in {"original", "translation"}:
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


_ID = re.compile(r"[a-z2-7]{52}(/[0-9a-f-]{36})?")  # of a party or a record: no text
_ID_LENGTHS = (52, 89)


def _key() -> str:
    return "rowid" if connection.vendor == "sqlite" else "record_id"


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _in_parts(labels: Sequence[int]) -> Iterable[Sequence[int]]:
    return (labels[i : i + _LABELS_AT_ONCE] for i in range(0, len(labels), _LABELS_AT_ONCE))
