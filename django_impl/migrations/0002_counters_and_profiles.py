# ruff: noqa: D100, D101, RUF012  # written by `manage.py makemigrations`

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kols", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tweets", models.IntegerField()),
            ],
            options={
                "db_table": "counters",
            },
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bio", models.CharField(max_length=280)),
                ("version", models.IntegerField()),
            ],
            options={
                "db_table": "profiles",
            },
        ),
    ]
