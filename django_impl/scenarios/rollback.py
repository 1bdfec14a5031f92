"""What a rollback leaves, answered in Django."""

from contextlib import suppress

from django.db import transaction

from django_impl.database import Database
from django_impl.models import Kol
from shared_scenarios.scenario import Mishap, Stage


def rollback_ends_transaction_not_session_after_kol(db: Database, stage: Stage) -> None:
    """The block rolls back and the thread's connection goes on; the object in memory keeps its key and counts as saved.

    Saving it again is therefore an UPDATE by that key first; it finds no row, so an INSERT under that key follows.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("failed", kol=kol), transaction.atomic():
        kol.save()
        stage.checkpoint("written", kol=kol)
        raise Mishap("before the tweet was made")
    with stage.attempt("next-unit"), transaction.atomic():
        grace = Kol.objects.get(twitter_handle="@grace")
        grace.is_vip = True
        grace.save()
    with stage.attempt("saved-again", kol=kol), transaction.atomic():
        kol.save()


def rollback_ends_transaction_not_session_after_both(db: Database, stage: Stage) -> None:
    """The block rolls back both rows and the connection goes on; the KOL in memory keeps its key and counts as saved.

    Saving it again is therefore an UPDATE by that key first; it finds no row, so an INSERT under that key follows.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("failed", kol=kol), transaction.atomic():
        kol.save()
        kol.tweets.create(text="hello")
        stage.checkpoint("written", kol=kol)
        raise Mishap("after the tweet was sent")
    with stage.attempt("next-unit"), transaction.atomic():
        grace = Kol.objects.get(twitter_handle="@grace")
        grace.is_vip = True
        grace.save()
    with stage.attempt("saved-again", kol=kol), transaction.atomic():
        kol.save()


def rollback_ends_transaction_not_session_at_commit(db: Database, stage: Stage) -> None:
    """When COMMIT fails the block sends ROLLBACK and raises, and the connection goes on; the KOL keeps its key.

    Saving it again is therefore an UPDATE by that key first; it finds no row, so an INSERT under that key follows.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("failed", kol=kol), transaction.atomic():
        kol.save()
        kol.tweets.create(text="hello")
        stage.checkpoint("written", kol=kol)
    with stage.attempt("next-unit"), transaction.atomic():
        grace = Kol.objects.get(twitter_handle="@grace")
        grace.is_vip = True
        grace.save()
    with stage.attempt("saved-again", kol=kol), transaction.atomic():
        kol.save()


def rollback_ends_transaction_not_session_inserted_again(db: Database, stage: Stage) -> None:
    """`force_insert=True` sends an INSERT whatever the object believes, under the key that it has kept.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#forcing-an-insert-or-update
    """
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("failed", kol=kol), transaction.atomic():
        kol.save()
        kol.tweets.create(text="hello")
        stage.checkpoint("written", kol=kol)
        raise Mishap("after the tweet was sent")
    with stage.attempt("next-unit"), transaction.atomic():
        grace = Kol.objects.get(twitter_handle="@grace")
        grace.is_vip = True
        grace.save()
    with stage.attempt("saved-again", kol=kol), transaction.atomic():
        kol.save(force_insert=True)


def fields_after_rollback_sent(db: Database, stage: Stage) -> None:
    """A rollback does not reach model instances: the field keeps the value that the database gave up.

    `refresh_from_db()`, or setting the old value by hand, brings them together again.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    with suppress(Mishap), transaction.atomic():
        kol.is_vip = True
        kol.save()
        stage.checkpoint("changed", kol=kol)
        raise Mishap("after the KOL was saved")
    stage.checkpoint("rolled-back", kol=kol)
    stage.checkpoint("read", is_vip=kol.is_vip)


def fields_after_rollback_unsent(db: Database, stage: Stage) -> None:
    """A rollback does not reach model instances: a change that was never saved simply stays in memory.

    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django.db.transaction.atomic
    """
    kol = Kol.objects.get(twitter_handle="@ada")
    stage.checkpoint("loaded", kol=kol)
    with suppress(Mishap), transaction.atomic():
        kol.is_vip = True
        stage.checkpoint("changed", kol=kol)
        raise Mishap("before the KOL was saved")
    stage.checkpoint("rolled-back", kol=kol)
    stage.checkpoint("read", is_vip=kol.is_vip)


def save_again_after_rollback_plain(db: Database, stage: Stage) -> None:
    """A rollback leaves the object its key, so `save()` tries an UPDATE; as that finds no row, it sends an INSERT.

    The row is stored with the key of the first attempt.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    kol = Kol(twitter_handle="@ada")
    with suppress(Mishap), transaction.atomic():
        kol.save()
        stage.checkpoint("written", kol=kol)
        raise Mishap("after the KOL was saved")
    stage.checkpoint("rolled-back", kol=kol)
    with stage.attempt("saved-again", kol=kol), transaction.atomic():
        kol.save()


def save_again_after_rollback_key_taken(db: Database, stage: Stage) -> None:
    """A rollback leaves the object its key, so `save()` sends an UPDATE, and that finds the row of the other unit.

    Nothing is raised. An object made anew for the second attempt would have been inserted beside it.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    kol = Kol(twitter_handle="@ada")
    with suppress(Mishap), transaction.atomic():
        kol.save()
        stage.checkpoint("written", kol=kol)
        raise Mishap("after the KOL was saved")
    stage.checkpoint("rolled-back", kol=kol)
    with stage.attempt("saved-again", kol=kol), transaction.atomic():
        kol.save()


def save_again_after_rollback_made_anew(db: Database, stage: Stage) -> None:
    """A rollback leaves an object as it was; one made anew has no key and counts as new, so `save()` sends an INSERT.

    The database gives it a key that is free.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#how-django-knows-to-update-vs-insert
    """
    kol = Kol(twitter_handle="@ada")
    with suppress(Mishap), transaction.atomic():
        kol.save()
        stage.checkpoint("written", kol=kol)
        raise Mishap("after the KOL was saved")
    stage.checkpoint("rolled-back", kol=kol)
    kol = Kol(twitter_handle="@ada")
    with stage.attempt("saved-again", kol=kol), transaction.atomic():
        kol.save()
