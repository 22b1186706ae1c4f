from datetime import UTC, datetime

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0001_initial"),
        ("federation", "0001_channels_and_releases"),
    ]

    operations = [
        migrations.AddField("channel", "nonce", models.CharField(max_length=32, default=""), preserve_default=False),
        migrations.AddField(
            "channel",
            "first_at",
            models.DateTimeField(default=datetime(2026, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.AlterField(
            "membership",
            "party",
            models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.party",
            ),
        ),
        migrations.AddConstraint(
            "channel", models.UniqueConstraint(fields=["owner", "nonce"], name="channel_nonce_is_its_own")
        ),
    ]
