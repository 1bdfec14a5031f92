"""Who holds the connection, and what objects can do when their block has ended, answered in Django."""

from django.db import close_old_connections, transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import Stage


def commit_returns_connection(db: Database, stage: Stage) -> None:
    """Each thread has one connection, opened by the first use and kept after the commit for the next one.

    Django closes it at the end of a request; elsewhere `close_old_connections()` has to be called.
    https://docs.djangoproject.com/en/5.2/ref/databases/#connection-management
    """
    stage.checkpoint("idle", connection=db)
    with transaction.atomic():
        Kol.objects.create(twitter_handle="@ada")
        stage.checkpoint("in-transaction", connection=db)
    stage.checkpoint("committed", connection=db)
    close_old_connections()
    stage.checkpoint("closed", connection=db)


def close_detaches_column(db: Database, stage: Stage) -> None:
    """A model instance belongs to no session or block: the fields that were loaded stay in it as they are.

    The block sends COMMIT at its end although it only read, and that touches no object.
    https://docs.djangoproject.com/en/5.2/ref/models/instances/#refreshing-objects-from-database
    """
    with transaction.atomic():
        kol = Kol.objects.get(twitter_handle="@ada")
        stage.checkpoint("loaded", subject=kol)
    stage.checkpoint("left", subject=kol)
    with stage.attempt("touched", subject=kol):
        _ = kol.is_vip


def close_detaches_column_after_commit(db: Database, stage: Stage) -> None:
    """A commit expires nothing: a field keeps its value in memory until `refresh_from_db()` asks for the row again.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#refreshing-objects-from-database
    """
    with transaction.atomic():
        kol = Kol.objects.get(twitter_handle="@ada")
        stage.checkpoint("loaded", subject=kol)
        kol.is_vip = True
        kol.save()
    stage.checkpoint("left", subject=kol)
    with stage.attempt("touched", subject=kol):
        _ = kol.is_vip


def close_detaches_relation(db: Database, stage: Stage) -> None:
    """A relation is loaded when it is first touched, on whatever connection the thread has by then.

    The instance needs no session for it, so that the SELECT is sent outside the block without an error.
    https://docs.djangoproject.com/en/5.2/topics/db/queries/#one-to-many-relationships
    """
    with transaction.atomic():
        tweet = Tweet.objects.get(text="hello")
        stage.checkpoint("loaded", subject=tweet)
    stage.checkpoint("left", subject=tweet)
    with stage.attempt("touched", subject=tweet):
        _ = tweet.kol
