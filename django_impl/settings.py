"""A Django project that is nothing but its two tables; every setting that is not here is Django's own default."""

from pathlib import Path

INSTALLED_APPS = ["django_impl"]

# Where `manage.py` works. Scenarios are played on a database that is made for them.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(__file__).parent / "db.sqlite3",
    }
}
