"""The search index: an FTS5 table on SQLite, a GIN index on PostgreSQL. Written and read by `records.search` alone."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE = (
    """CREATE VIRTUAL TABLE records_search USING fts5(
    words, label_id UNINDEXED, kind UNINDEXED, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')""",
)
POSTGRES = (
    """CREATE TABLE records_search (record_id bigint PRIMARY KEY, label_id bigint NOT NULL,
    kind varchar(80) NOT NULL, words tsvector NOT NULL)""",
    "CREATE INDEX records_search_words ON records_search USING gin (words)",
    "CREATE INDEX records_search_label ON records_search (label_id, record_id)",
)


def create(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the index this database can search."""
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRES:
        editor.execute(statement)


def drop(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take it away; it can be made anew from revisions."""
    editor.execute("DROP TABLE records_search")


class Migration(migrations.Migration):
    """Creates `records_search`."""

    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
