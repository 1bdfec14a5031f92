# ruff: noqa: D100, D101, RUF012  # written by `manage.py makemigrations`

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Kol",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("twitter_handle", models.CharField(max_length=50, unique=True)),
                ("is_vip", models.BooleanField(default=False)),
                ("last_checked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "kols",
            },
        ),
        migrations.CreateModel(
            name="Tweet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=280)),
                (
                    "kol",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tweets", to="kols.kol"
                    ),
                ),
            ],
            options={
                "db_table": "tweets",
            },
        ),
    ]
