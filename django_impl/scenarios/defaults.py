"""What happens if I do nothing special, answered in Django."""

from django.db import transaction

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Stage


def transaction_defaults_write(db: Database, stage: Stage) -> None:
    """Django runs in autocommit: outside an atomic block each statement is its own transaction, stored at once.

    There is no scope to leave; the connection is simply still there.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django-s-default-transaction-behavior
    """
    Kol.objects.create(twitter_handle="@grace")
    stage.checkpoint("done")
    stage.checkpoint("left")


def transaction_defaults_read(db: Database, stage: Stage) -> None:
    """In autocommit a read opens no transaction, so that nothing stays open after it.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#why-django-uses-autocommit
    """
    Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("done")
    stage.checkpoint("left")


def transaction_defaults_empty_block(db: Database, stage: Stage) -> None:
    """`atomic()` opens the connection and sends BEGIN when it is entered, and COMMIT when it is left, used or not.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with transaction.atomic():
        stage.checkpoint("done")
    stage.checkpoint("left")


def transaction_defaults_reading_block(db: Database, stage: Stage) -> None:
    """`atomic()` sends BEGIN when it is entered and COMMIT when it is left, whether its statements read or write.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    with transaction.atomic():
        Kol.objects.get(twitter_handle="@ada")
        stage.checkpoint("done")
    stage.checkpoint("left")
