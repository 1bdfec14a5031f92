"""What breaks outside of the program, answered in Django."""

from django.db import transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


def disk_full_at_commit(db: Database, stage: Stage) -> None:
    """`save()` raises; SQLite has undone that statement alone, and the block sends the ROLLBACK for the rest.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with stage.attempt("left"), transaction.atomic():
        stage.checkpoint("begun")
        kol = Kol.objects.create(twitter_handle="@ada")
        Tweet.objects.create(kol=kol, text="hello " * 700)
    with stage.attempt("next-unit"), transaction.atomic():
        Kol.objects.create(twitter_handle="@grace")
