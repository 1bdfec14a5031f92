"""Who holds the connection, and what objects can do when their block has ended, answered in Django."""

from django.db import close_old_connections, transaction

from django_impl.database import Database
from django_impl.models import Kol, Tweet
from shared_scenarios.scenario import NotApplicable, Stage


def commit_returns_connection(db: Database, stage: Stage) -> None:
    """Each thread has one connection, opened by the first use and kept after the commit for the next one.

    Django closes it at the end of a request, or gives it back to a pool; elsewhere call `close_old_connections()`.
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


def expire_on_commit_reload_plain(db: Database, stage: Stage) -> None:
    """A commit does not touch model instances: their fields are in memory and are read without SQL.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#refreshing-objects-from-database
    """
    with transaction.atomic():
        ada, linus = Kol.objects.order_by("id")
        stage.checkpoint("loaded", ada=ada)
    stage.checkpoint("committed", ada=ada)
    with stage.attempt("read", ada=ada):
        _ = ada.is_vip, linus.is_vip


def expire_on_commit_reload_changed(db: Database, stage: Stage) -> None:
    """A commit does not touch model instances: they keep what was loaded, until `refresh_from_db()` asks again.

    https://docs.djangoproject.com/en/5.2/ref/models/instances/#refreshing-objects-from-database
    """
    with transaction.atomic():
        ada, linus = Kol.objects.order_by("id")
        stage.checkpoint("loaded", ada=ada)
    stage.checkpoint("committed", ada=ada)
    with stage.attempt("read", ada=ada):
        _ = ada.is_vip, linus.is_vip


expire_on_commit_reload_changed_expiry_off = NotApplicable(
    "a commit expires nothing in Django, so that there is no expiry to turn off",
    "https://docs.djangoproject.com/en/5.2/ref/models/instances/#refreshing-objects-from-database",
)


def stale_read_in_long_session_block(db: Database, stage: Stage) -> None:
    """A query makes a new object from what it reads, and Django sets READ COMMITTED on MariaDB: each reads afresh.

    The object that was loaded first stays as it was until `refresh_from_db()`.
    https://docs.djangoproject.com/en/5.2/ref/databases/#mysql-isolation-level
    """
    with transaction.atomic():
        kol = Kol.objects.get()
        stage.checkpoint("loaded", is_vip=kol.is_vip)
        stage.checkpoint("object-queried", is_vip=Kol.objects.get().is_vip)
        stage.checkpoint("column-queried", is_vip=Kol.objects.values_list("is_vip", flat=True).get())
        kol.refresh_from_db()
        stage.checkpoint("refreshed", is_vip=kol.is_vip)
    with transaction.atomic():
        stage.checkpoint("next-transaction", is_vip=Kol.objects.get().is_vip)


def stale_read_in_long_session_no_block(db: Database, stage: Stage) -> None:
    """Without a block each query is a transaction of its own and reads what is stored; it makes new objects of it.

    The object that was loaded first stays as it was until `refresh_from_db()`.
    https://docs.djangoproject.com/en/5.2/topics/db/transactions/#django-s-default-transaction-behavior
    """
    kol = Kol.objects.get()
    stage.checkpoint("loaded", is_vip=kol.is_vip)
    stage.checkpoint("object-queried", is_vip=Kol.objects.get().is_vip)
    stage.checkpoint("column-queried", is_vip=Kol.objects.values_list("is_vip", flat=True).get())
    kol.refresh_from_db()
    stage.checkpoint("refreshed", is_vip=kol.is_vip)
    stage.checkpoint("next-transaction", is_vip=Kol.objects.get().is_vip)
