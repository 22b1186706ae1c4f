"""A held revision says why as a message and its facts, so that a page can say it in its reader's language."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Replaces `Held.reason`."""

    dependencies = [("records", "0002_search")]
    operations = [
        migrations.RemoveField("held", "reason"),
        migrations.AddField("held", "message", models.TextField(default=""), preserve_default=False),
        migrations.AddField("held", "facts", models.JSONField(default=dict)),
    ]
