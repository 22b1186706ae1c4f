"""On SQLite the search index keeps what its questions need and no more: which record has which word.

Where in a text a word stands, and how many words a text has, nobody asks; and words are folded before they come. That
and one index of beginnings instead of two halve what a row costs to write. PostgreSQL keeps what it had.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

LEAN = "tokenize = 'ascii', prefix = '3', detail = none, columnsize = 0"
BEFORE = "tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3'"


def _made_with(options: str, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor != "sqlite":
        return
    columns = "words, label_id UNINDEXED, kind UNINDEXED"
    editor.execute(f"CREATE VIRTUAL TABLE records_search_anew USING fts5({columns}, {options})")
    editor.execute(
        "INSERT INTO records_search_anew (rowid, words, label_id, kind)"
        " SELECT rowid, words, label_id, kind FROM records_search ORDER BY rowid"
    )
    editor.execute("DROP TABLE records_search")
    editor.execute("ALTER TABLE records_search_anew RENAME TO records_search")


def make_lean(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index anew from its own rows."""
    _made_with(LEAN, editor)


def make_full(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """As it was before."""
    _made_with(BEFORE, editor)


class Migration(migrations.Migration):
    """Remakes `records_search` on SQLite."""

    dependencies = [("records", "0006_purged_index")]
    operations = [migrations.RunPython(make_lean, make_full)]
