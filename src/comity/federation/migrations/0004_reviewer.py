from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("federation", "0003_feeds_and_peers")]

    operations = [
        migrations.RemoveField("release", "legally_reviewed"),
        migrations.AddField("release", "reviewer", models.CharField(max_length=80, blank=True, default=""), False),
    ]
